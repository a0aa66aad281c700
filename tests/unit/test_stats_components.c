// SPDX-License-Identifier: GPL-2.0-or-later
/* Variance components and the cheapest design. */
#include <float.h>

#include "results/stats/components.h"
#include "stats_fixture.h"

static struct data data;

/*
 * Calcium in turnip greens: four plants, three leaves of each, each analysed
 * twice (Snedecor and Cochran, "Statistical methods", section on samples within
 * samples; the worked example of SAS's PROC NESTED, which prints 0.365223,
 * 0.161060 and 0.006654).
 */
static void test_turnip_greens(void **state)
{
	static const double calcium[4][3][2] = {
		{ { 3.28, 3.09 }, { 3.52, 3.48 }, { 2.88, 2.80 } },
		{ { 2.46, 2.44 }, { 1.87, 1.92 }, { 2.19, 2.19 } },
		{ { 2.77, 2.66 }, { 3.74, 3.44 }, { 2.55, 2.55 } },
		{ { 3.78, 3.87 }, { 4.07, 4.12 }, { 3.31, 3.31 } },
	};
	struct stats_components answer;

	(void)state;
	shape(&data, 4, 3, 2);
	for (size_t b = 0; b < 4; b++)
		for (size_t t = 0; t < 3; t++)
			for (size_t i = 0; i < 2; i++)
				data.samples[b][t][i] = calcium[b][t][i];
	answer = stats_components(&data.side);
	assert_int_equal(answer.status, STATS_OK);
	assert_near(answer.boot, 0.365223, 1e-6);
	assert_near(answer.trial, 0.161060, 1e-6);
	assert_near(answer.sample, 0.006654, 1e-6);
}

/*
 * Unequal groups, by hand: boots of 2 and 4 samples, one trial each. Within:
 * (0.5 + 5) / 4. Between: 6 of one degree, n0 = 6 - (4 + 16) / 6.
 */
static void test_unequal_groups(void **state)
{
	const double few[] = { 1, 2 }, many[] = { 2, 3, 4, 5 };
	struct stats_components answer;

	(void)state;
	shape(&data, 2, 1, 4);
	data.trials[0][0].count = 2;
	for (size_t i = 0; i < 2; i++)
		data.samples[0][0][i] = few[i];
	for (size_t i = 0; i < 4; i++)
		data.samples[1][0][i] = many[i];
	answer = stats_components(&data.side);
	assert_near(answer.sample, 5.5 / 4, 1e-12);
	/* Means 1.5 and 3.5 around 17/6: 2 * (4/3)^2 + 4 * (2/3)^2 = 16/3. */
	assert_near(answer.boot, (16.0 / 3 - 5.5 / 4) / (6 - 20.0 / 6), 1e-12);
	assert_true(answer.trial == 0);
}

static void test_what_has_no_components(void **state)
{
	(void)state;
	shape(&data, 3, 2, 2);
	fill(&data, 7);
	assert_true(stats_components(&data.side).boot == 0);
	assert_true(stats_components(&data.side).sample == 0);
	data.samples[2][1][1] = NAN;
	assert_int_equal(stats_components(&data.side).status, STATS_NOT_FINITE);
	assert_true(isnan(stats_components(&data.side).boot));
	data.samples[2][1][1] = INFINITY;
	assert_int_equal(stats_components(&data.side).status, STATS_NOT_FINITE);
	/* Squares beyond any double are told, not handed back. */
	fill(&data, DBL_MAX);
	data.samples[0][0][0] = -DBL_MAX;
	assert_int_equal(stats_components(&data.side).status, STATS_NOT_FINITE);
	data.trials[1][1].count = 0;
	assert_int_equal(stats_components(&data.side).status, STATS_EMPTY);
	shape(&data, 1, 2, 2);
	fill(&data, 7);
	assert_int_equal(stats_components(&data.side).status, STATS_FEW);
	data.side.count = 0;
	assert_int_equal(stats_components(&data.side).status, STATS_EMPTY);
}

/* Means over 2000 experiments of 6 boots, 3 trials and 10 samples. */
static void test_simulated_components(void **state)
{
	enum { ROUNDS = 2000 };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double boot = 0, trial = 0, sample = 0;

	(void)state;
	shape(&data, 6, 3, 10);
	for (int r = 0; r < ROUNDS; r++) {
		struct stats_components answer;

		for (size_t b = 0; b < 6; b++) {
			double level = gsl_ran_gaussian(rng, 2);

			for (size_t t = 0; t < 3; t++) {
				double here = level + gsl_ran_gaussian(rng, 1);

				for (size_t i = 0; i < 10; i++)
					data.samples[b][t][i] =
						here + gsl_ran_gaussian(rng, 3);
			}
		}
		answer = stats_components(&data.side);
		boot += answer.boot / ROUNDS;
		trial += answer.trial / ROUNDS;
		sample += answer.sample / ROUNDS;
	}
	gsl_rng_free(rng);
	/* Four standard errors; clamping at zero lifts the first two a bit. */
	assert_near(sample, 9, 0.07);
	assert_near(trial, 1, 0.12);
	assert_near(boot, 4, 0.3);
}

/*
 * Cochran ("Sampling techniques", 10.6): the best number of samples in a trial
 * is sqrt(trial cost / sample cost * sample variance / trial variance), that of
 * trials likewise; the medians' variance counts.
 */
static void test_cheapest(void **state)
{
	const struct stats_cost cost = { .boot = 90, .trial = 10, .sample = 1 };
	struct stats_components noise = { STATS_OK, 1e-4, 1e-4, 9e-4 };
	struct stats_design design;

	(void)state;
	assert_true(stats_cheapest(&noise, &cost, 0.01, &design));
	/* Samples: sqrt(10 * 9 * 1.571) = 11.9; trials: sqrt(9) = 3. */
	assert_in_range(design.samples, 9, 15);
	assert_in_range(design.trials, 2, 4);
	assert_near(design.cost,
		    design.boots *
			    (90 + design.trials * (10.0 + design.samples)),
		    1e-9);

	/* Only boots differ: one trial, one sample, t of 62 or so. */
	noise = (struct stats_components){ STATS_OK, 4e-4, 0, 0 };
	assert_true(stats_cheapest(&noise, &cost, 0.01, &design));
	assert_int_equal(design.trials, 1);
	assert_int_equal(design.samples, 1);
	assert_int_equal(design.boots, 32);

	/* No noise at all still takes the boots that show it. */
	noise.boot = 0;
	assert_true(stats_cheapest(&noise, &cost, 0.01, &design));
	assert_int_equal(design.boots, 4);
	noise.boot = 1;
	assert_false(stats_cheapest(&noise, &cost, 0.001, &design));
	assert_false(stats_cheapest(&noise, &cost, 0, &design));
	noise.status = STATS_FEW;
	assert_false(stats_cheapest(&noise, &cost, 1, &design));
}

/* What is planned is what comes out: the intervals reach that far. */
static void test_plan_holds(void **state)
{
	enum { ROUNDS = 400 };
	const struct stats_cost cost = { .boot = 10, .trial = 20, .sample = 1 };
	const struct stats_components noise = { STATS_OK, 1e-4, 0, 4e-4 };
	struct stats_plan *plan = stats_plan_new(1);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	static struct data other;
	struct stats_design design;
	double reach = 0;

	(void)state;
	assert_true(stats_cheapest(&noise, &cost, 0.012, &design));
	assert_in_range(design.boots, 5, BOOTS_MAX);
	assert_int_equal(design.trials, 1);
	assert_in_range(design.samples, 3, SAMPLES_MAX);
	shape(&data, design.boots, 1, design.samples);
	shape(&other, design.boots, 1, design.samples);
	for (int r = 0; r < ROUNDS; r++) {
		struct data *sides[] = { &data, &other };
		struct stats_ratio answer;

		for (int s = 0; s < 2; s++)
			for (size_t b = 0; b < design.boots; b++) {
				double boot = gsl_ran_gaussian(rng, 0.01);

				for (size_t i = 0; i < design.samples; i++)
					sides[s]->samples[b][0][i] =
						exp(boot + gsl_ran_gaussian(
								   rng, 0.02));
			}
		answer = stats_ratio_boots(plan, &data.side, &other.side, 0.05);
		reach += log(answer.high / answer.low) / 2 / ROUNDS;
	}
	gsl_rng_free(rng);
	stats_plan_free(plan);
	assert_near(reach, 0.012, 0.0012);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turnip_greens),
		cmocka_unit_test(test_unequal_groups),
		cmocka_unit_test(test_what_has_no_components),
		cmocka_unit_test(test_simulated_components),
		cmocka_unit_test(test_cheapest),
		cmocka_unit_test(test_plan_holds),
	};

	return cmocka_run_group_tests_name("stats_components", tests, NULL,
					   NULL);
}
