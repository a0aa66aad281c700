/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is replicated: boots, rounds of boots taken in turns, or whole runs of
 * boots. A difference is only as sure as the layer that repeats is many.
 */
#ifndef MMGAUGE_STATS_LAYERS_H
#define MMGAUGE_STATS_LAYERS_H

#include "significance.h"

/* The logarithms of the levels of the boots of one side. */
struct stats_logs {
	size_t count; /* 0 where a level is not above zero */
	double *values;
	unsigned int *boots; /* the number of each, ascending */
	unsigned int *runs; /* that each belongs to, ascending */
};

/*
 * Of a side whose boots have these numbers and runs, both of which it copies.
 * False when out of memory; free with stats_logs_free() either way.
 */
bool stats_logs_make(const struct stats_side *side, const unsigned int *boots,
		     const unsigned int *runs, struct stats_logs *logs);
void stats_logs_free(struct stats_logs *logs);

/*
 * The means of both sides, each of its boots as they are: Welch's t (1947),
 * with @trim an eighth of the boots trimmed at either end as Yuen (1974) does.
 */
struct stats_row stats_boots_differ(const struct stats_logs *base,
				    const struct stats_logs *new, bool trim);

/*
 * Boots of the same number were measured one after the other: what disturbs
 * one disturbs the other, and goes with their difference. Trimmed likewise.
 */
struct stats_row stats_rounds_differ(const struct stats_logs *base,
				     const struct stats_logs *new, bool trim);

/*
 * Boots of a run are alike in what differs between runs. A run is worth the
 * mean of its boots, from four on without the lowest and the highest, and the
 * runs of both sides vary alike; a side may have one only. With less than four
 * runs in all nobody knows how runs vary: free is NaN.
 */
struct stats_row stats_runs_differ(const struct stats_logs *base,
				   const struct stats_logs *new);

/* How many runs the boots are of. */
unsigned int stats_runs(const struct stats_logs *logs);

/*
 * The change from the runs of one side to a further one that their noise
 * explains in 95 of 100 cases, relative: the prediction interval of its level.
 * NaN below three runs.
 */
double stats_usual_change(const struct stats_logs *logs);

#endif
