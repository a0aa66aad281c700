// SPDX-License-Identifier: GPL-2.0-or-later
/* How surprising: ranks, false discovery rate, moderated t. */
#include <float.h>

#include "results/stats/looks.h"
#include "results/stats/significance.h"
#include "stats_fixture.h"

static struct data left;

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

static void test_looks(void **state)
{
	static const unsigned int forty[] = { 5, 8, 12, 18, 27, 40 };
	unsigned int found = 0;

	(void)state;
	for (unsigned int done = 1; done <= 40; done++)
		if (stats_is_look(done, 40))
			assert_int_equal(done, forty[found++]);
	assert_int_equal(found, 6);
	assert_int_equal(stats_looks(40), 6);
	assert_int_equal(stats_looks(1), 1);
	assert_int_equal(stats_looks(5), 1);
	assert_int_equal(stats_looks(6), 1); /* not at five and at six */
	assert_int_equal(stats_looks(20), 4); /* 18 is dropped */
	assert_true(stats_is_look(20, 20));
	assert_false(stats_is_look(18, 20));
	assert_false(stats_is_look(0, 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mann_whitney),
		cmocka_unit_test(test_adjust),
		cmocka_unit_test(test_moderated),
		cmocka_unit_test(test_usual_change),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests_name("stats_significance", tests, NULL,
					   NULL);
}
