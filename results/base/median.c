// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "median.h"

void stats_sort(double *values, size_t count)
{
	gsl_sort(values, 1, count);
}

double stats_sorted_quantile(const double *sorted, size_t count, double q)
{
	double at = q * (double)(count - 1), below = floor(at);
	double low, high;

	if (!count || !(q >= 0 && q <= 1))
		return NAN;
	low = sorted[(size_t)below];
	high = sorted[(size_t)ceil(at)];
	if (low == high)
		return low;
	/* Not low + (high - low) * f: that overflows for huge opposite ends. */
	return low * (1 - (at - below)) + high * (at - below);
}

/* What the interval from the rank-th smallest to the rank-th largest covers. */
static double coverage(unsigned int rank, unsigned int count)
{
	return 1 - 2 * gsl_cdf_binomial_P(rank - 1, 0.5, count);
}

/* The largest rank whose interval still covers @confidence; 1 at least. */
static unsigned int find_rank(unsigned int count, double confidence)
{
	unsigned int low = 1, high = count / 2 + 1;

	while (high - low > 1) {
		unsigned int middle = low + (high - low) / 2;

		if (coverage(middle, count) >= confidence)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct stats_median stats_median(const double *values, size_t count,
				 double confidence)
{
	struct stats_median answer = { STATS_EMPTY, NAN, NAN, NAN, NAN };
	unsigned int rank;
	double *sorted;

	if (!count)
		return answer;
	answer.status = STATS_NOT_FINITE;
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return answer;
	answer.status = STATS_NO_MEMORY;
	if (count > INT_MAX || !(sorted = malloc(count * sizeof(*sorted))))
		return answer;
	memcpy(sorted, values, count * sizeof(*sorted));
	stats_sort(sorted, count);

	rank = find_rank((unsigned int)count, confidence);
	answer.median = stats_sorted_quantile(sorted, count, 0.5);
	answer.low = sorted[rank - 1];
	answer.high = sorted[count - rank];
	answer.confidence = coverage(rank, (unsigned int)count);
	answer.status = answer.confidence >= confidence ? STATS_OK : STATS_FEW;
	free(sorted);
	return answer;
}
