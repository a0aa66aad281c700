// SPDX-License-Identifier: GPL-2.0-or-later
/* Known answers of the least-squares line. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "results/stats/line.h"

static void assert_near(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected))))
		fail_msg("%.17g is not %.17g", value, expected);
}

/* y = 2000 + 106 x, the subscriptions of a process. */
static void test_exact_line(void **state)
{
	static const double x[] = { 1, 2, 4, 8, 64 };
	static const double y[] = { 2106, 2212, 2424, 2848, 8784 };
	struct stats_line line = stats_line(x, y, 5);

	(void)state;
	assert_int_equal(line.status, STATS_OK);
	assert_near(line.slope, 106);
	assert_near(line.intercept, 2000);
	assert_true(line.residual < 1e-8);
	assert_true(line.straight);
}

/*
 * By hand: mean x 2.5, mean y 2.75; Sxy = 4.5, Sxx = 5, so slope 0.9 and
 * intercept 0.5; residuals -0.4, 0.7, -0.2, -0.1.
 */
static void test_known_residual(void **state)
{
	static const double x[] = { 1, 2, 3, 4 };
	static const double y[] = { 1, 3, 3, 4 };
	struct stats_line line = stats_line(x, y, 4);

	(void)state;
	assert_int_equal(line.status, STATS_OK);
	assert_near(line.slope, 0.9);
	assert_near(line.intercept, 0.5);
	assert_near(line.residual, 0.7);
	assert_false(line.straight);
}

/* The descent of a tree: what a miss costs. It is no line, and not flat. */
static void test_logarithm_is_no_line(void **state)
{
	double x[7], y[7];

	(void)state;
	for (int i = 0; i < 7; i++) {
		x[i] = pow(2, i);
		y[i] = 2000 + 10 * i;
	}
	assert_false(stats_line(x, y, 7).straight);
}

static void test_constant_is_a_line(void **state)
{
	static const double x[] = { 1, 2, 64 };
	static const double y[] = { 2185, 2185.5, 2184.7 };
	struct stats_line line = stats_line(x, y, 3);

	(void)state;
	assert_int_equal(line.status, STATS_OK);
	assert_true(line.straight);
	assert_true(fabs(line.slope) < 0.01);
}

static void test_what_has_no_line(void **state)
{
	static const double x[] = { 1, 1, 2, 2 }, y[] = { 1, 2, 3, 4 };
	static const double odd[] = { 1, NAN, 2, 2 };
	static const double huge[] = { 1e308, -1e308, 1e308, -1e308 };
	static const double places[] = { 1, 2, 3, 1e300 };

	(void)state;
	assert_int_equal(stats_line(x, y, 0).status, STATS_EMPTY);
	assert_int_equal(stats_line(x, y, 4).status, STATS_FEW);
	assert_int_equal(stats_line(places, odd, 4).status, STATS_NOT_FINITE);
	assert_int_equal(stats_line(places, huge, 4).status, STATS_NOT_FINITE);
	assert_true(isnan(stats_line(x, y, 4).slope));
}

/* membarrier() alone, and with 1, 3 and 7 siblings that it interrupts. */
static void test_the_first_may_be_another_path(void **state)
{
	double x[] = { 0, 1, 3, 7 }, y[] = { 835, 1157, 1446, 2024 };
	double few[] = { 0, 1, 2 }, jump[] = { 0, 5, 5.1 };
	double flat[] = { 0, 1, 2, 3 }, line_y[] = { 10, 20, 30, 40 };
	double bend[] = { 0, 1, 2, 4, 8 }, log_y[] = { 0, 50, 60, 70, 80 };
	struct stats_line line = stats_line_further(x, y, 4);

	(void)state;
	assert_true(line.straight);
	assert_near(line.slope, 144.5);
	assert_near(line.intercept, 1012.5);
	assert_near(stats_line_further(flat, line_y, 4).intercept, 10);
	/* Two points are no line; nor is what bends without the first. */
	assert_false(stats_line_further(few, jump, 3).straight);
	assert_false(stats_line_further(bend, log_y, 5).straight);
}

/* Lines through nothing and levels say so, and no remainder of rounding. */
static void test_rounding_is_nothing(void **state)
{
	const double x[] = { 1, 2, 3, 5, 9, 17, 33 };
	double y[7], flat[7];

	(void)state;
	for (int k = 1; k < 2000; k++) {
		struct stats_line line;

		for (int i = 0; i < 7; i++) {
			y[i] = x[i] * (100 + k / 7.0);
			flat[i] = k / 7.0;
		}
		line = stats_line(x, y, 7);
		assert_true(line.intercept == 0 && line.residual == 0);
		line = stats_line(x, flat, 7);
		assert_true(line.slope == 0 && line.residual == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_line),
		cmocka_unit_test(test_known_residual),
		cmocka_unit_test(test_logarithm_is_no_line),
		cmocka_unit_test(test_constant_is_a_line),
		cmocka_unit_test(test_what_has_no_line),
		cmocka_unit_test(test_the_first_may_be_another_path),
		cmocka_unit_test(test_rounding_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
