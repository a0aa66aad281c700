// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A step on a slope: a drift explains most of both, so that the step is not
 * seen unless both are fitted together.
 */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "changes_parts.h"

/* Windows that are longer take too long, and their steps stand out anyway. */
#define SLOPE_MAX 4096

/* The chance of a step that is none, in noise on a slope. */
#define SLOPE_CHANCE 0.0005

/* What the slope climbs in so many points is no step. */
#define STEEPER 2.0

/* Numbers that a ramp and a step are, together (see changes_drift.c). */
#define SLOPE_NUMBERS 7

#define REFINE 16 /* moves of an end by one length, the first a part */

/* The sum of the ramp, which rises from 0 to 1, from @at on. */
static double ramp_behind(const struct ramp *ramp, size_t count, size_t at)
{
	double length = (double)(ramp->until - ramp->from), done;

	if (at >= ramp->until)
		return (double)(count - at);
	done = at > ramp->from ? (double)(at - ramp->from) : 0;
	return (length * length - done * done) / (2 * length) +
	       (double)(count - ramp->until);
}

/* How much a step at @at lowers the sum of squares; and its size and spread. */
static double gain_of(const struct search *search, const struct window *window,
		      const struct ramp *ramp, size_t at, struct slope *slope)
{
	double count = (double)window->count, behind = count - (double)at;
	double rise = ramp_behind(ramp, window->count, at);
	double left = search->sums[window->count] - search->sums[at] -
		      ramp->level * behind - ramp->rise * rise;
	double mean = ramp_behind(ramp, window->count, 0) / count;

	/* What is left is at right angles to the level and the ramp. */
	rise -= mean * behind;
	slope->ramp = *ramp;
	slope->at = at;
	slope->turn = rise / ramp->spread;
	slope->spread = behind - behind * behind / count - rise * slope->turn;
	if (!(slope->spread > 1e-9))
		return 0;
	slope->size = left / slope->spread;
	return left * slope->size;
}

static void try_ramp(const struct search *search, const struct window *window,
		     const struct ramp *ramp, struct slope *best)
{
	struct slope slope;

	for (size_t at = CHANGES_SEGMENT_MIN;
	     at + CHANGES_SEGMENT_MIN <= window->count; at++) {
		double gain = gain_of(search, window, ramp, at, &slope);

		if (ramp->rest - gain >= best->rest)
			continue;
		*best = slope;
		best->rest = ramp->rest - gain;
	}
}

/* The ends of the ramp may be a little off the grid. */
static void refine(const struct search *search, const struct window *window,
		   struct slope *slope)
{
	for (size_t by = window->count / REFINE + 1; by; by /= 2)
		for (unsigned int i = 0; i < REFINE; i++) {
			struct ramp ramp = slope->ramp;

			if (changes_move_ramp(search, window, by, i % 4, &ramp))
				try_ramp(search, window, &ramp, slope);
		}
}

double changes_slope_at(const struct slope *slope, double at)
{
	double from = (double)slope->ramp.from,
	       until = (double)slope->ramp.until;

	return slope->ramp.level +
	       slope->ramp.rise *
		       changes_clamp((at - from) / (until - from), 0, 1);
}

/* The step takes some of the ramp's rise and level. */
static void adjust(const struct window *window, struct slope *slope)
{
	double count = (double)window->count;
	double mean = ramp_behind(&slope->ramp, window->count, 0) / count;

	slope->ramp.rise -= slope->size * slope->turn;
	slope->ramp.level -=
		slope->size *
		((count - (double)slope->at) / count - slope->turn * mean);
}

/* What neighbours that are left by both have in common. */
static double dependence(const struct search *search,
			 const struct window *window, const struct slope *slope)
{
	double squares = 0, products = 0, last = 0;

	for (size_t i = 0; i < window->count; i++) {
		double rest = search->sums[i + 1] - search->sums[i] -
			      changes_slope_at(slope, (double)i + 0.5);

		if (i >= slope->at)
			rest -= slope->size;
		squares += rest * rest;
		products += rest * last;
		last = rest;
	}
	return squares > 0 ? changes_clamp(products / squares, 0,
					   CHANGES_AUTOCORRELATION_MAX) :
			     0;
}

/* Where else the step may be: the fit is hardly worse. */
static void find_range(const struct search *search, const struct window *window,
		       const struct ramp *ramp, struct slope *slope)
{
	double reach =
		gsl_cdf_chisq_Qinv(0.05, 1) * slope->noise * slope->noise;
	struct slope other;
	double most = gain_of(search, window, ramp, slope->at, &other);

	slope->first = slope->last = slope->at;
	while (slope->first > CHANGES_SEGMENT_MIN &&
	       gain_of(search, window, ramp, slope->first - 1, &other) >
		       most - reach)
		slope->first--;
	while (slope->last + CHANGES_SEGMENT_MIN < window->count &&
	       gain_of(search, window, ramp, slope->last + 1, &other) >
		       most - reach)
		slope->last++;
}

bool changes_find_slope(const struct search *search,
			const struct window *window, const struct ramp *alone,
			struct slope *slope)
{
	double free = (double)window->count - SLOPE_NUMBERS, gain, clear;
	double steepness;
	struct ramp ramp = { 0 };

	if (window->count > SLOPE_MAX || free < 1)
		return false;
	*slope = (struct slope){ .rest = HUGE_VAL };
	while (changes_next_ramp(search, window, &ramp))
		try_ramp(search, window, &ramp, slope);
	if (!isfinite(slope->rest) || !(slope->rest > 0))
		return false;
	refine(search, window, slope);
	gain = alone->rest - slope->rest;
	ramp = slope->ramp;
	adjust(window, slope);
	slope->noise = sqrt(slope->rest / free) *
		       changes_inflation(dependence(search, window, slope));
	clear = changes_score(sqrt(fmax(0, gain)) / slope->noise, free);
	slope->chance = changes_chance(clear, window->count);
	find_range(search, window, &ramp, slope);
	steepness = fabs(slope->ramp.rise) /
		    (double)(slope->ramp.until - slope->ramp.from);
	return slope->chance < SLOPE_CHANCE &&
	       fabs(slope->size) > STEEPER * steepness;
}
