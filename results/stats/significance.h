/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How surprising a difference is, alone and as one of many. */
#ifndef MMGAUGE_STATS_SIGNIFICANCE_H
#define MMGAUGE_STATS_SIGNIFICANCE_H

#include "stats.h"

/*
 * Mann and Whitney's U of two sets, midranks for ties, two-sided. The exact
 * distribution given the ties while it is cheap (both sets of up to 12), else
 * the normal one with corrections for ties and continuity.
 */
struct stats_rank_sum {
	enum stats_status status;
	double u; /* how often a value of @a is above one of @b, ties half */
	double p; /* NaN unless the status is STATS_OK */
	bool exact;
};

struct stats_rank_sum stats_mann_whitney(const double *a, size_t a_count,
					 const double *b, size_t b_count);

/*
 * The chance that the differences of @count pairs lie as far to one side of
 * zero by their ranks or farther, two-sided: Wilcoxon's signed ranks, midranks
 * for ties, equal pairs left out. The normal distribution, which is no smaller
 * than the exact one far out. NaN without memory or finite values.
 */
double stats_signed_ranks(const double *a, const double *b, size_t count);

/*
 * P values to Benjamini and Hochberg's q values (1995), in place: the share of
 * false ones among all rows whose q is no larger. NaN takes no part.
 * STATS_NO_MEMORY leaves them as they are.
 */
enum stats_status stats_adjust(double *p, size_t count);

/*
 * The chance that of @a_all and @b_all alike values, of which @a_above and
 * @b_above are above something, they fall that unevenly on the two sides or
 * more so: Fisher's exact test, two-sided (twice the smaller side).
 */
double stats_uneven(size_t a_above, size_t a_all, size_t b_above, size_t b_all);

/* One row of many: a difference of logarithms with its standard error. */
struct stats_row {
	double difference;
	double error;
	double free; /* degrees of freedom; NaN: the row takes no part */
	double margin; /* a difference up to it counts as none, 0 or more */
	double units; /* harmonic: error^2 * units is a variance */
};

/*
 * A variance from five boots is unsure. Rows of one comparison were measured
 * by the same tool on the same machine, so each variance is moved towards what
 * is usual among them, the more so the more alike they are, and is worth so
 * many more degrees of freedom (Smyth, "Linear models and empirical Bayes
 * methods", 2004). Rows that are not alike keep their own, and so does one
 * without any error: what never varies is not made unsure by others that do.
 */
void stats_moderate(struct stats_row *rows, size_t count);

/*
 * The chance of a difference that far beyond the margin by noise alone,
 * two-sided; NaN for a row that takes no part. Without any error it is 0 or 1,
 * which is more than equal values can tell: see stats_mann_whitney().
 */
double stats_beyond(const struct stats_row *row);

/* How far an interval reaches that misses, on both sides together, so often. */
double stats_reach(const struct stats_row *row, double misses);

/* Student's t with so many degrees of freedom, also infinitely many. */
double stats_t_quantile(double above, double free);

#endif
