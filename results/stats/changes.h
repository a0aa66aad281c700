/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the level of a noisy series changes. docs/statistics.md has the method,
 * its sources and its measured error rates.
 *
 * Where values come in runs of equal ones there is no noise, and each run of
 * CHANGES_SEGMENT_MIN is a level.
 */
#ifndef MMGAUGE_STATS_CHANGES_H
#define MMGAUGE_STATS_CHANGES_H

#include "stats.h"

/* Between two changes, and at both ends: a single spike is no new level. */
#define CHANGES_SEGMENT_MIN 3

enum change_kind {
	CHANGE_STEP, /* from one point to the next */
	CHANGE_DRIFT, /* gradually, from index to end */
};

struct change {
	enum change_kind kind;
	size_t index; /* the first point of the new level, counted from 0 */
	size_t end; /* the last point of a drift; equals index for a step */
	size_t first; /* index lies in [first, last] with 95 % probability */
	size_t last;
	double before; /* medians of the segments on either side */
	double after;
	double low; /* 95 % interval of after - before */
	double high;
	/*
	 * One minus the chance that a series of this length and noise in
	 * which nothing changes shows something as clear anywhere.
	 */
	double probability;
};

struct changes {
	enum stats_status status;
	struct change *items; /* by index */
	size_t count;
	double noise; /* standard deviation around the level */
	double autocorrelation; /* of neighbouring points, 0..1 */
	/*
	 * There are changes, but a level that follows the points slowly says as
	 * much of the next point, by Schwarz's criterion: noise with a long
	 * memory looks like that, and these may be none.
	 */
	bool wandering;
};

/*
 * The changes of @values, which are in the order of time. Nothing is random.
 * STATS_EMPTY, STATS_NOT_FINITE, STATS_FEW (less than two segments; no change)
 * or STATS_NO_MEMORY come without items. Takes linear time.
 */
struct changes changes_find(const double *values, size_t count);
void changes_free(struct changes *changes);

#endif
