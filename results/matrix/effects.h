/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each value of each dimension does to a cost, on the scale of logarithms,
 * and which pairs do more or less together than each alone.
 */
#ifndef MMGAUGE_EFFECTS_H
#define MMGAUGE_EFFECTS_H

#include <stdbool.h>

#include "pairwise.h"

#define EFFECT_ALIASES 4
#define SUSPECTS_MAX 4

struct effects_input {
	const unsigned int *values; /* of each dimension; the first is base */
	size_t dimensions;
	const struct combination *runs;
	const double *logs; /* of the cost in each; NaN: it has none */
	size_t count;
};

/* A value against the base of its dimension. */
struct effect {
	size_t dimension;
	unsigned int value;
	double log; /* NaN: these runs cannot tell it from others */
};

struct suspect {
	struct effect a, b; /* without log */
	double log; /* what they do together beyond both */
	double direct; /* the same of four runs that differ in nothing else; NaN */
	/* How many pairs explain the runs as well, and the first of them. */
	size_t alias_count;
	struct {
		struct effect a, b;
	} aliases[EFFECT_ALIASES];
};

struct effects {
	struct effect *list; /* all, in the order of dimensions */
	size_t count;
	struct suspect suspects[SUSPECTS_MAX];
	size_t suspect_count;
	double residual; /* the largest, of what all that leaves unexplained */
};

/* Deviations up to @tolerance (a logarithm) are none. -ENOMEM. */
int effects_find(const struct effects_input *input, double tolerance,
		 struct effects *effects);
void effects_free(struct effects *effects);

/*
 * The four runs with both, either and neither of @a and @b, all else at its
 * base: what the pair does together beyond both, NaN where one is missing.
 */
double effects_direct(const struct effects_input *input, const struct effect *a,
		      const struct effect *b);

/* Of the same four: how far both together are from what they add up to. */
double effects_sum(const struct effects_input *input, const struct effect *a,
		   const struct effect *b);

#endif
