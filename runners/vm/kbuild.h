/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a make of the kernel's leaves behind: messages, and half of a build. */
#ifndef MMGAUGE_KBUILD_H
#define MMGAUGE_KBUILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "results/base/error.h"
#include "runners/base/text_list.h"

/*
 * "LLVM=1", "KCFLAGS=-O1 -g": variables of make's for kernels that are built
 * here, part of what such a build is named by.
 */
#define KBUILD_OPTIONS 16
#define KBUILD_OPTION 256 /* of one, with its NUL */

struct kbuild_options {
	char words[KBUILD_OPTIONS][KBUILD_OPTION];
	size_t count;
	bool debug_info; /* DWARF is wanted; not one of the words */
	bool configured; /* by a configuration, not only by --kbuild */
	char fragments[64]; /* of one: "rt+lockdep" (fragments.h), or "" */
};

/*
 * What --kbuild was given. -EINVAL where it is not VAR=VALUE, or a variable
 * that says where or for what to build, -E2BIG where there is too much of it.
 */
int kbuild_parse(const struct text_list *list, struct kbuild_options *options,
		 struct error *err);

/* One more of them. */
int kbuild_add(struct kbuild_options *options, const char *word,
	       struct error *err);

/* As a result and a journal keep them, and back: -EINVAL where it is none. */
json_t *kbuild_to_json(const struct kbuild_options *options);
int kbuild_from_json(const json_t *array, struct kbuild_options *options,
		     struct error *err);

/*
 * The compiler that these options choose: "clang-14", or else @gcc, which
 * builds for the architecture.
 */
void kbuild_compiler(const struct kbuild_options *options, const char *gcc,
		     char *program, size_t size);

/*
 * Whether make can build below @path: it takes a blank for the end of a name
 * and a colon for that of a target. -EINVAL with the @remedy.
 */
#define KBUILD_CACHE_REMEDY "set XDG_CACHE_HOME to one without"

int kbuild_check_path(const char *path, const char *remedy, struct error *err);

/*
 * The line of make's @log that says what went wrong: the first error, not what
 * make makes of it; "" when there is none.
 */
void kbuild_error(const char *log, char *line, size_t size);

/* Whether @name is .TARGET.cmd, in which kbuild keeps how a target was made. */
bool kbuild_is_command(const char *name);

/*
 * A build of @tree in @objects was killed: remove what its commands had not
 * finished, which make would take for whole, and nothing else. Where kbuild
 * goes on with an object after it wrote what it was made from, that is not
 * known: what is of the last half minute goes.
 */
int kbuild_mend(const char *tree, const char *objects);

#endif
