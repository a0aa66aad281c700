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

/* What the points of one side scatter by chance in so many cases is usual. */
#define CHANGES_LOUDER_CHANCE 0.001

#define CHANGES_AUTOCORRELATION_MAX 0.95

/* A place where the level may change, between its two neighbours. */
struct place {
	size_t at;
	double error; /* standard error of the difference of means */
	double clear; /* the difference in these; both as if independent */
	double chance; /* of as good a step in noise; 0: not asked */
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
	double louder_chance; /* below it, points of a side have another noise
			       */
	bool trend; /* what is left of the levels is no noise */
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

/*
 * The changes of a series without noise; false, with a status where there was
 * no memory, where it has some.
 */
bool changes_find_exact(const double *values, size_t count,
			struct changes *answer);

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

/* What the level of a stretch leaves, held within limits. */
struct rests {
	double squares;
	double products; /* of neighbours */
};

struct rests changes_rests(struct search *search, size_t start, size_t end);

/* The autocorrelation of what the levels of so many segments leave. */
double changes_autocorrelation(const struct search *search,
			       const struct rests *rests, size_t segments);

/* As clear, in standard errors that are known; these had @free numbers. */
double changes_score(double clear, double free);

/*
 * The chance that the best of all steps in @count points of noise is as clear
 * as that (James, James and Siegmund, "Tests for a change-point", 1987).
 */
double changes_chance(double clear, size_t count);

/*
 * Add to places what one step explains in a stretch without any; 1: there was
 * some, 0: none, -ENOMEM.
 */
int changes_scan(struct search *search);

/* How clear @place is between @start and @end, and its standard error. */
void changes_judge(struct search *search, size_t start, struct place *place,
		   size_t end);

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

#define CHANGES_RAMP_GRID 16 /* places where a ramp may begin or end */
#define CHANGES_RAMP_MIN 8 /* points; anything shorter is a step */

/* A level until @from, a straight line, and a level again. */
struct ramp {
	size_t from, until; /* in the window */
	double rest; /* sum of squares it leaves */
	double level, rise;
	double spread; /* of the regressor: the rise's error is noise / root */
	size_t tried; /* of changes_next_ramp() */
};

/* A ramp and, in it or beside it, a step. */
struct slope {
	struct ramp ramp;
	size_t at, first, last; /* of the step, in the window */
	double size, spread, turn; /* turn: of the ramp's rise in the step */
	double rest, noise, chance;
};

/*
 * Append @start..@end to the window and its sums of values and of position
 * times value, each value held within @reach of the median of them.
 */
void changes_fill_window(struct search *search, size_t start, size_t end,
			 double reach, struct window *window);

/* The next of the ramps worth a try; begin with zeroes. False at the end. */
bool changes_next_ramp(const struct search *search, const struct window *window,
		       struct ramp *ramp);

/*
 * Move an end of the ramp by so many points: @way is 0 to 3, for either end
 * either way. False where it cannot be.
 */
bool changes_move_ramp(const struct search *search, const struct window *window,
		       size_t by, unsigned int way, struct ramp *ramp);

/* The ramp that leaves least of the window; false where none is long enough. */
bool changes_find_ramp(const struct search *search, const struct window *window,
		       struct ramp *best);

/*
 * Whether the series is a strong trend that is no autocorrelation, or less of
 * it than the search allowed for: @autocorrelation is what it may have, then.
 */
bool changes_is_trend(struct search *search, double *autocorrelation);

/* Whether slow wandering says as much of the values as the places do. */
bool changes_wander(const struct search *search);

/* A ramp and a step, if they are clearly better than the ramp @alone. */
bool changes_find_slope(const struct search *search,
			const struct window *window, const struct ramp *alone,
			struct slope *slope);

/* The ramp of it, without the step, at a place in the window. */
double changes_slope_at(const struct slope *slope, double at);

/*
 * Hand back in @out what @steps, one for each place, are: themselves, or fewer
 * changes where a drift explains several. Three for each step at most; how
 * many.
 */
size_t changes_find_drifts(struct search *search, const struct change *steps,
			   struct change *out);

#endif
