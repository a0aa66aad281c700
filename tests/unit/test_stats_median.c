// SPDX-License-Identifier: GPL-2.0-or-later
/* Medians, quantiles and their distribution-free intervals. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "stats_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_median_interval),
		cmocka_unit_test(test_median_interval_of_many),
		cmocka_unit_test(test_quantiles),
	};

	return cmocka_run_group_tests_name("stats_median", tests, NULL, NULL);
}
