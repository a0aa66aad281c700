/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Series over runs: one metric of one cell, a point a run, in the order the
 * runs are given; and where it changed.
 */
#ifndef MMGAUGE_HISTORY_H
#define MMGAUGE_HISTORY_H

#include "results/base/result.h"

struct history_change {
	bool drift; /* gradually, from index to end; else a step */
	size_t index; /* in points: the first of the new level */
	size_t end; /* the last point of a drift; equals index for a step */
	size_t first, last; /* index lies in there, in 95 of 100 cases */
	double before, after; /* levels */
	double low, high; /* 95 % interval of after - before */
	double probability; /* that there is a change */
	bool regression; /* else an improvement */
	size_t back_after; /* points until it went away again; 0: it did not */
	bool told; /* by an earlier look (results/history_told.h) */
};

struct history_series {
	char *name; /* "case[axis=value] metric" */
	char *unit;
	bool higher_is_better;
	bool exact; /* of the instruction clock */
	double *points; /* medians */
	size_t *runs; /* the run of every point, by its place in the list */
	size_t count;
	size_t missing; /* runs, or lines of a table, without a value */
	struct history_change *changes; /* by index */
	size_t change_count;
	size_t by_chance; /* changes left out: chance among so many series */
	double noise, autocorrelation; /* around the levels, where not exact */
	bool wandering; /* slow wandering explains it as well as changes do */
	bool below; /* no changes, but some that the threshold took away */
};

struct history {
	struct history_series *series; /* sorted by name */
	size_t count;
};

/* Whether two runs are of one clock, accelerator, machine and configuration. */
bool history_comparable(const struct result *a, const struct result *b);

/*
 * Build the series of @results. Runs on another clock, accelerator or machine,
 * or of another configuration, than the first are left out: *@left_out counts them. 0 or -ENOMEM.
 */
int history_build(const struct result *const *results, size_t count,
		  struct history *history, size_t *left_out);
void history_free(struct history *history);
void history_drop(struct history *history, size_t index); /* a series */

/* The series @name, made when there is none of that name; NULL: no memory. */
struct history_series *history_add(struct history *history, const char *name,
				   const char *unit, bool higher_is_better);
int history_add_point(struct history_series *series, double value, size_t run);

/*
 * Fill in @series->changes; none smaller than @threshold (relative, see
 * results/base/threshold.h). 0 or -ENOMEM.
 *
 * On the exact clock every difference is real: a change is a point further
 * than @threshold from the level, the first point of its regime, so that many
 * small steps the same way are found when they add up: a drift. Elsewhere the
 * detector of stats/changes.h decides what is noise.
 */
int history_find(struct history_series *series, double threshold);

/* Append a copy of @change, whose regression is filled in. 0 or -ENOMEM. */
int history_add_change(struct history_series *series,
		       const struct history_change *change);

#endif
