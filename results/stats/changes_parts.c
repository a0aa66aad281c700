// SPDX-License-Identifier: GPL-2.0-or-later
/* What the parts of the search for changes share. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "changes_parts.h"

/*
 * What fitting a segment's level and ends takes off the autocorrelation of
 * what is left, for each segment in the series (tests/sim).
 */
#define FIT_BIAS 0.5
#define FIT_BIAS_SLOPE 4

double changes_half_median(struct search *search, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++)
		search->scratch[i - start] = search->raw[i] / 2;
	return gsl_stats_median(search->scratch, 1, end - start);
}

void changes_set_size(const struct search *search, double error, double free,
		      struct change *change)
{
	double reach = gsl_cdf_tdist_Pinv(0.975, fmax(1, free)) * error *
		       search->inflation * search->half_unit;
	double half = change->after / 2 - change->before / 2;

	change->low = 2 * (half - reach);
	change->high = 2 * (half + reach);
}

struct rests changes_rests(struct search *search, size_t start, size_t end)
{
	double reach = CHANGES_CLIP * search->noise, sum = 0, mean, last = 0;
	double level = changes_median(search, start, end);
	struct rests rests = { 0 };

	for (size_t i = start; i < end; i++)
		sum += changes_clamp(search->values[i] - level, -reach, reach);
	mean = sum / (double)(end - start);
	for (size_t i = start; i < end; i++) {
		double rest = changes_clamp(search->values[i] - level, -reach,
					    reach) -
			      mean;

		rests.squares += rest * rest;
		rests.products += rest * last;
		last = rest;
	}
	return rests;
}

double changes_autocorrelation(const struct search *search,
			       const struct rests *rests, size_t segments)
{
	double share = (double)segments / (double)search->count, rho = 0;

	if (rests->squares > 0)
		rho = rests->products / rests->squares;
	rho += share * (FIT_BIAS + FIT_BIAS_SLOPE * fmax(0, rho));
	return fmax(0, fmin(rho, search->autocorrelation_limit));
}

void changes_free(struct changes *changes)
{
	free(changes->items);
	changes->items = NULL;
	changes->count = 0;
}
