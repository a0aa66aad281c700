/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of all combinations to measure where they are too many. */
#ifndef MMGAUGE_PAIRWISE_H
#define MMGAUGE_PAIRWISE_H

#include <stddef.h>

#define DIMENSIONS_MAX 24

/* What is chosen of each dimension; 0: its base. */
struct combination {
	unsigned char values[DIMENSIONS_MAX];
};

/*
 * Combinations of dimensions of so many @values each, at most DIMENSIONS_MAX of
 * 1 to 255, such that any two values of two dimensions occur together in one of
 * them; and before those that of all bases and each value alone over it. The
 * same sizes give the same ones. free() the array. -ENOMEM.
 */
int pairwise_choose(const unsigned int *values, size_t dimensions,
		    struct combination **chosen, size_t *count);

/* All of them, the last dimension the fastest. -ENOMEM, -E2BIG. */
int pairwise_all(const unsigned int *values, size_t dimensions,
		 struct combination **chosen, size_t *count);

#endif
