/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a make of the kernel's leaves behind: messages, and half of a build. */
#ifndef MMGAUGE_KBUILD_H
#define MMGAUGE_KBUILD_H

#include <stddef.h>

#include "results/base/error.h"

/*
 * $MMGAUGE_KBUILD, "LLVM=1 KCFLAGS=-O1 -g": variables of make's for kernels
 * built from git, part of what such a build is named by. A word that begins no
 * variable belongs to the value before it.
 */
#define KBUILD_OPTIONS 16

struct kbuild_options {
	char text[1024];
	const char *words[KBUILD_OPTIONS]; /* within text */
	size_t count;
};

int kbuild_read_options(struct kbuild_options *options, struct error *err);

/* The compiler that these options choose: "gcc", "clang-14". */
void kbuild_compiler(const struct kbuild_options *options, char *program,
		     size_t size);

/*
 * The line of make's @log that says what went wrong: the first error, not what
 * make makes of it; "" when there is none.
 */
void kbuild_error(const char *log, char *line, size_t size);

/*
 * A build in @objects was killed: remove what its commands had not finished,
 * which make would take for whole, and nothing else.
 */
int kbuild_mend(const char *objects);

#endif
