// SPDX-License-Identifier: GPL-2.0-or-later
/* How easily the best of many places for a step is that clear by chance. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "changes_parts.h"

#define GRID 64

/* So many standard errors are nothing, or sure, whatever the length. */
#define UNCLEAR 2.0
#define CERTAIN 12.0

/* What the largest of many differs in from that of all between (Siegmund). */
static double overshoot(double x)
{
	double half = x / 2, below = gsl_cdf_ugaussian_P(half);

	return (below - 0.5) / half /
	       (half * below + gsl_ran_ugaussian_pdf(half));
}

double changes_chance(double clear, size_t count)
{
	double length = (double)count, sum = 0;
	double reach = log(length / CHANGES_SEGMENT_MIN - 1);

	if (!(clear > UNCLEAR) || !(reach > 0))
		return 1;
	if (clear > CERTAIN)
		return 0;
	/* Over the logarithm of the odds of a place, which is dt / t (1 - t).
	 */
	for (int i = 0; i < GRID; i++) {
		double odds = exp(reach * (2 * i + 1 - GRID) / GRID);
		double share = odds / (1 + odds);

		sum += overshoot(clear / sqrt(length * share * (1 - share)));
	}
	sum *= 2 * reach / GRID;
	return fmin(1, clear * gsl_ran_ugaussian_pdf(clear) * sum);
}
