// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>

#include "significance.h"

/* Of all that are above, how many one side has is hypergeometric. */
double stats_uneven(size_t a_above, size_t a_all, size_t b_above, size_t b_all)
{
	unsigned int a = (unsigned int)a_above, above = a + (unsigned int)b_above;
	unsigned int in = (unsigned int)a_all, out = (unsigned int)b_all;
	double least = gsl_cdf_hypergeometric_P(a, in, out, above), most = 1;

	if (a)
		most = gsl_cdf_hypergeometric_Q(a - 1, in, out, above);
	return fmin(1, 2 * fmin(least, most));
}

enum stats_status stats_adjust(double *p, size_t count)
{
	size_t *order = calloc(2 * count + 1, sizeof(*order));
	double *known = calloc(count + 1, sizeof(*known)), least = 1;
	size_t *where = order + count, n = 0;

	if (!order || !known) {
		free(order);
		free(known);
		return STATS_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		if (isnan(p[i]))
			continue;
		where[n] = i;
		known[n++] = p[i];
	}
	gsl_sort_index(order, known, 1, n);
	for (size_t i = n; i-- > 0;) {
		double q = known[order[i]] * (double)n / (double)(i + 1);

		least = fmin(least, q);
		p[where[order[i]]] = least;
	}
	free(order);
	free(known);
	return STATS_OK;
}

/* What is usual among the rows: a variance, and how many degrees it is worth.
 */
struct usual {
	double variance;
	double free; /* 0: nothing; infinite: all rows are alike */
};

static bool takes_part(const struct stats_row *row)
{
	return isfinite(row->difference) && isfinite(row->error) &&
	       isfinite(row->free);
}

static double variance_of(const struct stats_row *row)
{
	return row->error * row->error * row->units;
}

/* Newton's method on 1 / trigamma, which is nearly straight (Smyth 2004). */
static double inverse_trigamma(double y)
{
	double x = 0.5 + 1 / y;

	if (y > 1e7)
		return 1 / sqrt(y);
	if (y < 1e-6)
		return 1 / y;
	for (int i = 0; i < 50; i++) {
		double here = gsl_sf_psi_1(x);
		double move = here * (1 - here / y) / gsl_sf_psi_n(2, x);

		x += move;
		if (fabs(move) < 1e-8 * x)
			break;
	}
	return x;
}

/* By the moments of the variances' logarithms. */
static struct usual find_usual(const struct stats_row *rows, size_t count)
{
	struct usual usual = { 0, 0 };
	double n = 0, mean = 0, squares = 0, expected = 0, excess;

	for (size_t i = 0; i < count; i++) {
		double half = rows[i].free / 2, value, off;

		if (!takes_part(&rows[i]) || !(variance_of(&rows[i]) > 0))
			continue;
		value = log(variance_of(&rows[i])) - gsl_sf_psi(half) +
			log(half);
		n++;
		off = value - mean;
		mean += off / n;
		squares += off * (value - mean);
		expected += gsl_sf_psi_1(half);
	}
	if (n < 3)
		return usual;
	excess = squares / (n - 1) - expected / n;
	if (excess <= 0) {
		usual.free = HUGE_VAL;
		usual.variance = exp(mean);
		return usual;
	}
	usual.free = 2 * inverse_trigamma(excess);
	usual.variance =
		exp(mean + gsl_sf_psi(usual.free / 2) - log(usual.free / 2));
	return usual;
}

/* All rows together know no more than they have degrees of freedom. */
static void moderate(struct stats_row *row, const struct usual *usual,
		     double most)
{
	double free = row->free + usual->free, variance;

	if (!takes_part(row) || row->error <= 0)
		return;
	variance = isinf(usual->free) ? usual->variance :
					(row->free * variance_of(row) +
					 usual->free * usual->variance) /
						free;
	row->error = sqrt(variance / row->units);
	row->free = fmin(free, most);
}

void stats_moderate(struct stats_row *rows, size_t count)
{
	struct usual usual = find_usual(rows, count);
	double most = 0;

	for (size_t i = 0; i < count; i++)
		if (takes_part(&rows[i]))
			most += rows[i].free;
	for (size_t i = 0; i < count; i++)
		moderate(&rows[i], &usual, most);
}

/* GSL's t is slow, then wrong, with very many degrees: it is normal there. */
static bool is_normal(double free)
{
	return free > 1e6;
}

double stats_t_quantile(double above, double free)
{
	return is_normal(free) ? gsl_cdf_ugaussian_Qinv(above) :
				 gsl_cdf_tdist_Qinv(above, free);
}

double stats_beyond(const struct stats_row *row)
{
	double beyond = fabs(row->difference) - row->margin, t;

	if (!isfinite(row->difference) || !isfinite(row->error) ||
	    isnan(row->free))
		return NAN;
	if (beyond <= 0)
		return 1;
	if (row->error <= 0)
		return 0;
	t = beyond / row->error;
	return fmin(1,
		    2 * (is_normal(row->free) ? gsl_cdf_ugaussian_Q(t) :
						gsl_cdf_tdist_Q(t, row->free)));
}

double stats_reach(const struct stats_row *row, double misses)
{
	return stats_t_quantile(misses / 2, row->free) * row->error;
}
