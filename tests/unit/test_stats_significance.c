// SPDX-License-Identifier: GPL-2.0-or-later
/* How surprising: ranks, false discovery rate, moderated t. */
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <string.h>

#include "results/stats/looks.h"
#include "results/stats/significance.h"
#include "stats_fixture.h"

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

/* Hollander and Wolfe, table 3.1: signed ranks 40 and 5 of nine pairs. */
static void test_signed_ranks(void **state)
{
	const double before[] = { 1.83, 0.50, 1.62, 2.48, 1.68,
				  1.88, 1.55, 3.06, 1.30 };
	const double after[] = { 0.878, 0.647, 0.598, 2.05, 1.06,
				 1.29,	1.06,  3.14,  1.29 };
	const double broken[] = { 1, NAN };
	double many[40], more[40];

	(void)state;
	assert_near(stats_signed_ranks(before, after, 9), 0.0381517, 1e-7);
	assert_near(stats_signed_ranks(after, before, 9), 0.0381517, 1e-7);
	assert_true(stats_signed_ranks(before, before, 9) == 1);
	assert_true(stats_signed_ranks(before, after, 0) == 1);
	assert_true(isnan(stats_signed_ranks(before, broken, 2)));
	/* Forty of forty by the same: ranks of 20.5 each. */
	for (int i = 0; i < 40; i++) {
		many[i] = i * i;
		more[i] = i * i + 1;
	}
	assert_near(stats_signed_ranks(many, more, 40), 2.5396e-10, 1e-13);
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

/* As moderated: the chance of the row's difference. */
static double moderated(const struct stats_row *rows, size_t count,
			size_t which)
{
	struct stats_row copy[6];

	memcpy(copy, rows, count * sizeof(*rows));
	stats_moderate(copy, count);
	return stats_beyond(&copy[which]);
}

static void test_moderated(void **state)
{
	struct stats_row rows[6];
	/* log s^2 - psi(4) + log(4) with s = 1; t of all 48 degrees. */
	double usual = exp(log(4) - 1.2561176684318);
	double two = 2 * gsl_cdf_tdist_Q(2 / sqrt(usual), 48);

	(void)state;
	for (size_t i = 0; i < 6; i++)
		rows[i] = (struct stats_row){
			.difference = 2, .error = 1, .free = 8, .units = 1
		};
	/* All alike: as sure as all together. */
	assert_near(moderated(rows, 6, 0), two, 1e-6);
	rows[1].margin = 1;
	assert_near(moderated(rows, 6, 1),
		    2 * gsl_cdf_tdist_Q(1 / sqrt(usual), 48), 1e-6);
	rows[2].margin = 2;
	assert_true(moderated(rows, 6, 2) == 1);
	rows[3].difference = -2;
	assert_near(moderated(rows, 6, 3), two, 1e-6);
	rows[4].free = NAN;
	assert_true(isnan(moderated(rows, 6, 4)));
	assert_near(moderated(rows, 6, 0),
		    2 * gsl_cdf_tdist_Q(2 / sqrt(usual), 40), 1e-6);
	/* Alone, a row keeps its own: t of 2 with 8 degrees (tables). */
	assert_near(moderated(rows, 1, 0), 0.0805, 1e-4);
	/* Nor does a row that never varies take over that of others. */
	rows[0].error = 0;
	assert_true(moderated(rows, 6, 0) == 0);
	/* Very unlike: worth nothing to each other. */
	for (size_t i = 0; i < 6; i++)
		rows[i] = (struct stats_row){ .difference = 2 * pow(10, i),
					      .error = pow(10, i),
					      .free = 8,
					      .units = 1 };
	assert_near(moderated(rows, 6, 3), 0.0805, 0.01);
	/* t of 8 degrees, two-sided: 2.306 (tables); normal: 1.96. */
	assert_near(stats_reach(&rows[0], 0.05), 2.306004, 1e-6);
	rows[0].free = HUGE_VAL;
	assert_near(stats_reach(&rows[0], 0.05), 1.959964, 1e-6);
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

/* Fisher (1935): of eight cups, four with milk first, three told rightly. */
static void test_uneven(void **state)
{
	(void)state;
	assert_near(stats_uneven(3, 4, 1, 4), 2 * 17.0 / 70, 1e-12);
	assert_near(stats_uneven(1, 4, 3, 4), 2 * 17.0 / 70, 1e-12);
	assert_near(stats_uneven(4, 4, 0, 4), 2 * 1.0 / 70, 1e-12);
	assert_true(stats_uneven(2, 4, 2, 4) == 1);
	assert_true(stats_uneven(0, 100, 0, 100) == 1);
	/* One call in 64 of a thousand, against none. */
	assert_true(stats_uneven(0, 1024, 16, 1024) < 1e-4);
	assert_true(stats_uneven(0, 128, 2, 128) > 0.2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mann_whitney),
		cmocka_unit_test(test_signed_ranks),
		cmocka_unit_test(test_adjust),
		cmocka_unit_test(test_moderated),
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_uneven),
	};

	return cmocka_run_group_tests_name("stats_significance", tests, NULL,
					   NULL);
}
