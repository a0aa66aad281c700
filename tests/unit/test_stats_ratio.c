// SPDX-License-Identifier: GPL-2.0-or-later
/* Ratios of levels: exact, and by Welch over boots. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "stats_fixture.h"

static struct data left, right;

static void assert_unknown(const struct stats_ratio *answer)
{
	assert_true(isnan(answer->ratio));
	assert_true(isnan(answer->low));
	assert_true(isnan(answer->high));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enough_boots),
		cmocka_unit_test(test_exact_ratio),
		cmocka_unit_test(test_levels_weigh_boots_alike),
		cmocka_unit_test(test_ratios_that_do_not_exist),
		cmocka_unit_test(test_damaged_sides),
		cmocka_unit_test(test_constant_and_huge_sides),
		cmocka_unit_test(test_boots_interval),
		cmocka_unit_test(test_boots_without_logarithms),
	};

	return cmocka_run_group_tests_name("stats_ratio", tests, NULL, NULL);
}
