// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Noise with a long memory: slow wandering beside what changes from point to
 * point. One autocorrelation cannot describe it, and steps can.
 */
#include <math.h>

#include "changes_parts.h"

/* Numbers that a step is (see changes_drift.c), and how fast a level follows. */
#define STEP_NUMBERS 3.0
#define FASTEST 0.9
#define FOLLOW_RATIO 0.75
#define FOLLOW_MIN 0.04

/* How much better steps must be to be believed: odds of e^2. */
#define DOUBT 4.0

/* A step of many standard deviations is missed once, however far. */
#define WANDER_CLIP 20.0

/* Mean square by which an exponentially weighted mean misses the next point. */
static double miss(const struct search *search, double follow)
{
	double reach = WANDER_CLIP * search->noise, sum = 0;
	double level = search->values[0];

	for (size_t i = 1; i < search->count; i++) {
		double rest =
			changes_clamp(search->values[i] - level, -reach, reach);

		sum += rest * rest;
		level += follow * rest;
	}
	return sum / (double)(search->count - 1);
}

bool changes_wander(const struct search *search)
{
	double count = (double)search->count, least = HUGE_VAL;
	double steps = search->noise * search->noise *
		       (count - (double)search->place_count - 1) / count;
	double rho = search->autocorrelation;

	for (double follow = FASTEST; follow > FOLLOW_MIN;
	     follow *= FOLLOW_RATIO)
		least = fmin(least, miss(search, follow));
	/* What is left of the levels may depend on the point before, too. */
	steps *= 1 - rho * rho;
	return search->place_count && steps > 0 &&
	       count * log(least / steps) <
		       STEP_NUMBERS * (double)search->place_count * log(count) +
			       DOUBT;
}
