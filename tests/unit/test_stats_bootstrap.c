// SPDX-License-Identifier: GPL-2.0-or-later
/* The hierarchical bootstrap, and a simulation of what it promises. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "results/stats/resample.h"
#include "stats_fixture.h"

static struct data left, right;

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

/*
 * Survival of seven mice in days (Efron and Tibshirani, "An introduction to the
 * bootstrap", 1993, table 2.1): the bootstrap's standard error of the median is
 * 37.83 with no end of draws. So is it by the probabilities of its values,
 * from which the mean of the draws, 79.73, is.
 */
static void test_mice(void **state)
{
	static const double days[] = { 94, 197, 16, 38, 99, 141, 23 };
	struct stats_plan *plan = stats_plan_new(1);
	static double draws[STATS_DRAWS];
	struct level level;

	(void)state;
	shape(&left, 7, 1, 1);
	for (size_t b = 0; b < 7; b++)
		left.samples[b][0][0] = days[b];
	assert_int_equal(level_make(&left.side, &level), STATS_OK);
	assert_true(level.median == 94);
	assert_int_equal(stats_resample(plan, &left.side, &level, draws),
			 STATS_OK);
	/* Three standard errors of so many draws. */
	assert_near(gsl_stats_sd(draws, 1, STATS_DRAWS), 37.83, 1.4);
	assert_near(gsl_stats_mean(draws, 1, STATS_DRAWS), 79.73, 1.8);
	level_free(&level);
	stats_plan_free(plan);
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
		cmocka_unit_test(test_one_huge_trial),
		cmocka_unit_test(test_same_seed_same_answer_in_any_order),
		cmocka_unit_test(test_mice),
		cmocka_unit_test(test_lookup_equals_the_plain_bootstrap),
		cmocka_unit_test(test_simulated_rates),
	};

	return cmocka_run_group_tests_name("stats_bootstrap", tests, NULL,
					   NULL);
}
