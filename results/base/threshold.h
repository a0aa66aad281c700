/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is a change: a value further from what it is compared with, as a ratio
 * or its inverse, than the threshold. One notion for comparisons and histories, on every
 * clock, so that they don't contradict each other.
 */
#ifndef MMGAUGE_THRESHOLD_H
#define MMGAUGE_THRESHOLD_H

#include <math.h>
#include <stdbool.h>

/* Where none is given: 1 %. */
#define THRESHOLD_DEFAULT 0.01

/*
 * Of figures from elsewhere, which no comparison contradicts, and whose noise
 * the detector knows: what printing and converting may do to them.
 */
#define THRESHOLD_TABLE 0.001

/* Decimal thresholds and ratios are rarely exact: 1.01 - 1 is above 0.01. */
#define THRESHOLD_ROUNDING 1e-12

/* What it is in logarithms, where up and down are as far. */
static inline double threshold_limit(double threshold)
{
	return log1p(threshold) + THRESHOLD_ROUNDING;
}

/* Is @value beyond it from @level? Without a ratio, by the difference. */
static inline bool threshold_exceeded(double value, double level,
				      double threshold)
{
	if (value / level > 0)
		return fabs(log(value / level)) > threshold_limit(threshold);
	return fabs(value - level) >
	       (threshold + THRESHOLD_ROUNDING) * fabs(level);
}

#endif
