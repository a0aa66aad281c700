/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Medians: what the agent ends a trial by, and results/stats builds on. */
#ifndef MMGAUGE_MEDIAN_H
#define MMGAUGE_MEDIAN_H

#include <stddef.h>

enum stats_status {
	STATS_OK,
	STATS_EMPTY, /* a side, a boot or a trial without a value */
	STATS_NOT_FINITE, /* a value is NaN or infinite */
	STATS_NO_RATIO, /* the base is zero, or a median is negative */
	STATS_UNBOUNDED, /* the base's interval reaches zero */
	STATS_FEW, /* too few values for an interval of this confidence */
	STATS_NO_MEMORY,
};

/*
 * The median and its distribution-free interval from the order statistics of
 * the binomial distribution with p = 1/2 (Thompson 1936; Conover, "Practical
 * nonparametric statistics", 3.2). Needs 6 values for 95 %: with fewer the
 * status is STATS_FEW, low and high are the extremes, and confidence says how
 * much they cover. The values must be independent: samples of one trial are
 * so only for that trial (it says nothing about the next boot).
 */
struct stats_median {
	enum stats_status status;
	double median;
	double low;
	double high;
	double confidence; /* reached, at least what was asked for if OK */
};

struct stats_median stats_median(const double *values, size_t count,
				 double confidence);

/* Of sorted values: interpolated between neighbours; NaN when empty. */
double stats_sorted_quantile(const double *sorted, size_t count, double q);
void stats_sort(double *values, size_t count);

#endif
