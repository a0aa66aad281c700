/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results that operands name, for commands that take any number. */
#ifndef MMGAUGE_LOAD_H
#define MMGAUGE_LOAD_H

#include "results/base/result.h"

struct loaded {
	struct result *results;
	const struct result **pointers; /* to each of them */
	size_t count;
};

/* Free with loaded_free(), also after an error. */
int loaded_make(struct loaded *loaded, int argc, char **argv,
		struct error *err);
void loaded_free(struct loaded *loaded);

/*
 * Two results to be held against each other, either of which may be several runs
 * with commas between (baseline_merge()). A baseline that stands for several is
 * the one that fits the other. Free both with result_free(), also after an
 * error.
 */
int load_pair(char *const names[2], struct result *base, struct result *new,
	      struct error *err);

#endif
