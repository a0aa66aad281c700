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
		cmocka_unit_test(test_simulated_rates),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
