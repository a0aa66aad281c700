// SPDX-License-Identifier: GPL-2.0-or-later
/* Known answers, and seeded simulations of what the intervals promise. */
#include <float.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../results/stats/significance.h"
#include "../../results/stats/stats.h"

#define BOOTS_MAX 20
#define TRIALS_MAX 3
#define SAMPLES_MAX 30

/* One side with storage; shape() sets how much of it is used. */
struct data {
	double samples[BOOTS_MAX][TRIALS_MAX][SAMPLES_MAX];
	struct stats_trial trials[BOOTS_MAX][TRIALS_MAX];
	struct stats_boot boots[BOOTS_MAX];
	struct stats_side side;
};

static void shape(struct data *data, size_t boots, size_t trials,
		  size_t samples)
{
	for (size_t b = 0; b < boots; b++) {
		for (size_t t = 0; t < trials; t++) {
			data->trials[b][t].samples = data->samples[b][t];
			data->trials[b][t].count = samples;
		}
		data->boots[b].trials = data->trials[b];
		data->boots[b].count = trials;
	}
	data->side.boots = data->boots;
	data->side.count = boots;
}

static void fill(struct data *data, double value)
{
	for (size_t b = 0; b < BOOTS_MAX; b++)
		for (size_t t = 0; t < TRIALS_MAX; t++)
			for (size_t i = 0; i < SAMPLES_MAX; i++)
				data->samples[b][t][i] = value;
}

static double between_boots(const gsl_rng *rng, char kind, double sd)
{
	switch (kind) {
	case 't': /* heavy tails */
		return sd * gsl_ran_tdist(rng, 3) / sqrt(3);
	case 'b': /* two modes, 70 to 30, three sd apart */
		return gsl_rng_uniform(rng) < 0.7 ? 0 : 3 * sd;
	case 'e': /* skewed; the median is zero */
		return sd * (gsl_ran_exponential(rng, 1) - M_LN2);
	default:
		return gsl_ran_gaussian(rng, sd);
	}
}

static void measure(struct data *data, const gsl_rng *rng, char kind,
		    double level, double boot_sd)
{
	for (size_t b = 0; b < data->side.count; b++) {
		double boot = between_boots(rng, kind, boot_sd);

		for (size_t t = 0; t < data->boots[b].count; t++)
			for (size_t i = 0; i < data->trials[b][t].count; i++)
				data->samples[b][t][i] =
					level *
					exp(boot + gsl_ran_gaussian(rng, 0.01));
	}
}

static struct data left, right;

static void assert_near(double a, double b, double tolerance)
{
	if (!(fabs(a - b) <= tolerance))
		fail_msg("%.17g is not within %g of %.17g", a, tolerance, b);
}

static void assert_unknown(const struct stats_ratio *answer)
{
	assert_true(isnan(answer->ratio));
	assert_true(isnan(answer->low));
	assert_true(isnan(answer->high));
}

static void test_median(void **state)
{
	const double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 2, 9 };
	const double broken[] = { 1, NAN, 2 }, endless[] = { 1, INFINITY };
	const double huge[] = { DBL_MAX, DBL_MAX },
		     wide[] = { -DBL_MAX, DBL_MAX };

	(void)state;
	assert_true(stats_median(odd, 3, 0.95).median == 3);
	assert_true(stats_median(even, 4, 0.95).median == 3);
	assert_true(stats_median(odd, 1, 0.95).median == 5);
	assert_int_equal(stats_median(odd, 1, 0.95).status, STATS_FEW);
	assert_int_equal(stats_median(NULL, 0, 0.95).status, STATS_EMPTY);
	assert_true(isnan(stats_median(NULL, 0, 0.95).median));
	assert_int_equal(stats_median(broken, 3, 0.95).status,
			 STATS_NOT_FINITE);
	assert_true(isnan(stats_median(broken, 3, 0.95).median));
	assert_int_equal(stats_median(endless, 2, 0.95).status,
			 STATS_NOT_FINITE);
	assert_true(stats_median(huge, 2, 0.95).median == DBL_MAX);
	assert_true(stats_median(wide, 2, 0.95).median == 0);
	assert_true(odd[0] == 5); /* The caller's values stay in order. */
}

/* Ranks and coverage from the table in Conover, A.3 and 3.2. */
static void test_median_interval(void **state)
{
	static const struct {
		size_t count, low, high;
		double confidence;
		enum stats_status status;
	} rows[] = {
		{ 5, 1, 5, 0.9375, STATS_FEW },
		{ 6, 1, 6, 0.96875, STATS_OK },
		{ 8, 1, 8, 0.9921875, STATS_OK },
		{ 9, 2, 8, 0.9609375, STATS_OK },
		{ 10, 2, 9, 0.978515625, STATS_OK },
		{ 20, 6, 15, 0.95861, STATS_OK },
		{ 100, 40, 61, 0.96480, STATS_OK },
	};
	double values[100];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		values[i] = (double)((i * 37) % 100);
	for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++) {
		struct stats_median answer;
		double sorted[100];

		memcpy(sorted, values, sizeof(sorted));
		stats_sort(sorted, rows[r].count);
		answer = stats_median(values, rows[r].count, 0.95);
		assert_int_equal(answer.status, rows[r].status);
		assert_true(answer.low == sorted[rows[r].low - 1]);
		assert_true(answer.high == sorted[rows[r].high - 1]);
		assert_near(answer.confidence, rows[r].confidence, 1e-5);
	}
}

static void test_median_interval_of_many(void **state)
{
	const size_t count = 1000001;
	double *values = malloc(count * sizeof(*values));
	struct stats_median answer;

	(void)state;
	for (size_t i = 0; i < count; i++)
		values[i] = (double)i;
	answer = stats_median(values, count, 0.95);
	assert_int_equal(answer.status, STATS_OK);
	assert_true(answer.median == 500000);
	/* 1.96 standard deviations of half the square root of n. */
	assert_near(answer.low, 500000 - 980, 2);
	assert_near(answer.high, 500000 + 980, 2);
	free(values);
}

static void test_quantiles(void **state)
{
	const double sorted[] = { 1, 2, 3, 4, 10 };

	(void)state;
	assert_true(stats_sorted_quantile(sorted, 5, 0) == 1);
	assert_true(stats_sorted_quantile(sorted, 5, 1) == 10);
	assert_true(stats_sorted_quantile(sorted, 5, 0.5) == 3);
	assert_near(stats_sorted_quantile(sorted, 5, 0.9), 7.6, 1e-12);
	assert_true(isnan(stats_sorted_quantile(sorted, 0, 0.5)));
	assert_true(isnan(stats_sorted_quantile(sorted, 5, 1.01)));
	assert_true(isnan(stats_sorted_quantile(sorted, 5, NAN)));
}

static void test_enough_boots(void **state)
{
	static const struct {
		size_t base, new;
		bool enough;
	} rows[] = {
		{ 0, 0, false },  { 0, 9, false },     { 1, 1, false },
		{ 1, 99, false }, { 2, 2, false },     { 2, 99, false },
		{ 3, 3, false },  { 3, 4, false },     { 3, 5, true },
		{ 4, 4, true },	  { 5, 3, true },      { 4, 3, false },
		{ 10, 10, true }, { 100000, 3, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(stats_boots_enough(rows[i].base, rows[i].new),
				 rows[i].enough);
}

static void test_exact_ratio(void **state)
{
	struct stats_ratio answer;

	(void)state;
	shape(&left, 3, 1, 1);
	shape(&right, 2, 1, 1);
	left.samples[0][0][0] = 100;
	left.samples[1][0][0] = 110;
	left.samples[2][0][0] = 90;
	right.samples[0][0][0] = 120;
	right.samples[1][0][0] = 140;
	answer = stats_ratio_exact(&left.side, &right.side);
	assert_int_equal(answer.status, STATS_OK);
	assert_true(answer.base == 100);
	assert_true(answer.new == 130);
	assert_near(answer.ratio, 1.3, 1e-15);
	assert_near(answer.low, 120.0 / 110, 1e-15);
	assert_near(answer.high, 140.0 / 90, 1e-15);
}

/* The level is a median of medians, whatever the number of samples. */
static void test_levels_weigh_boots_alike(void **state)
{
	struct stats_ratio answer;

	(void)state;
	shape(&left, 3, 2, 3);
	fill(&left, 1);
	left.samples[1][0][0] = 100;
	left.samples[2][0][1] = 4;
	left.samples[2][0][2] = 4; /* boot 2: the middle of 4 and 1 */
	left.boots[0].count = 1;
	left.trials[0][0].count = 1;
	left.samples[0][0][0] = 2;
	answer = stats_ratio_exact(&left.side, &left.side);
	assert_true(answer.base == 2); /* of 2, 1 and 2.5 */
	assert_true(answer.ratio == 1);
	assert_near(answer.low, 0.4, 1e-15);
	assert_near(answer.high, 2.5, 1e-15);
}

static void test_ratios_that_do_not_exist(void **state)
{
	struct stats_plan *plan = stats_plan_new(1);
	struct stats_ratio answer;

	(void)state;
	shape(&left, 5, 1, 5);
	shape(&right, 5, 1, 5);
	fill(&left, 0);
	fill(&right, 1);
	answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
	assert_int_equal(answer.status, STATS_NO_RATIO);
	assert_unknown(&answer);
	assert_true(answer.new == 1);
	answer = stats_ratio_exact(&left.side, &right.side);
	assert_int_equal(answer.status, STATS_NO_RATIO);
	answer = stats_ratio_exact(&right.side, &left.side);
	assert_int_equal(answer.status, STATS_OK);
	assert_true(answer.ratio == 0);
	answer = stats_ratio_bootstrap(plan, &left.side, &left.side);
	assert_int_equal(answer.status, STATS_OK);
	assert_true(answer.ratio == 1 && answer.low == 1 && answer.high == 1);
	fill(&left, -1);
	answer = stats_ratio_exact(&right.side, &left.side);
	assert_int_equal(answer.status, STATS_NO_RATIO);
	fill(&left, DBL_MIN);
	fill(&right, DBL_MAX);
	answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
	assert_int_equal(answer.status, STATS_NO_RATIO);
	assert_unknown(&answer);
	/* A third of the base's boots are zero: no upper end. */
	fill(&left, 1);
	fill(&right, 1);
	left.samples[0][0][0] = left.samples[0][0][1] = 0;
	left.samples[0][0][2] = left.samples[1][0][0] = 0;
	left.samples[1][0][1] = left.samples[1][0][2] = 0;
	answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
	assert_int_equal(answer.status, STATS_UNBOUNDED);
	assert_true(answer.ratio == 1);
	assert_true(isnan(answer.low) && isnan(answer.high));
	stats_plan_free(plan);
	stats_plan_free(NULL);
}

static void test_damaged_sides(void **state)
{
	struct stats_plan *plan = stats_plan_new(1);
	struct stats_ratio answer;

	(void)state;
	shape(&left, 5, 2, 5);
	shape(&right, 5, 2, 5);
	fill(&left, 1);
	fill(&right, 1);
	right.samples[4][1][4] = NAN;
	answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
	assert_int_equal(answer.status, STATS_NOT_FINITE);
	assert_unknown(&answer);
	right.samples[4][1][4] = INFINITY;
	answer = stats_ratio_exact(&right.side, &left.side);
	assert_int_equal(answer.status, STATS_NOT_FINITE);
	right.trials[4][1].count = 0;
	answer = stats_ratio_exact(&right.side, &left.side);
	assert_int_equal(answer.status, STATS_EMPTY);
	right.boots[4].count = 0;
	answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
	assert_int_equal(answer.status, STATS_EMPTY);
	right.side.count = 0;
	answer = stats_ratio_bootstrap(plan, &right.side, &left.side);
	assert_int_equal(answer.status, STATS_EMPTY);
	right.side.count = 3;
	answer = stats_ratio_bootstrap(plan, &right.side, &right.side);
	assert_int_equal(answer.status, STATS_FEW);
	assert_true(answer.ratio == 1);
	assert_true(isnan(answer.low) && isnan(answer.high));
	stats_plan_free(plan);
}

static void test_constant_and_huge_sides(void **state)
{
	struct stats_plan *plan = stats_plan_new(1);
	struct stats_ratio answer;

	(void)state;
	shape(&left, 4, 2, 4);
	shape(&right, 4, 1, 7);
	fill(&left, 2);
	fill(&right, 3);
	answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
	assert_int_equal(answer.status, STATS_OK);
	assert_true(answer.low == 1.5 && answer.high == 1.5);
	fill(&left, DBL_MAX);
	fill(&right, DBL_MAX);
	answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
	assert_int_equal(answer.status, STATS_OK);
	assert_true(answer.low == 1 && answer.high == 1);
	/* The middle of two halves: the sum would overflow. */
	left.samples[0][0][0] = left.samples[0][0][1] = DBL_MAX / 2;
	left.trials[0][0].count = left.trials[0][1].count = 2;
	left.samples[0][1][0] = left.samples[0][1][1] = DBL_MAX / 2;
	left.samples[1][0][0] = left.samples[1][0][1] = DBL_MAX / 2;
	left.trials[1][0].count = left.trials[1][1].count = 2;
	left.samples[1][1][0] = left.samples[1][1][1] = DBL_MAX / 2;
	answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
	assert_int_equal(answer.status, STATS_OK);
	assert_near(answer.ratio, 4.0 / 3, 1e-12);
	stats_plan_free(plan);
}

static void test_one_huge_trial(void **state)
{
	const size_t count = 300000;
	double *values = malloc(count * sizeof(*values));
	struct stats_plan *plan = stats_plan_new(1);
	struct stats_trial trial = { values, count };
	struct stats_boot boots[5];
	struct stats_side side = { boots, 5 };
	struct stats_ratio answer;

	(void)state;
	for (size_t i = 0; i < count; i++)
		values[i] = 1 + (double)((i * 7919) % count) / (double)count;
	for (size_t b = 0; b < 5; b++)
		boots[b] = (struct stats_boot){ &trial, 1 };
	answer = stats_ratio_bootstrap(plan, &side, &side);
	assert_int_equal(answer.status, STATS_OK);
	assert_near(answer.low, 1, 0.002);
	assert_near(answer.high, 1, 0.002);
	assert_true(answer.low < 1 && answer.high > 1);
	stats_plan_free(plan);
	free(values);
}

static void test_same_seed_same_answer_in_any_order(void **state)
{
	struct stats_plan *first = stats_plan_new(7);
	struct stats_plan *second = stats_plan_new(7);
	struct stats_plan *other = stats_plan_new(8);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct stats_ratio a, b, c;

	(void)state;
	shape(&left, 6, 2, 10);
	shape(&right, 5, 3, 9);
	measure(&left, rng, 'n', 1, 0.02);
	measure(&right, rng, 'n', 1, 0.02);
	a = stats_ratio_bootstrap(first, &left.side, &right.side);
	stats_ratio_bootstrap(second, &right.side, &left.side);
	stats_ratio_bootstrap(second, &left.side, &left.side);
	b = stats_ratio_bootstrap(second, &left.side, &right.side);
	c = stats_ratio_bootstrap(other, &left.side, &right.side);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_true(a.low != c.low || a.high != c.high);
	gsl_rng_free(rng);
	stats_plan_free(first);
	stats_plan_free(second);
	stats_plan_free(other);
}

static double plain_median(double *values, size_t count)
{
	stats_sort(values, count);
	return stats_sorted_quantile(values, count, 0.5);
}

/* The level of one resample, drawn sample by sample as textbooks have it. */
static double plain_level(const struct stats_side *side, const gsl_rng *rng)
{
	double boots[BOOTS_MAX], trials[TRIALS_MAX], samples[SAMPLES_MAX];

	for (size_t b = 0; b < side->count; b++) {
		const struct stats_boot *boot =
			&side->boots[gsl_rng_uniform_int(rng, side->count)];

		for (size_t t = 0; t < boot->count; t++) {
			const struct stats_trial *trial =
				&boot->trials[gsl_rng_uniform_int(rng,
								  boot->count)];

			for (size_t i = 0; i < trial->count; i++)
				samples[i] = trial->samples[gsl_rng_uniform_int(
					rng, trial->count)];
			trials[t] = plain_median(samples, trial->count);
		}
		boots[b] = plain_median(trials, boot->count);
	}
	return plain_median(boots, side->count);
}

/* The lookup of order statistics is the bootstrap, not something like it. */
static void test_lookup_equals_the_plain_bootstrap(void **state)
{
	enum { DRAWS = 20000 };
	static const struct {
		size_t boots, trials, samples;
	} rows[] = { { 4, 1, 7 }, { 5, 3, 10 }, { 8, 2, 1 }, { 7, 3, 4 } };
	static double ratios[DRAWS];
	struct stats_plan *plan = stats_plan_new(3);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++) {
		struct stats_ratio answer;
		double width;

		shape(&left, rows[r].boots, rows[r].trials, rows[r].samples);
		shape(&right, rows[r].boots, rows[r].trials, rows[r].samples);
		measure(&left, rng, 'n', 1, 0.01);
		measure(&right, rng, 'n', 1, 0.01);
		for (size_t i = 0; i < DRAWS; i++) {
			double base = plain_level(&left.side, rng);

			ratios[i] = plain_level(&right.side, rng) / base;
		}
		stats_sort(ratios, DRAWS);
		answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
		width = answer.high - answer.low;
		assert_near(answer.low, ratios[DRAWS / 40], width / 12);
		assert_near(answer.high, ratios[DRAWS - DRAWS / 40],
			    width / 12);
	}
	gsl_rng_free(rng);
	stats_plan_free(plan);
}

/* One sample a boot: exp(a), exp(a + d), ... */
static void fill_logs(struct data *data, size_t boots, double a, double d)
{
	shape(data, boots, 1, 1);
	for (size_t b = 0; b < boots; b++)
		data->samples[b][0][0] = exp(a + d * (double)b);
}

/* Student's t with 8 degrees of freedom: 2.306004 (any table). */
static void test_boots_interval(void **state)
{
	struct stats_plan *plan = stats_plan_new(1);
	struct stats_ratio answer;

	(void)state;
	fill_logs(&left, 5, 0.01, 0.01);
	fill_logs(&right, 5, 0.06, 0.01);
	answer = stats_ratio_boots(plan, &left.side, &right.side, 0.05);
	assert_int_equal(answer.status, STATS_OK);
	assert_near(answer.ratio, exp(0.05), 1e-12);
	assert_near(answer.difference, 0.05, 1e-12);
	assert_near(answer.error, 0.01, 1e-12);
	assert_near(answer.free, 8, 1e-9);
	assert_near(answer.low, exp(0.05 - 0.02306004), 1e-8);
	assert_near(answer.high, exp(0.05 + 0.02306004), 1e-8);
	assert_near(answer.p_rank, 2.0 / 252, 1e-12);

	/* One bad boot of eight is trimmed, one of seven is not. */
	fill_logs(&left, 8, 0, 0.001);
	fill_logs(&right, 8, 0, 0.001);
	right.samples[3][0][0] = 100;
	answer = stats_ratio_boots(plan, &left.side, &right.side, 0.05);
	assert_true(answer.high < 1.01);
	shape(&right, 7, 1, 1);
	answer = stats_ratio_boots(plan, &left.side, &right.side, 0.05);
	assert_true(answer.high > 1.5);
	stats_plan_free(plan);
}

static void test_boots_without_logarithms(void **state)
{
	struct stats_plan *plan = stats_plan_new(1);
	struct stats_ratio answer;

	(void)state;
	fill_logs(&left, 9, 0, 0.01);
	fill_logs(&right, 9, 0, 0.01);
	right.samples[8][0][0] = 0;
	answer = stats_ratio_boots(plan, &left.side, &right.side, 0.05);
	assert_int_equal(answer.status, STATS_OK);
	assert_true(isnan(answer.error) && isnan(answer.free));
	assert_true(answer.low < 1 && answer.high > 1);
	assert_true(answer.p_rank > 0.05);
	right.samples[7][0][0] = INFINITY;
	answer = stats_ratio_boots(plan, &left.side, &right.side, 0.05);
	assert_int_equal(answer.status, STATS_NOT_FINITE);
	fill_logs(&right, 3, 0, 0.01);
	answer = stats_ratio_boots(plan, &right.side, &right.side, 0.05);
	assert_int_equal(answer.status, STATS_FEW);
	assert_true(isnan(answer.low) && isnan(answer.p_rank));
	fill_logs(&left, 5, 0, 0);
	answer = stats_ratio_boots(plan, &left.side, &left.side, 0.05);
	assert_int_equal(answer.status, STATS_OK);
	assert_true(answer.low == 1 && answer.high == 1);
	stats_plan_free(plan);
}

/* Hollander and Wolfe, "Nonparametric statistical methods", table 4.1. */
static void test_mann_whitney(void **state)
{
	const double term[] = { 0.80, 0.83, 1.89, 1.04, 1.45,
				1.38, 1.91, 1.64, 0.73, 1.46 };
	const double weeks[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	const double a[] = { 1, 2, 2 }, b[] = { 2, 3 };
	const double low[] = { 1, 2, 3, 4 }, high[] = { 5, 6, 7, 8 };
	const double broken[] = { 1, NAN };
	double many[50], more[50];
	struct stats_rank_sum answer;

	(void)state;
	answer = stats_mann_whitney(term, 10, weeks, 5);
	assert_true(answer.exact);
	assert_true(answer.u == 35);
	assert_near(answer.p, 2 * 0.1272, 1e-4);
	/* By hand: of ten sums 7 9 11, six are two or more off nine. */
	answer = stats_mann_whitney(a, 3, b, 2);
	assert_true(answer.u == 1);
	assert_near(answer.p, 0.6, 1e-12);
	answer = stats_mann_whitney(low, 4, high, 4);
	assert_true(answer.u == 0);
	assert_near(answer.p, 2.0 / 70, 1e-12);
	answer = stats_mann_whitney(high, 4, high, 4);
	assert_true(answer.u == 8 && answer.p == 1);
	assert_int_equal(stats_mann_whitney(a, 0, b, 2).status, STATS_EMPTY);
	answer = stats_mann_whitney(broken, 2, b, 2);
	assert_int_equal(answer.status, STATS_NOT_FINITE);
	assert_true(isnan(answer.p));
	for (int i = 0; i < 50; i++) {
		many[i] = i;
		more[i] = i + 10.5;
	}
	/* U 780 of 1250 +- 145.06, less a half for continuity. */
	answer = stats_mann_whitney(many, 50, more, 50);
	assert_false(answer.exact);
	assert_true(answer.u == 780);
	assert_near(answer.p, 0.00120942, 1e-8);
	answer = stats_mann_whitney(many, 1, many, 50);
	assert_true(answer.p <= 1);
}

/* Benjamini and Hochberg (1995), section 3.2: four of fifteen at 5 %. */
static void test_adjust(void **state)
{
	double p[] = { 0.0459, 0.0001, NAN,    0.0019, 0.0095, 0.0201,
		       0.0278, 0.0298, 0.0344, 0.0004, 0.3240, 0.4262,
		       0.5719, 0.6528, 0.7590, 1 };
	unsigned int found = 0;

	(void)state;
	assert_int_equal(stats_adjust(p, 16), STATS_OK);
	for (size_t i = 0; i < 16; i++)
		found += p[i] <= 0.05;
	assert_int_equal(found, 4);
	assert_near(p[1], 0.0015, 1e-12);
	assert_near(p[4], 0.035625, 1e-12);
	assert_near(p[5], 0.0603, 1e-12);
	assert_near(p[6], 0.0298 * 15 / 7, 1e-12); /* not 0.0695 */
	assert_true(isnan(p[2]));
	assert_true(p[15] == 1);
	assert_int_equal(stats_adjust(p, 0), STATS_OK);
}

static void test_moderated(void **state)
{
	struct stats_row rows[6];
	double p[6], usual = exp(log(4) - 1.2561176684318); /* psi(4) */

	(void)state;
	for (size_t i = 0; i < 6; i++)
		rows[i] = (struct stats_row){
			.difference = 2, .error = 1, .free = 8, .boots = 1
		};
	/* All alike: as if the variance were known. */
	stats_moderated(rows, 6, p);
	assert_near(p[0], erfc(2 / sqrt(usual) / M_SQRT2), 1e-6);
	rows[1].margin = 1;
	rows[2].margin = 2;
	rows[3].difference = -2;
	rows[4].free = NAN;
	stats_moderated(rows, 6, p);
	assert_near(p[1], erfc(1 / sqrt(usual) / M_SQRT2), 1e-6);
	assert_true(p[2] == 1);
	assert_true(p[3] == p[0]);
	assert_true(isnan(p[4]));
	/* Alone, a row keeps its own: t of 2 with 8 degrees (tables). */
	stats_moderated(rows, 1, p);
	assert_near(p[0], 0.0805, 1e-4);
	/* Nor does a row that never varies take over that of others. */
	rows[0].error = 0;
	stats_moderated(rows, 6, p);
	assert_true(p[0] == 0);
	/* Very unlike: worth nothing to each other. */
	for (size_t i = 0; i < 6; i++)
		rows[i] = (struct stats_row){ .difference = 2 * pow(10, i),
					      .error = pow(10, i),
					      .free = 8,
					      .boots = 1 };
	stats_moderated(rows, 6, p);
	assert_near(p[3], 0.0805, 0.01);
}

static void test_usual_change(void **state)
{
	const unsigned int groups[] = { 0, 0, 1, 1, 2, 2 };
	const unsigned int two[] = { 0, 0, 0, 1, 1, 1 };

	(void)state;
	/* Levels 0, 0.01 and 0.02: sd 0.01, t of 2 degrees 4.302653. */
	fill_logs(&left, 6, 0, 0.005);
	for (size_t b = 0; b < 6; b++)
		left.samples[b][0][0] = exp(0.01 * (double)groups[b]);
	assert_near(stats_usual_change(&left.side, groups),
		    expm1(4.302653 * 0.01 * sqrt(4.0 / 3)), 1e-8);
	assert_true(isnan(stats_usual_change(&left.side, two)));
	left.samples[0][0][0] = -1;
	left.samples[1][0][0] = -1;
	assert_true(isnan(stats_usual_change(&left.side, groups)));
	left.side.count = 0;
	assert_true(isnan(stats_usual_change(&left.side, groups)));
}

struct rates {
	double covers; /* the interval holds the true ratio */
	double alarms; /* wholly beyond 1 % although nothing changed */
	double finds; /* wholly above 1 % when the new side is 4 % slower */
};

static struct rates simulate(char kind, size_t base, size_t new, double boot_sd)
{
	enum { ROUNDS = 1000 };
	struct stats_plan *plan = stats_plan_new(5);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	unsigned int covers = 0, alarms = 0, finds = 0;

	gsl_rng_set(rng, base * 100 + new);
	shape(&left, base, 1, 15);
	shape(&right, new, 1, 15);
	for (int i = 0; i < ROUNDS; i++) {
		struct stats_ratio answer;

		measure(&left, rng, kind, 100, boot_sd);
		measure(&right, rng, kind, 100, boot_sd);
		answer = stats_ratio_bootstrap(plan, &left.side, &right.side);
		covers += answer.low <= 1 && answer.high >= 1;
		alarms += answer.low > 1.01 || answer.high < 0.99;
		/* The ratio scales, and with it its interval. */
		finds += answer.low * 1.04 > 1.01;
	}
	gsl_rng_free(rng);
	stats_plan_free(plan);
	return (struct rates){ (double)covers / ROUNDS, (double)alarms / ROUNDS,
			       (double)finds / ROUNDS };
}

/* The limits of the header; a rate of 1000 rounds has an error of 0.7 %. */
static void test_simulated_rates(void **state)
{
	static const struct {
		char kind;
		size_t base, new;
		double boot_sd, covers, alarms, finds;
	} rows[] = {
		{ 'n', 4, 4, 0.01, 0.94, 0.01, 0.80 },
		{ 'n', 3, 5, 0.01, 0.94, 0.01, 0.75 },
		{ 'n', 5, 5, 0.01, 0.95, 0.01, 0.90 },
		{ 't', 5, 5, 0.01, 0.95, 0.01, 0.90 },
		{ 'e', 5, 5, 0.01, 0.95, 0.01, 0.80 },
		{ 'b', 5, 5, 0.01, 0.95, 0.01, 0.45 },
		{ 'n', 5, 5, 0.001, 0.99, 0.001, 0.99 },
		{ 'n', 10, 10, 0.01, 0.95, 0.005, 0.99 },
		{ 't', 10, 10, 0.01, 0.95, 0.005, 0.99 },
		{ 'b', 10, 10, 0.01, 0.95, 0.005, 0.75 },
		{ 'n', 5, 15, 0.01, 0.95, 0.01, 0.95 },
		{ 'n', 20, 20, 0.01, 0.95, 0.005, 0.99 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rates rates = simulate(rows[i].kind, rows[i].base,
					      rows[i].new, rows[i].boot_sd);

		print_message("%c %zu/%zu boots, sd %g: covers %.3f, false "
			      "alarms %.3f, finds 4 %%: %.3f\n",
			      rows[i].kind, rows[i].base, rows[i].new,
			      rows[i].boot_sd, rates.covers, rates.alarms,
			      rates.finds);
		assert_true(rates.covers >= rows[i].covers);
		assert_true(rates.alarms <= rows[i].alarms);
		assert_true(rates.finds >= rows[i].finds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_median_interval),
		cmocka_unit_test(test_median_interval_of_many),
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_enough_boots),
		cmocka_unit_test(test_exact_ratio),
		cmocka_unit_test(test_levels_weigh_boots_alike),
		cmocka_unit_test(test_ratios_that_do_not_exist),
		cmocka_unit_test(test_damaged_sides),
		cmocka_unit_test(test_constant_and_huge_sides),
		cmocka_unit_test(test_one_huge_trial),
		cmocka_unit_test(test_same_seed_same_answer_in_any_order),
		cmocka_unit_test(test_lookup_equals_the_plain_bootstrap),
		cmocka_unit_test(test_boots_interval),
		cmocka_unit_test(test_boots_without_logarithms),
		cmocka_unit_test(test_mann_whitney),
		cmocka_unit_test(test_adjust),
		cmocka_unit_test(test_moderated),
		cmocka_unit_test(test_usual_change),
		cmocka_unit_test(test_simulated_rates),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
