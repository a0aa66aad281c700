// SPDX-License-Identifier: GPL-2.0-or-later
/* Which layer is replicated: boots, rounds, runs. */
#include <gsl/gsl_cdf.h>
#include <string.h>

#include "results/stats/layers.h"
#include "stats_fixture.h"

static struct data left;

#define LOGS(count_, values_, boots_, runs_)       \
	((struct stats_logs){ .count = (count_),   \
			      .values = (values_), \
			      .boots = (boots_),   \
			      .runs = (runs_) })

static unsigned int numbers[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
static unsigned int one_run[10];

static void test_logs(void **state)
{
	struct stats_logs logs;

	(void)state;
	fill_logs(&left, 5, 0.3, 0.1);
	assert_true(stats_logs_make(&left.side, numbers, one_run, &logs));
	assert_int_equal(logs.count, 5);
	for (size_t b = 0; b < 5; b++)
		assert_near(logs.values[b], log(left.samples[b][0][0]), 1e-12);
	assert_int_equal(stats_runs(&logs), 1);
	stats_logs_free(&logs);
	left.samples[3][0][0] = 0;
	assert_true(stats_logs_make(&left.side, numbers, one_run, &logs));
	assert_int_equal(logs.count, 0);
	assert_int_equal(stats_runs(&logs), 0);
	stats_logs_free(&logs);
}

/* Both drift by 0.1 a round, and are 0.02 apart but for +-0.001. */
static void test_rounds_cancel_drift(void **state)
{
	double base[] = { 0, 0.1, 0.2, 0.3, 0.4 };
	double new[] = { 0.021, 0.119, 0.221, 0.319, 0.42 };
	unsigned int later[] = { 1, 2, 3, 4, 5 };
	struct stats_logs old = LOGS(5, base, numbers, one_run);
	struct stats_logs young = LOGS(5, new, numbers, one_run);
	struct stats_row row = stats_rounds_differ(&old, &young, true);

	(void)state;
	assert_near(row.difference, 0.02, 1e-12);
	assert_near(row.error, 0.001 / sqrt(5), 1e-12);
	assert_true(row.free == 4 && row.units == 5);
	row = stats_boots_differ(&old, &young, true);
	assert_near(row.difference, 0.02, 1e-12);
	assert_true(row.error > 0.09);
	/* Four rounds in common; boots of the rest have no partner. */
	young.boots = later;
	row = stats_rounds_differ(&old, &young, true);
	assert_true(row.units == 4);
	assert_near(row.difference, -0.08, 1e-3);
}

/*
 * Runs at 0, 0.01 and 0.02, of two boots each: sd 0.01 between them however
 * many boots there are.
 */
static void test_runs(void **state)
{
	double base[] = { -0.001, 0.001, 0.009, 0.011, 0.019, 0.021 };
	double new[] = { 0.049, 0.051, 0.05 };
	unsigned int runs[] = { 0, 0, 2, 2, 4, 4 };
	struct stats_logs old = LOGS(6, base, numbers, runs);
	struct stats_logs young = LOGS(2, new, numbers, one_run);
	struct stats_row row = stats_runs_differ(&old, &young);

	(void)state;
	assert_int_equal(stats_runs(&old), 3);
	assert_near(row.difference, 0.04, 1e-12);
	assert_near(row.error, 0.01 * sqrt(4.0 / 3), 1e-12);
	assert_true(row.free == 2);
	assert_near(row.units, 0.75, 1e-12);
	/* One boot says less of its run: 2e-6 inside, half of it more. */
	young.count = 1;
	row = stats_runs_differ(&old, &young);
	assert_near(row.error, sqrt((1e-4 + 1e-6) * 4 / 3), 1e-12);
	/* Of more than two it is taken to say no more than of two. */
	young.count = 3;
	row = stats_runs_differ(&old, &young);
	assert_near(row.error, 0.01 * sqrt(4.0 / 3), 1e-12);
	/* t of 2 degrees 4.302653 */
	assert_near(stats_usual_change(&old),
		    expm1(4.302653 * 0.01 * sqrt(4.0 / 3)), 1e-8);
	/* Two and one are too few to know how runs vary. */
	old.count = 4;
	assert_true(isnan(stats_runs_differ(&old, &young).free));
	assert_true(isnan(stats_usual_change(&old)));
}

/* One wild boot of five moves neither its run nor the spread of runs. */
static void test_a_wild_boot_is_not_a_run(void **state)
{
	double base[15], new[] = { 0.7, 0.7, 0.7, 0.7, 0.7 };
	unsigned int boots[15], runs[15];
	struct stats_logs old = LOGS(15, base, boots, runs);
	struct stats_logs young = LOGS(5, new, numbers, one_run);

	(void)state;
	for (unsigned int b = 0; b < 15; b++) {
		base[b] = 0.001 * (b % 5) + 0.001 * (b / 5);
		boots[b] = b;
		runs[b] = b / 5;
	}
	base[7] = 3;
	assert_true(stats_usual_change(&old) < 0.01);
	assert_true(stats_beyond(&(struct stats_row){
			    .difference = 0.7,
			    .error = stats_runs_differ(&old, &young).error,
			    .free = 2,
		    }) < 1e-3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_rounds_cancel_drift),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_a_wild_boot_is_not_a_run),
	};

	return cmocka_run_group_tests_name("stats_layers", tests, NULL, NULL);
}
