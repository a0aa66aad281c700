// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A last look at every stretch without a change: is it better explained by one
 * step, wherever that is? The search for candidates looks at ever shorter parts
 * and so must ask much of the few points at an end; a test of one step asks the
 * same of all places.
 */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes_parts.h"

/*
 * The chance of a step that is none in normal noise. Of few points more, since
 * allowing for an autocorrelation that few points tell badly takes away a part.
 */
#define SCAN_CHANCE(count) (0.004 + 6.5 / ((double)(count) * (double)(count)))

/* The same for any other noise, from its order. */
#define ORDERS 399
#define ORDERS_AS_CLEAR 2

/* Of longer ones the search sees what there is; this would take long. */
#define SCAN_MAX 2000

/* Few points are easily louder than the rest by chance; here it costs little.
 */
#define SCAN_LOUDER_CHANCE 0.06

/* A step is no further than that, or the search has found it. */
#define SCAN_CLIP 6.0

/* Noise that depends on the past more than that is left alone. */
#define SCAN_AUTOCORRELATION_MAX 0.5

/* How often the values in another order have as clear a step. */
static bool is_about_order(struct search *search, size_t start, size_t end,
			   double gain)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	double *values = search->scratch, *sums = search->moments;
	size_t count = end - start, at;
	int as_clear = 0;

	if (!rng)
		return false;
	/* changes_sum() left them held within limits. */
	for (size_t i = 0; i < count; i++)
		values[i] = search->sums[i + 1] - search->sums[i];
	for (int k = 0; k < ORDERS && as_clear <= ORDERS_AS_CLEAR; k++) {
		for (size_t i = count - 1; i; i--) {
			size_t j = gsl_rng_uniform_int(rng, i + 1);
			double value = values[i];

			values[i] = values[j];
			values[j] = value;
		}
		sums[0] = 0;
		for (size_t i = 0; i < count; i++)
			sums[i + 1] = sums[i] + values[i];
		as_clear += changes_split(sums, 0, count, &at) >= gain;
	}
	gsl_rng_free(rng);
	return as_clear <= ORDERS_AS_CLEAR;
}

static double squares_of(const struct search *search, size_t count)
{
	double mean = search->sums[count] / (double)count, squares = 0;

	for (size_t i = 0; i < count; i++) {
		double rest = search->sums[i + 1] - search->sums[i] - mean;

		squares += rest * rest;
	}
	return squares;
}

/* The dependence of neighbours if there were a step at @at as well. */
static double dependence(struct search *search, const struct rests *all,
			 size_t start, size_t at, size_t end)
{
	struct rests rests = *all, part;

	part = changes_rests(search, start, end);
	rests.squares -= part.squares;
	rests.products -= part.products;
	part = changes_rests(search, start, at);
	rests.squares += part.squares;
	rests.products += part.products;
	part = changes_rests(search, at, end);
	rests.squares += part.squares;
	rests.products += part.products;
	return changes_autocorrelation(search, &rests, search->place_count + 2);
}

/* Fills in @place where one step is clearly better. */
static bool scan(struct search *search, const struct rests *all, size_t start,
		 size_t end, struct place *place)
{
	double reach = SCAN_CLIP * search->noise, middle, gain, squares, clear;
	double rho, count = (double)(end - start);
	double most =
		SCAN_CHANCE(search->count) / (double)(search->place_count + 1);
	size_t at;

	if (end - start < 2 * CHANGES_SEGMENT_MIN || end - start > SCAN_MAX)
		return false;
	middle = changes_median(search, start, end);
	changes_sum(search, start, end, middle - reach, middle + reach);
	gain = changes_split(search->sums, 0, end - start, &at);
	squares = squares_of(search, end - start) - gain;
	if (!(squares > 0))
		return false;
	clear = sqrt(gain * (count - 2) / squares);
	if (changes_chance(changes_score(clear, count - 2), end - start) > most)
		return false;
	rho = dependence(search, all, start, start + at, end);
	clear = changes_score(clear / changes_inflation(rho), count - 2);
	*place = (struct place){ .at = start + at,
				 .chance = changes_chance(clear, end - start) };
	if (rho > SCAN_AUTOCORRELATION_MAX || place->chance > most)
		return false;
	changes_sum(search, start, end, middle - reach, middle + reach);
	if (!is_about_order(search, start, end, gain))
		return false;
	search->louder_chance = SCAN_LOUDER_CHANCE;
	changes_judge(search, start, place, end);
	search->louder_chance = CHANGES_LOUDER_CHANCE;
	return changes_chance(place->clear / changes_inflation(rho),
			      end - start) <= most;
}

int changes_scan(struct search *search)
{
	size_t count = search->place_count, added = 0;
	struct place *places = calloc(2 * count + 1, sizeof(*places)), *old;
	struct rests all = { 0 };

	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i <= count; i++) {
		size_t end = i < count ? search->places[i].at : search->count;
		struct rests part =
			changes_rests(search, changes_start(search, i), end);

		all.squares += part.squares;
		all.products += part.products;
	}
	for (size_t i = 0; i <= count; i++) {
		size_t end = i < count ? search->places[i].at : search->count;

		if (scan(search, &all, changes_start(search, i), end,
			 &places[added]))
			added++;
		if (i < count)
			places[added++] = search->places[i];
	}
	old = search->places;
	search->places = places;
	search->place_count = added;
	free(old);
	return added > count;
}
