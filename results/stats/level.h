/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The levels of one side: checked values and medians of medians. */
#ifndef MMGAUGE_STATS_LEVEL_H
#define MMGAUGE_STATS_LEVEL_H

#include "stats.h"

/* All values sorted inside their trials, in one block. */
struct level {
	double *sorted; /* trial after trial, boot after boot */
	size_t sample_count;
	double *boot_medians; /* sorted */
	size_t boot_count;
	size_t trials_max; /* in one boot */
	double median;
};

enum stats_status level_make(const struct stats_side *side,
			     struct level *level);
void level_free(struct level *level);

/* The halves are added, since the sum of two huge values overflows. */
static inline double stats_middle(double a, double b)
{
	return a == b ? a : a / 2 + b / 2;
}

#endif
