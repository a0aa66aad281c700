/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel build folders (KDIR). */
#ifndef MMGAUGE_KDIR_H
#define MMGAUGE_KDIR_H

#include <stddef.h>

#include "kernel.h"

/* Its release, as the kernel calls itself. */
int kdir_release(const char *kdir, char *release, size_t size,
		 struct error *err);

/* CONFIG_CC_VERSION_TEXT of its .config, or "". */
void kdir_compiler(const char *kdir, char *text, size_t size);

/* Fill in what follows from kernel->build: configuration and compiler. */
int kdir_describe(struct vm_kernel *kernel, struct error *err);

/*
 * What make needs to be told so that @kdir's compiler is used: "LLVM=1",
 * "LLVM=-14", "CC=clang", or "" for gcc.
 */
void kdir_toolchain(const char *kdir, char *word, size_t size);

/* What it is for, by its .config. */
const struct arch *kdir_arch(const char *kdir);

/*
 * What make needs to be told where that is not this machine's architecture: at
 * most KDIR_CROSS_WORDS; their number.
 */
#define KDIR_CROSS_WORDS 3
struct kdir_cross {
	char text[KDIR_CROSS_WORDS][64];
};

size_t kdir_cross(const char *kdir, struct kdir_cross *cross,
		  const char *words[KDIR_CROSS_WORDS]);

/* The same for what is not configured yet. */
size_t kdir_cross_arch(const struct arch *arch, struct kdir_cross *cross,
		       const char *words[KDIR_CROSS_WORDS]);

/*
 * The same where the gcc that built Debian's @kdir is not installed, and
 * another one is: at most KDIR_WORDS; their number. What that one does not know
 * is turned off.
 */
#define KDIR_WORDS 4
size_t kdir_other_compiler(const char *kdir, const char *words[KDIR_WORDS]);

/* "gcc (Debian 12.2) 12.2": that gcc, where it is another; or "". */
void kdir_module_compiler(const char *kdir, char *text, size_t size);

/* Are the make and the compiler it asks for there? */
int kdir_check_tools(const char *kdir, struct error *err);

/* In @folder/kbuild, of a release with a newer C library than this one. */
#define KBUILD_LIBRARIES "lib"

/*
 * Make the KDIR @folder/build work where it lies: its Makefile names the
 * common headers in /usr/src. Its tools use KBUILD_LIBRARIES where there are.
 */
int deb_fix_build(const char *folder, struct error *err);
int kbuild_use_libraries(const char *folder, struct error *err);

#endif
