// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes_parts.h"

/* Of levels without noise: what is clipped must not vanish altogether. */
#define NOISE_MIN 1e-6

/* What one slope and a step in it are told as. */
#define SLOPE_ITEMS 3

/*
 * Standard deviation from differences of neighbours, which a change of level
 * hardly touches. The median of them, unless most are zero. Quarters, since
 * differences of huge values overflow, and sums of differences.
 */
static double half_noise(const double *values, size_t count, double *scratch)
{
	double noise, sum = 0;

	for (size_t i = 1; i < count; i++)
		scratch[i - 1] = fabs(values[i] / 4 - values[i - 1] / 4);
	noise = gsl_stats_median(scratch, 1, count - 1) / (0.6745 * M_SQRT2);
	if (noise > 0)
		return 2 * noise;
	for (size_t i = 0; i + 1 < count; i++)
		sum += scratch[i] / (double)(count - 1);
	return 2 * sum * 0.886;
}

/* False when there is no noise because nothing ever differs. */
static bool normalise(struct search *search, double *out)
{
	const double *values = search->raw;

	search->half_unit = half_noise(values, search->count, search->scratch);
	if (!(search->half_unit > 0))
		return false;
	search->half_middle = changes_half_median(search, 0, search->count);
	for (size_t i = 0; i < search->count; i++)
		out[i] = changes_clamp((values[i] / 2 - search->half_middle) /
					       search->half_unit,
				       -1e9, 1e9);
	return true;
}

/*
 * Autocorrelation from differences over one and two points (Chakar et al., "A
 * robust approach for estimating change-points in the mean of an AR(1)
 * process", 2017), give or take a few standard errors.
 *
 * It holds whatever changes of level there are. Below the least of it, no
 * place is worth a look. The most keeps a change that was dropped from passing
 * for autocorrelation and hiding the others.
 */
static void bound_autocorrelation(struct search *search)
{
	const double reach = CHANGES_CLIP * M_SQRT2;
	double near = 0, far = 0, error = 1 / sqrt((double)search->count), rho;

	for (size_t i = 2; i < search->count; i++) {
		const double *value = &search->values[i];
		double one = changes_clamp(value[0] - value[-1], -reach, reach);
		double two = changes_clamp(value[0] - value[-2], -reach, reach);

		near += one * one;
		far += two * two;
	}
	rho = near > 0 ? far / near - 1 : 0;
	search->autocorrelation_limit =
		changes_clamp(rho + 2 * error, 0, CHANGES_AUTOCORRELATION_MAX);
	rho = changes_clamp(rho - 3 * error, 0, CHANGES_AUTOCORRELATION_MAX);
	search->inflation = changes_inflation(rho);
	search->noise = 1 / sqrt(1 - rho); /* differences know less of it */
}

/* What the levels leave: its standard deviation and autocorrelation. */
static void measure_noise(struct search *search)
{
	size_t segments = search->place_count + 1;
	struct rests all = { 0 };

	for (size_t s = 0; s < segments; s++) {
		size_t end = s < search->place_count ? search->places[s].at :
						       search->count;
		struct rests part =
			changes_rests(search, changes_start(search, s), end);

		all.squares += part.squares;
		all.products += part.products;
	}
	search->autocorrelation =
		changes_autocorrelation(search, &all, segments);
	search->inflation = changes_inflation(search->autocorrelation);
	search->noise = sqrt(all.squares / (double)(search->count - segments));
	if (search->noise < NOISE_MIN)
		search->noise = NOISE_MIN;
}

/* Move place @i to where it separates its neighbours best. */
static void settle(struct search *search, size_t i, size_t start, size_t end)
{
	double reach = CHANGES_PLACE_CLIP * search->noise;
	size_t at = search->places[i].at;
	double before = changes_median(search, start, at);
	double after = changes_median(search, at, end);

	changes_sum(search, start, end, fmin(before, after) - reach,
		    fmax(before, after) + reach);
	changes_split(search->sums, 0, end - start, &at);
	search->places[i].at = start + at;
}

/* How much clearer than needed; negative for a place that must go. */
static double margin(const struct search *search, size_t i)
{
	size_t left = search->places[i].at - changes_start(search, i);
	size_t right = changes_end(search, i) - search->places[i].at;

	return search->places[i].clear / search->inflation -
	       changes_needed(left < right ? left : right, search->count);
}

static void test_stale(struct search *search)
{
	for (size_t i = 0; i < search->place_count; i++) {
		struct place *place = &search->places[i];
		size_t start = changes_start(search, i);
		size_t end = changes_end(search, i), was = place->at;

		if (!place->stale)
			continue;
		settle(search, i, start, end);
		changes_judge(search, start, place, end);
		place->stale = false;
		if (place->at != was && i)
			search->places[i - 1].stale = true;
		if (place->at != was && i + 1 < search->place_count)
			search->places[i + 1].stale = true;
	}
}

/*
 * Drop each place that is not clear enough and less so than both neighbours,
 * which may become clearer without it. False when there was none.
 */
static bool drop_weakest(struct search *search)
{
	double last = HUGE_VAL, here = HUGE_VAL, next;
	size_t kept = 0;
	bool dropped = false;

	if (search->place_count)
		here = margin(search, 0);
	for (size_t i = 0; i < search->place_count; i++) {
		next = HUGE_VAL;
		if (i + 1 < search->place_count)
			next = margin(search, i + 1);
		if (here < 0 && here <= last && here < next) {
			if (kept)
				search->places[kept - 1].stale = true;
			if (i + 1 < search->place_count)
				search->places[i + 1].stale = true;
			dropped = true;
		} else {
			search->places[kept++] = search->places[i];
		}
		last = here;
		here = next;
	}
	search->place_count = kept;
	return dropped;
}

static bool any_stale(const struct search *search)
{
	for (size_t i = 0; i < search->place_count; i++)
		if (search->places[i].stale)
			return true;
	return false;
}

/*
 * Dropping places raises the noise that is left, and so may drop more. It is
 * measured anew when a part of them went, and before the end.
 */
static void drop_unclear(struct search *search)
{
	/* Each move lowers the sum of squares, so they end; but how soon? */
	unsigned int moves_left = 16;
	bool dropped;

	do {
		size_t measured = search->place_count;

		measure_noise(search);
		do {
			test_stale(search);
			dropped = drop_weakest(search);
		} while (dropped && search->place_count > measured / 2);
	} while (dropped || (any_stale(search) && moves_left--));
}

static int look(struct search *search)
{
	int error = changes_candidates(search);

	if (!error)
		drop_unclear(search);
	return error;
}

/* Nothing was found: was it for a strong trend, taken for autocorrelation? */
static int look_for_trend(struct search *search)
{
	double limit;
	int error;

	if (!changes_is_trend(search, &limit))
		return 0;
	search->trend = true;
	do {
		search->autocorrelation_limit = limit;
		search->inflation = search->noise = 1;
		error = look(search);
		if (!(limit > 0))
			break;
		/* Of few points, any allowance may hide what is there. */
		limit = 0;
	} while (!error && !search->place_count);
	return error;
}

/* What one step explains clearly is one, whatever the search said of it. */
static int look_once_more(struct search *search)
{
	int more = changes_scan(search);

	if (more <= 0)
		return more;
	for (size_t i = 0; i < search->place_count; i++)
		search->places[i].stale = true;
	test_stale(search);
	measure_noise(search);
	return 0;
}

static enum stats_status find(struct search *search, struct changes *answer)
{
	struct change *steps;
	int error;

	bound_autocorrelation(search);
	error = look(search);
	if (!error && !search->place_count)
		error = look_for_trend(search);
	if (!error)
		error = look_once_more(search);
	if (error)
		return STATS_NO_MEMORY;
	answer->noise = 2 * search->half_unit * search->noise;
	answer->autocorrelation = search->autocorrelation;
	answer->wandering = changes_wander(search);
	steps = calloc(search->place_count + 1, sizeof(*steps));
	answer->items =
		calloc(3 * search->place_count + 1, sizeof(*answer->items));
	for (size_t i = 0; steps && i < search->place_count; i++)
		changes_describe(search, i, &steps[i]);
	if (steps && answer->items)
		answer->count =
			changes_find_drifts(search, steps, answer->items);
	/* One slope, with a step in it or not, is badly explained by steps. */
	if (answer->count <= SLOPE_ITEMS)
		for (size_t i = 0; i < answer->count; i++)
			if (answer->items[i].kind == CHANGE_DRIFT)
				answer->wandering = false;
	error = steps && answer->items ? 0 : -ENOMEM;
	free(steps);
	if (error)
		changes_free(answer);
	return error ? STATS_NO_MEMORY : STATS_OK;
}

static enum stats_status check(const double *values, size_t count)
{
	if (!count)
		return STATS_EMPTY;
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return STATS_NOT_FINITE;
	return count < 2 * CHANGES_SEGMENT_MIN ? STATS_FEW : STATS_OK;
}

struct changes changes_find(const double *values, size_t count)
{
	struct changes answer = { .status = check(values, count) };
	struct search search = { .raw = values,
				 .count = count,
				 .louder_chance = CHANGES_LOUDER_CHANCE };
	double *block;

	if (answer.status || changes_find_exact(values, count, &answer) ||
	    answer.status)
		return answer;
	answer.status = STATS_NO_MEMORY;
	block = calloc(4 * count + 2, sizeof(*block));
	search.places =
		calloc(count / CHANGES_SEGMENT_MIN + 1, sizeof(*search.places));
	if (!block || !search.places)
		goto free_search;
	search.values = block;
	search.scratch = block + count;
	search.sums = block + 2 * count;
	search.moments = block + 3 * count + 1;
	answer.status = STATS_OK;
	if (normalise(&search, block))
		answer.status = find(&search, &answer);
free_search:
	free(search.places);
	free(block);
	return answer;
}
