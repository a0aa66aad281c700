/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels built from a git tree: vm:git:[DIR:]REV[:ARCHITECTURE].
 *
 * In the cache, beside what kernel.h says:
 *
 *	git/REPO/	of one repository (REPO-arm64/ for another
 *			architecture): tree/, a worktree of it; objects/,
 *			where kernels are built, one after another, so that
 *			make does only what a commit changed; module/
 *	kernels/git/COMMIT-KEY/	what came of it: vmlinux, or the image where
 *			that is booted, config, mmgauge.ko, release. KEY
 *			covers the commit, the architecture, the config
 *			fragments, options, the compiler and the module's
 *			sources; with DWARF, debug/vmlinux and
 *			debug/mmgauge.ko. The oldest go when there are more
 *			than GIT_KERNELS_MAX.
 */
#ifndef MMGAUGE_GIT_H
#define MMGAUGE_GIT_H

#include "kernel.h"

#define GIT_PREFIX "vm:git:"
#define GIT_KERNELS "kernels/git"
#define GIT_KERNELS_MAX 64
#define GIT_STAMP "release" /* written last into an entry: its release */

/*
 * Make the kernel of @argument, "[DIR:]REV[:ARCH]", ready with its module, as
 * @kernel->kbuild says. -ENOEXEC when this commit does not build; the line names
 * the log.
 */
int git_prepare(const char *argument, struct vm_kernel *kernel,
		kernel_note note, void *data, struct error *err);

/* Whether it would find that in the cache. */
bool git_is_built(const char *argument, const struct kbuild_options *kbuild);

/*
 * "[DIR:]REV[:ARCH]" to "vm:git:DIR:ID[:ARCH]", which means the same
 * everywhere; without a DIR it is @repo, or where we are.
 */
int git_full_spec(const char *argument, const char *repo, char *full,
		  size_t size, struct error *err);

/* The architecture that @argument says; NULL: none. */
const struct arch *git_arch(const char *argument);

/* Of a commit, for @arch; NULL is this machine's. */
int git_spec(char *spec, size_t size, const char *repo, const char *rev,
	     const struct arch *arch, struct error *err);

#endif
