// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes_parts.h"

/* The noise of few points is unsure: the whole series' counts as so many. */
#define NOISE_PRIOR 8

/* Of levels without noise: what is clipped must not vanish altogether. */
#define NOISE_MIN 1e-6

/*
 * What fitting a segment's level and ends takes off the autocorrelation of
 * what is left, for each segment in the series (tests/sim).
 */
#define FIT_BIAS 0.5
#define FIT_BIAS_SLOPE 4

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
	double reach = CHANGES_CLIP * search->noise, squares = 0, products = 0;
	size_t segments = search->place_count + 1, free_points;
	double share = (double)segments / (double)search->count, rho;

	for (size_t s = 0; s < segments; s++) {
		size_t start = changes_start(search, s);
		size_t end = s < search->place_count ? search->places[s].at :
						       search->count;
		double level = changes_median(search, start, end), sum = 0;
		double mean, last = 0;

		for (size_t i = start; i < end; i++)
			sum += changes_clamp(search->values[i] - level, -reach,
					     reach);
		mean = sum / (double)(end - start);
		for (size_t i = start; i < end; i++) {
			double rest = changes_clamp(search->values[i] - level,
						    -reach, reach) -
				      mean;

			squares += rest * rest;
			products += rest * last;
			last = rest;
		}
	}
	free_points = search->count - segments;
	rho = squares > 0 ? products / squares : 0;
	rho += share * (FIT_BIAS + FIT_BIAS_SLOPE * fmax(0, rho));
	search->autocorrelation =
		fmax(0, fmin(rho, search->autocorrelation_limit));
	search->inflation = changes_inflation(search->autocorrelation);
	search->noise = sqrt(squares / (double)free_points);
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

/*
 * The difference of means of values clipped around the common median, in
 * standard errors; the noise is what is left around each side's own level.
 */
static void judge(struct search *search, size_t start, struct place *place,
		  size_t end)
{
	size_t at = place->at;
	double middle = changes_median(search, start, end), variance;
	struct half left = { .level = changes_median(search, start, at) };
	struct half right = { .level = changes_median(search, at, end) };
	double difference;

	measure_half(search, start, at, middle, &left);
	measure_half(search, at, end, middle, &right);
	variance = left.squares + right.squares +
		   NOISE_PRIOR * search->noise * search->noise;
	variance /= left.count + right.count - 2 + NOISE_PRIOR;
	difference =
		fabs(left.shifted / left.count - right.shifted / right.count);
	place->error = sqrt(variance * (1 / left.count + 1 / right.count));
	place->clear = 0;
	if (difference > 0)
		place->clear = fmin(difference / place->error, 1e9);
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
		judge(search, start, place, end);
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

static enum stats_status find(struct search *search, struct changes *answer)
{
	struct change *items;
	int error;

	bound_autocorrelation(search);
	error = look(search);
	if (!error && !search->place_count)
		error = look_for_trend(search);
	if (error)
		return STATS_NO_MEMORY;
	answer->noise = 2 * search->half_unit * search->noise;
	answer->autocorrelation = search->autocorrelation;
	items = calloc(search->place_count + 1, sizeof(*items));
	if (!items)
		return STATS_NO_MEMORY;
	for (size_t i = 0; i < search->place_count; i++)
		changes_describe(search, i, &items[i]);
	answer->items = items;
	answer->count = changes_find_drifts(search, items);
	return STATS_OK;
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
	struct search search = { .raw = values, .count = count };
	double *block;

	if (answer.status)
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

void changes_free(struct changes *changes)
{
	free(changes->items);
	changes->items = NULL;
	changes->count = 0;
}
