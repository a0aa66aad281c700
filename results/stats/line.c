// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "line.h"

#define ROUNDING 1e-12
#define OF_THE_SPAN 0.05
#define OF_THE_SIZE 0.001

static bool all_finite(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return false;
	return true;
}

/* Whether @x holds three different values or more. */
static bool has_three(const double *x, size_t count)
{
	double low = gsl_stats_min(x, 1, count);
	double high = gsl_stats_max(x, 1, count);

	for (size_t i = 0; i < count; i++)
		if (x[i] > low && x[i] < high)
			return true;
	return false;
}

static double largest_residual(const double *x, const double *y, size_t count,
			       const struct stats_line *line)
{
	double largest = 0;

	for (size_t i = 0; i < count; i++)
		largest = fmax(largest, fabs(y[i] - line->intercept -
					     line->slope * x[i]));
	return largest;
}

/* What rounding leaves of figures of @size is 0, and would show as -4.5e-13. */
static double or_zero(double value, double size)
{
	return fabs(value) <= ROUNDING * size ? 0 : value;
}

struct stats_line stats_line(const double *x, const double *y, size_t count)
{
	struct stats_line line = { STATS_EMPTY, NAN, NAN, NAN, false };
	double cov00, cov01, cov11, square, low, high;

	if (!count)
		return line;
	line.status = STATS_NOT_FINITE;
	if (!all_finite(x, count) || !all_finite(y, count))
		return line;
	line.status = STATS_FEW;
	if (!has_three(x, count))
		return line;
	gsl_fit_linear(x, 1, y, 1, count, &line.intercept, &line.slope, &cov00,
		       &cov01, &cov11, &square);
	line.residual = largest_residual(x, y, count, &line);
	line.status = STATS_OK;
	if (!isfinite(line.slope) || !isfinite(line.intercept) ||
	    !isfinite(line.residual))
		return (struct stats_line){ STATS_NOT_FINITE, NAN, NAN, NAN,
					    false };
	low = gsl_stats_min(y, 1, count);
	high = gsl_stats_max(y, 1, count);
	line.residual = or_zero(line.residual, fmax(fabs(low), high));
	line.intercept = or_zero(line.intercept, fmax(fabs(low), high));
	line.slope = or_zero(line.slope, fmax(fabs(low), high) /
						 (gsl_stats_max(x, 1, count) -
						  gsl_stats_min(x, 1, count)));
	line.straight =
		line.residual <= fmax(OF_THE_SPAN * (high - low),
				      OF_THE_SIZE * fmax(fabs(low), high));
	return line;
}

struct stats_line stats_line_further(double *x, double *y, size_t count)
{
	struct stats_line all = stats_line(x, y, count), rest;
	size_t kept = 0;

	if (all.status != STATS_OK || all.straight)
		return all;
	for (size_t i = 0; i < count; i++) {
		if (!(x[i] > 0))
			continue;
		x[kept] = x[i];
		y[kept++] = y[i];
	}
	rest = stats_line(x, y, kept);
	return rest.straight ? rest : all;
}
