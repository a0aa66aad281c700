// SPDX-License-Identifier: GPL-2.0-or-later
/* How large a change is, and where it may be. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "changes_parts.h"

/* The standard error of a median over that of a mean, on normal noise. */
#define MEDIAN_ERROR 1.2533

/* How likely each place is, relative to the likeliest (a flat prior). */
static void find_range(struct search *search, size_t start, size_t end,
		       struct change *change)
{
	double unit = search->noise * search->inflation;
	double count = (double)(end - start), most, total = 0, sum = 0;
	const double *sums = search->sums;
	size_t from = CHANGES_SEGMENT_MIN, until = end - start - from, at;

	change->first = change->last = change->index;
	if (!(unit > 0))
		return;
	most = changes_split(sums, 0, end - start, &at);
	for (size_t i = from; i <= until; i++) {
		double left = (double)i;
		double bow = sums[i] * count - sums[end - start] * left;
		double gain = bow * bow / (left * (count - left) * count);

		gain = (gain - most) / (2 * unit * unit);
		search->scratch[i] = gain < -40 ? 0 : exp(gain);
		total += search->scratch[i];
	}
	for (size_t i = from; i <= until; i++) {
		if (sum <= 0.025 * total)
			change->first = start + i;
		if (sum <= 0.975 * total)
			change->last = start + i;
		sum += search->scratch[i];
	}
	/* The clearest place is the best answer even where it is not likely. */
	if (change->first > change->index)
		change->first = change->index;
	if (change->last < change->index)
		change->last = change->index;
}

/* How much more often than by one test alone something is as clear (tests/sim).
 */
#define LOOKS 2.5

/* The search and the test of one step are two looks, of which the clearer
 * one counts. */
static double probability(const struct search *search,
			  const struct place *place, size_t left, size_t right)
{
	double clear = place->clear / search->inflation;
	double chance = changes_chance(clear, left + right);

	if (place->chance > 0 && place->chance < chance)
		chance = place->chance;
	chance =
		fmin(chance * (double)search->place_count,
		     1 - changes_probability(clear, left < right ? left : right,
					     search->count));
	return 1 - fmin(1, LOOKS * chance);
}

void changes_describe(struct search *search, size_t i, struct change *change)
{
	const struct place *place = &search->places[i];
	size_t start = changes_start(search, i), at = place->at;
	size_t end = changes_end(search, i);
	size_t left = at - start, right = end - at;
	double before = changes_median(search, start, at);
	double after = changes_median(search, at, end);
	double reach = CHANGES_PLACE_CLIP * search->noise;

	change->kind = CHANGE_STEP;
	change->index = at;
	change->end = at;
	change->probability = probability(search, place, left, right);
	changes_sum(search, start, end, fmin(before, after) - reach,
		    fmax(before, after) + reach);
	find_range(search, start, end, change);
	change->before = 2 * changes_half_median(search, start, at);
	change->after = 2 * changes_half_median(search, at, end);
	changes_set_size(search, MEDIAN_ERROR * place->error,
			 (double)(end - start - 2), change);
}
