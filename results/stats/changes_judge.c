// SPDX-License-Identifier: GPL-2.0-or-later
/* How clear a difference of two levels is. */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "changes_parts.h"

/* The noise of few points is unsure: the whole series' counts as so many. */
#define NOISE_PRIOR 8

/* How many points next to a place are looked at for louder noise. */
#define LOUDER_POINTS 8

/*
 * Of noise, differences of neighbours tell as much as distances from the level.
 * Where they tell less than that share, there is a slope.
 */
#define SLOPE_SHARE 0.35

/* Of so many points, the one that is furthest off may be a spike. */
#define SPIKE_FREE 16

/* What a value counts for at most where noise is compared, in its units. */
#define LOUDER_CLIP 20.0

double changes_score(double clear, double free)
{
	double chance = gsl_cdf_tdist_Q(clear, free);

	return chance > 0 ? gsl_cdf_ugaussian_Qinv(chance) : fmin(clear, 1e9);
}

struct half {
	double level, count, shifted, sum, squares;
};

static void measure_half(const struct search *search, size_t start, size_t end,
			 double middle, struct half *half)
{
	double reach = CHANGES_CLIP * search->noise;

	half->count = (double)(end - start);
	for (size_t i = start; i < end; i++) {
		double value = search->values[i], rest;

		half->shifted += changes_clamp(value - middle, -reach, reach);
		rest = changes_clamp(value - half->level, -reach, reach);
		half->sum += rest;
		half->squares += rest * rest;
	}
	half->squares -= half->sum * half->sum / half->count;
}

struct nearby {
	double sum, squares, free; /* of values about @level */
	double steps; /* half the squares of differences of neighbours */
	double clipped; /* the same of values held nearer: few spikes do little
			 */
	double most; /* the largest of these: one may be a spike */
};

static void add_nearby(const struct search *search, size_t start, size_t end,
		       double level, struct nearby *nearby)
{
	double reach = LOUDER_CLIP * search->noise;
	double near = CHANGES_CLIP * search->noise, last = 0;

	for (size_t i = start; i < end; i++) {
		double rest =
			changes_clamp(search->values[i] - level, -reach, reach);

		if (i > start)
			nearby->steps += (rest - last) * (rest - last) / 2;
		last = rest;
		nearby->sum += rest;
		nearby->squares += rest * rest;
		rest = changes_clamp(rest, -near, near);
		nearby->clipped += rest * rest;
		nearby->most = fmax(nearby->most, rest * rest);
	}
	nearby->free += (double)(end - start);
}

/* Whether so much is left of the points that their noise must be another. */
static bool is_louder(const struct search *search, const struct nearby *nearby)
{
	double free = nearby->free, clipped = nearby->clipped, ratio;

	if (free >= SPIKE_FREE) {
		clipped -= nearby->most;
		free--;
	}
	ratio = clipped / (search->noise * search->noise);
	return ratio > free && nearby->steps > SLOPE_SHARE * nearby->squares &&
	       gsl_cdf_chisq_Q(ratio, free) < search->louder_chance;
}

/*
 * How clear the difference is if the noise is not the same everywhere: a few
 * points that scatter widely have no clear mean. Either the shorter side shows
 * it, or that with as many again of the other side next to it.
 */
static double judge_louder(const struct search *search, size_t start, size_t at,
			   size_t end, const struct half *left,
			   const struct half *right)
{
	bool last = right->count <= left->count;
	const struct half *shorter = last ? right : left;
	const struct half *longer = last ? left : right;
	size_t from = last ? at : start, until = last ? end : at;
	size_t beyond = fmin(longer->count, LOUDER_POINTS);
	struct nearby own = { 0 }, both;
	double mean, difference, clear = HUGE_VAL;

	add_nearby(search, from, until, shorter->level, &own);
	mean = own.sum / own.free;
	difference = fabs(shorter->level + mean - longer->level -
			  longer->sum / longer->count);
	own.squares -= own.sum * mean;
	own.free--;
	both = own;
	add_nearby(search, last ? at - beyond : at, last ? at : at + beyond,
		   longer->level, &both);
	for (int i = 0; i < 2; i++) {
		const struct nearby *nearby = i ? &both : &own;
		double error = nearby->squares / nearby->free / shorter->count +
			       search->noise * search->noise / longer->count;

		if (is_louder(search, nearby))
			clear = fmin(clear,
				     changes_score(difference / sqrt(error),
						   nearby->free));
	}
	return clear;
}

/*
 * The difference of means of values clipped around the common median, in
 * standard errors; the noise is what is left around each side's own level.
 */
void changes_judge(struct search *search, size_t start, struct place *place,
		   size_t end)
{
	size_t at = place->at;
	double middle = changes_median(search, start, end), variance, free;
	struct half left = { .level = changes_median(search, start, at) };
	struct half right = { .level = changes_median(search, at, end) };
	double difference;

	measure_half(search, start, at, middle, &left);
	measure_half(search, at, end, middle, &right);
	free = left.count + right.count - 2 + NOISE_PRIOR;
	variance = left.squares + right.squares +
		   NOISE_PRIOR * search->noise * search->noise;
	variance /= free;
	difference =
		fabs(left.shifted / left.count - right.shifted / right.count);
	place->error = sqrt(variance * (1 / left.count + 1 / right.count));
	place->clear = 0;
	if (!(difference > 0))
		return;
	place->clear = changes_score(difference / place->error, free);
	if (!search->trend)
		place->clear =
			fmin(place->clear, judge_louder(search, start, at, end,
							&left, &right));
}
