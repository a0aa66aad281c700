/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that appear whole or not at all: written under temporary names beside
 * their own, all of them renamed when all are complete.
 */
#ifndef MMGAUGE_OUTPUT_H
#define MMGAUGE_OUTPUT_H

#include <stdio.h>

#include "results/base/error.h"

struct output_file {
	char *path;
	char *temporary;
};

struct output {
	struct output_file *files;
	size_t count;
};

/* A stream for a new file, to be closed by output_end(). NULL: see @err. */
FILE *output_begin(struct output *output, const char *path, struct error *err);

/*
 * Close it. @ret is what writing to it came to so far (0, -ENOSPC, ...): it is
 * reported like what still turns up here.
 */
int output_end(struct output *output, FILE *stream, int ret, struct error *err);

/* Give all files their names, in the order of their beginning. */
int output_commit(struct output *output, struct error *err);

/* Remove what was not committed. */
void output_free(struct output *output);

#endif
