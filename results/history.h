/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Series over runs: one metric of one cell, a point a run, in the order the
 * runs are given; and where it changed.
 *
 * Who finds the changes is a function of its own: history_steps() is the exact
 * rule for the instruction clock, on which every difference is real.
 */
#ifndef MMGAUGE_HISTORY_H
#define MMGAUGE_HISTORY_H

#include "result.h"

struct history_change {
	size_t index; /* in points: the first of the new level */
	double before, after; /* levels */
	double low, high; /* 95 % interval of after / before */
	double probability; /* that there is a change */
	bool regression; /* else an improvement */
};

struct history_series {
	char *name; /* "case[axis=value] metric" */
	char *unit;
	bool higher_is_better;
	bool exact; /* of the instruction clock */
	double *points; /* medians */
	size_t *runs; /* the run of every point, by its place in the list */
	size_t count;
	struct history_change *changes;
	size_t change_count;
};

struct history {
	struct history_series *series; /* sorted by name */
	size_t count;
};

/*
 * Build the series of @results. Runs on another clock, accelerator or machine
 * than the first are left out: *@left_out counts them. 0 or -ENOMEM.
 */
int history_build(const struct result *const *results, size_t count,
		  struct history *history, size_t *left_out);
void history_free(struct history *history);

/*
 * Fill in @series->changes. 0 or -ENOMEM. history_steps(): a change is a point
 * further than @threshold (relative) from the level, the first point of its
 * regime, so that many small steps the same way are found when they add up.
 */
int history_steps(struct history_series *series, double threshold);

#endif
