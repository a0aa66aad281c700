/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels to boot: fetched, unpacked, their module built, all in a cache.
 *
 * The cache is $XDG_CACHE_HOME/mmgauge, else ~/.cache/mmgauge:
 *
 *	kernels/deb/RELEASE/	boot/vmlinuz, boot/vmlinux (the same unpacked),
 *				boot/config; build/, a KDIR that works where it
 *				lies, with common/ and kbuild/ beside it;
 *				drivers/NAME.ko, ext4 and block devices with
 *				what they depend on, unpacked; package, a line
 *				with the package's version; debug/, vmlinux and
 *				NAME.ko of the -dbg package, where asked for
 *	modules/RELEASE-HASH/	mmgauge.ko; HASH covers the module's sources
 *				and the KDIR's .config and Module.symvers
 *	agents/ARCH-HASH/	mmgauge-agent of another architecture; HASH
 *				covers its sources and the compiler
 *	libraries/ARCH/		usr/, what it is linked with; packages, their
 *				names
 *
 * An entry is made under a temporary name and renamed when complete, under a
 * lock file, so that two programs at once and a kill at any time are safe.
 */
#ifndef MMGAUGE_KERNEL_H
#define MMGAUGE_KERNEL_H

#include <limits.h>
#include <stdbool.h>

#include "arch.h"
#include "kbuild.h"
#include "results/base/error.h"

struct kernel_kind;

struct vm_kernel {
	const struct kernel_kind *kind; /* kernel_kind.h */
	const struct arch *arch; /* arch.h */
	char spec[256]; /* as the user wrote it: "vm:deb:6.1" */
	char release[128]; /* uname -r: "6.1.0-56-amd64" */
	char package[64]; /* Debian package version, or "" */
	char image[PATH_MAX]; /* as the architecture's build leaves it */
	char elf[PATH_MAX]; /* the same kernel unpacked, or "" (see image.h) */
	char build[PATH_MAX]; /* KDIR */
	char module[PATH_MAX]; /* mmgauge.ko */
	char agent[PATH_MAX]; /* of another architecture; "": this machine's */
	char config_sha256[65]; /* of KDIR/.config, or "" */
	char debug[PATH_MAX]; /* folder: vmlinux, NAME.ko with DWARF; or "" */
	char no_debug[512]; /* why not, where there should be; or "" */
	char compiler[128]; /* the KDIR's CONFIG_CC_VERSION_TEXT, or "" */
	char commit[41]; /* that it was built from, or "" */
	char title[160]; /* the commit's first line, or "" */
	struct kbuild_options kbuild; /* that it was built here with */
	char name[160]; /* for people and files: release, commit of git */
};

/* Says on stderr or a progress line what is going on; may be NULL. */
typedef void (*kernel_note)(const char *text, void *data);

/*
 * Make a kernel of @spec ready: resolve, fetch when absent, build the module.
 * The kinds of specs are the rows of kernel_kinds.c. A series ("6.1") is its
 * newest release that the distribution offers, or without a network the newest
 * in the cache. @options are for what is built here, and -EINVAL where nothing
 * is, but that DWARF is wanted can be said of any; NULL: none. Errors name the cause and the remedy: no such version (nearest
 * ones named), no network, disk full, no compiler, a build that failed (with
 * the log).
 */
int kernel_prepare(const char *spec, const struct kbuild_options *options,
		   struct vm_kernel *kernel, kernel_note note, void *data,
		   struct error *err);

/* The agent that @kernel is booted with. */
const char *kernel_agent(const struct vm_kernel *kernel);

/* As kernel_prepare() but stops after fetching. */
int kernel_fetch(const char *spec, const struct kbuild_options *options,
		 struct vm_kernel *kernel, kernel_note note, void *data,
		 struct error *err);

/*
 * It is being booted: what was used lately stays in the cache, of which only so
 * many kernels and modules are kept.
 */
void kernel_used(const struct vm_kernel *kernel);

/*
 * @spec for @arch, that --arch chose: "vm:deb:6.12:arm64". -EINVAL with the line
 * where it says another one, or none can be said.
 */
int kernel_spec_arch(const char *spec, const struct arch *arch, char *full,
		     size_t size, struct error *err);

/* What can be written: "vm:deb:VERSION, vm:git:REV or ..."; its length. */
int kernel_forms(char *text, size_t size);

/* What is in the cache, and what could be: for `mmgauge kernel list`. */
struct kernel_entry {
	char release[128]; /* as kernel_remove() takes it */
	char spec[256]; /* to boot it; "" where only its builder knows */
	char flavour
		[16]; /* of a distribution's special kernels, "rt"; else "" */
	bool cached;
	bool foreign; /* of another release than the machine's */
	bool module_built; /* for the current module sources */
	unsigned long long bytes; /* on disk */
};

struct kernel_query {
	bool available; /* what the mirror has of the other releases, too */
	/* Only of this one; NULL: this machine's, and all in the cache. */
	const struct arch *arch;
	kernel_note note;
	void *data;
};

/* free() the array. */
int kernel_list(const struct kernel_query *query, struct kernel_entry **entries,
		size_t *count, struct error *err);
int kernel_remove(const char *name, struct error *err);

/* Build the module against @kdir into the cache; @path gets the .ko. */
int module_build(const char *kdir, const char *release, char path[PATH_MAX],
		 kernel_note note, void *data, struct error *err);

#endif
