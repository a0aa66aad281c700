/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A straight line through points: what one more of something costs. */
#ifndef MMGAUGE_STATS_LINE_H
#define MMGAUGE_STATS_LINE_H

#include "stats.h"

/*
 * The least-squares line y = intercept + slope * x. @residual is the largest
 * distance of a point from it, and @straight whether the points lie on it: no
 * further than 5 % of what they span, or 0.1 % of their size where they hardly
 * rise at all. A slope of points that do not is no figure to quote.
 *
 * STATS_FEW below three different places, where a line says nothing that its
 * ends do not; STATS_NOT_FINITE also when the sums overflow.
 */
struct stats_line {
	enum stats_status status;
	double slope;
	double intercept;
	double residual;
	bool straight;
};

struct stats_line stats_line(const double *x, const double *y, size_t count);

/*
 * The line of "each further": through all points or, where these make none,
 * through those right of 0 if they do. What comes with the first of something
 * (an interrupt sent at all) is then beside the line. Changes @x and @y.
 */
struct stats_line stats_line_further(double *x, double *y, size_t count);

#endif
