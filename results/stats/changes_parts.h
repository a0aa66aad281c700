/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How changes.c is put together; nobody else includes this. */
#ifndef MMGAUGE_STATS_CHANGES_PARTS_H
#define MMGAUGE_STATS_CHANGES_PARTS_H

#include <math.h>

#include "changes.h"

/*
 * How far from the centre a value may count, in standard deviations: beyond,
 * it counts as if it lay there. So a spike weighs as much as an unlucky value.
 */
#define CHANGES_CLIP 3.5

/* Less beyond the two levels where only the place is sought. */
#define CHANGES_PLACE_CLIP 1.5

#define CHANGES_AUTOCORRELATION_MAX 0.95

/* A place where the level may change, between its two neighbours. */
struct place {
	size_t at;
	double error; /* standard error of the difference of means */
	double clear; /* the difference in these; both as if independent */
	bool stale; /* a neighbour went away since */
};

/* The series in units of its noise, and what has been found in it. */
struct search {
	const double *raw;
	double half_middle; /* halves: differences of huge values overflow */
	double half_unit;
	const double *values; /* (raw / 2 - half_middle) / half_unit */
	size_t count;
	double *scratch; /* count */
	double *sums; /* count + 1 */
	double *moments; /* count + 1 */
	struct place *places;
	size_t place_count;
	double noise; /* standard deviation, 1 or so */
	double autocorrelation;
	double autocorrelation_limit;
	double inflation; /* of standard errors, by the autocorrelation */
};

static inline double changes_clamp(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

/* Of standard errors, by the dependence of a point on the one before. */
static inline double changes_inflation(double autocorrelation)
{
	return sqrt((1 + autocorrelation) / (1 - autocorrelation));
}

/* The neighbours of place @i, or the ends of the series. */
static inline size_t changes_start(const struct search *search, size_t i)
{
	return i ? search->places[i - 1].at : 0;
}

static inline size_t changes_end(const struct search *search, size_t i)
{
	return i + 1 < search->place_count ? search->places[i + 1].at :
					     search->count;
}

double changes_median(struct search *search, size_t start, size_t end);

/* Of the raw values, halved: the median of two huge ones overflows. */
double changes_half_median(struct search *search, size_t start, size_t end);

/* sums[i]: of the first i values from @start on, each held within the limits.
 */
void changes_sum(struct search *search, size_t start, size_t end, double low,
		 double high);

/*
 * Where splitting @start..@end of the sums lowers the sum of squares most, and
 * by how much. Both sides keep CHANGES_SEGMENT_MIN.
 */
double changes_split(const double *sums, size_t start, size_t end, size_t *at);

/*
 * The standard errors a change must be clear by when the shorter side has
 * @points of @count: the more places there are to look, the more.
 */
double changes_needed(size_t points, size_t count);

/* One minus the chance of a change as clear as this in mere noise. */
double changes_probability(double clear, size_t points, size_t count);

/* Every place worth a closer look into places. 0 or -ENOMEM. */
int changes_candidates(struct search *search);

/* Fill @change from place @i. */
void changes_describe(struct search *search, size_t i, struct change *change);

/* The interval of the difference; @error as if points were independent. */
void changes_set_size(const struct search *search, double error, double free,
		      struct change *change);

struct window {
	size_t start, count;
	double origin; /* values are taken relative to it */
	double squares; /* of all values, about zero */
	double stairs; /* sum of squares the steps leave */
};

/* A level until @from, a straight line, and a level again. */
struct ramp {
	size_t from, until; /* in the window */
	double rest; /* sum of squares it leaves */
	double level, rise;
	double spread; /* of the regressor: the rise's error is noise / root */
};

/*
 * Append @start..@end to the window and its sums of values and of position
 * times value, each value held within @reach of the median of them.
 */
void changes_fill_window(struct search *search, size_t start, size_t end,
			 double reach, struct window *window);

/* The ramp that leaves least of the window; false where none is long enough. */
bool changes_find_ramp(const struct search *search, const struct window *window,
		       struct ramp *best);

/*
 * Whether the series is a strong trend that is no autocorrelation, or less of
 * it than the search allowed for: @autocorrelation is what it may have, then.
 */
bool changes_is_trend(struct search *search, double *autocorrelation);

/*
 * Turn @items, one for each place, into fewer where one drift explains several
 * steps; hands back how many are left.
 */
size_t changes_find_drifts(struct search *search, struct change *items);

#endif
