// SPDX-License-Identifier: GPL-2.0-or-later
/* Known answers of the change points; their error rates are in tests/sim. */
#include <float.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "results/stats/changes.h"

#define COUNT 60

static void fill(double *values, size_t count, double level, double sd)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < count; i++)
		values[i] = level + gsl_ran_gaussian(rng, sd);
	gsl_rng_free(rng);
}

static void assert_nothing(const double *values, size_t count)
{
	struct changes found = changes_find(values, count);

	assert_int_equal(found.status, STATS_OK);
	assert_int_equal(found.count, 0);
	changes_free(&found);
}

static void test_no_answer(void **state)
{
	double values[COUNT] = { 0 };
	struct changes found;

	(void)state;
	found = changes_find(values, 0);
	assert_int_equal(found.status, STATS_EMPTY);
	assert_null(found.items);
	found = changes_find(values, 1);
	assert_int_equal(found.status, STATS_FEW);
	found = changes_find(values, 5);
	assert_int_equal(found.status, STATS_FEW);
	assert_int_equal(found.count, 0);
	values[40] = NAN;
	found = changes_find(values, COUNT);
	assert_int_equal(found.status, STATS_NOT_FINITE);
	assert_null(found.items);
	values[40] = -INFINITY;
	found = changes_find(values, COUNT);
	assert_int_equal(found.status, STATS_NOT_FINITE);
	changes_free(&found);
}

static void test_a_constant_has_none(void **state)
{
	double values[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		values[i] = 85.869;
	assert_nothing(values, COUNT);
	assert_nothing(values, 6);
	values[30] = 1000; /* one spike is no new level */
	assert_nothing(values, COUNT);
	values[31] = 1000;
	assert_nothing(values, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		values[i] = i % 2 ? DBL_MAX : -DBL_MAX;
	assert_nothing(values, COUNT);
}

static void test_a_step_without_noise(void **state)
{
	static const struct {
		double before, after;
	} rows[] = { { 85, 86 },
		     { 1, 1e-300 },
		     { -DBL_MAX, DBL_MAX },
		     { 0, DBL_MIN },
		     { 1e15, 1e15 + 1 } };
	double values[COUNT];

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++) {
		struct changes found;

		for (size_t i = 0; i < COUNT; i++)
			values[i] = i < 23 ? rows[r].before : rows[r].after;
		found = changes_find(values, COUNT);
		assert_int_equal(found.status, STATS_OK);
		assert_int_equal(found.count, 1);
		assert_int_equal(found.items[0].kind, CHANGE_STEP);
		assert_int_equal(found.items[0].index, 23);
		assert_int_equal(found.items[0].end, 23);
		assert_int_equal(found.items[0].first, 23);
		assert_int_equal(found.items[0].last, 23);
		assert_true(found.items[0].before == rows[r].before);
		assert_true(found.items[0].after == rows[r].after);
		assert_true(found.items[0].probability > 0.999);
		assert_false(isnan(found.items[0].low));
		assert_false(isnan(found.items[0].high));
		changes_free(&found);
	}
}

/* The size is said in the unit of the values, wherever zero is. */
static void test_a_step_in_noise(void **state)
{
	static const double scales[] = { 1e-9, 1, 1e12 };
	double values[COUNT];

	(void)state;
	for (size_t s = 0; s < 3; s++) {
		struct changes found;
		const struct change *step;

		fill(values, COUNT, 100, 1);
		for (size_t i = 0; i < COUNT; i++)
			values[i] = scales[s] * (values[i] + (i < 40 ? 0 : 5));
		found = changes_find(values, COUNT);
		assert_int_equal(found.count, 1);
		step = &found.items[0];
		assert_int_equal(step->index, 40);
		assert_true(step->first <= 40 && step->last >= 40);
		assert_true(step->last - step->first <= 4);
		assert_true(fabs(step->before / scales[s] - 100) < 0.5);
		assert_true(fabs(step->after / scales[s] - 105) < 0.7);
		assert_true(step->low < 5 * scales[s]);
		assert_true(step->high > 5 * scales[s]);
		assert_true(step->high - step->low < 2 * scales[s]);
		assert_true(step->probability > 0.999);
		assert_true(fabs(found.noise / scales[s] - 1) < 0.3);
		assert_true(found.autocorrelation < 0.3);
		changes_free(&found);
	}
}

struct plateau {
	double level;
	size_t length;
};

static void assert_steps(const struct plateau *plateaus, size_t count,
			 const size_t *places, size_t steps)
{
	double values[COUNT];
	struct changes found;
	size_t points = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < plateaus[i].length; j++)
			values[points++] = plateaus[i].level;
	found = changes_find(values, points);
	assert_int_equal(found.status, STATS_OK);
	assert_int_equal(found.count, steps);
	for (size_t i = 0; i < steps; i++) {
		assert_int_equal(found.items[i].kind, CHANGE_STEP);
		assert_int_equal(found.items[i].index, places[i]);
		assert_true(found.items[i].probability > 0.99);
	}
	changes_free(&found);
}

/* No noise says how sure a level is; that it stays says it. */
static void test_levels_without_noise(void **state)
{
	static const struct plateau up[] = { { 1000, 10 },
					     { 1003, 10 },
					     { 1006, 10 } };
	static const struct plateau sizes[] = { { 14408, 7 }, { 14409, 1 },
						{ 14408, 9 }, { 15000, 1 },
						{ 14472, 5 }, { 14344, 20 },
						{ 14345, 3 } };
	static const struct plateau last[] = { { 5, 17 }, { 6, 3 } };
	/* Of two values in turns, three in a row say nothing. */
	static const struct plateau turns[] = { { 1, 3 }, { 2, 1 }, { 1, 2 },
						{ 2, 3 }, { 1, 1 }, { 2, 2 },
						{ 1, 4 }, { 2, 3 } };

	(void)state;
	assert_steps(up, 3, (size_t[]){ 10, 20 }, 2);
	assert_steps(sizes, 7, (size_t[]){ 18, 23, 43 }, 3);
	assert_steps(last, 2, (size_t[]){ 17 }, 1);
	assert_steps(turns, 8, NULL, 0);
}

/* What scatters widely for the last few points has no new level. */
static void test_louder_noise_is_no_step(void **state)
{
	double values[COUNT];

	(void)state;
	fill(values, COUNT, 0, 1);
	for (size_t i = COUNT - 8; i < COUNT; i++)
		values[i] = (double[]){ 9, -4, 14, 12, 3, 8, -6, 15 }[i % 8];
	assert_nothing(values, COUNT);
}

static void test_a_step_near_the_end(void **state)
{
	double values[COUNT];
	struct changes found;

	(void)state;
	fill(values, COUNT, 0, 1);
	for (size_t i = COUNT - 3; i < COUNT; i++)
		values[i] += 3;
	found = changes_find(values, COUNT);
	assert_int_equal(found.count, 1);
	assert_true(found.items[0].first <= COUNT - 3);
	assert_int_equal(found.items[0].last, COUNT - 3);
	assert_true(found.items[0].probability > 0.99);
	changes_free(&found);
}

static void test_a_step_on_a_trend(void **state)
{
	double values[100];
	struct changes found;
	const struct change *items;

	(void)state;
	fill(values, 100, 0, 1);
	for (size_t i = 0; i < 100; i++)
		values[i] += 0.2 * (double)i + (i < 60 ? 0 : 5);
	found = changes_find(values, 100);
	items = found.items;
	assert_int_equal(found.count, 3);
	assert_int_equal(items[0].kind, CHANGE_DRIFT);
	assert_int_equal(items[0].end, 59);
	assert_int_equal(items[1].kind, CHANGE_STEP);
	assert_int_equal(items[1].index, 60);
	assert_true(items[1].low < 5 && items[1].high > 5);
	assert_true(items[1].before == items[0].after);
	assert_int_equal(items[2].kind, CHANGE_DRIFT);
	assert_int_equal(items[2].index, 60 + 1);
	assert_true(fabs(items[2].after - 25) < 1.5);
	changes_free(&found);
}

static void test_segments_of_three(void **state)
{
	double values[COUNT];
	struct changes found;

	(void)state;
	fill(values, COUNT, 0, 1);
	values[30] += 30;
	assert_nothing(values, COUNT);
	values[31] += 30;
	assert_nothing(values, COUNT);
	values[32] += 30;
	found = changes_find(values, COUNT);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.items[0].index, 30);
	assert_int_equal(found.items[1].index, 33);
	changes_free(&found);

	fill(values, COUNT, 0, 1);
	for (size_t i = COUNT - 3; i < COUNT; i++)
		values[i] += 30;
	found = changes_find(values, COUNT);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.items[0].index, COUNT - 3);
	changes_free(&found);
}

static void test_a_drift(void **state)
{
	double values[100];
	struct changes found;
	const struct change *drift;

	(void)state;
	fill(values, 100, 10, 1);
	for (size_t i = 25; i < 100; i++)
		values[i] += i < 75 ? 0.2 * (double)(i - 25) : 10;
	found = changes_find(values, 100);
	assert_int_equal(found.count, 1);
	drift = &found.items[0];
	assert_int_equal(drift->kind, CHANGE_DRIFT);
	assert_true(drift->index >= 15 && drift->index <= 35);
	assert_true(drift->end >= 65 && drift->end <= 85);
	assert_true(fabs(drift->before - 10) < 1);
	assert_true(fabs(drift->after - 20) < 1);
	assert_true(drift->low < 10 && drift->high > 10);
	changes_free(&found);
}

static double half_of_it(double at)
{
	return fmin(1, fmax(0, 2 * (at - 0.25)));
}

static double all_of_it(double at)
{
	return at;
}

static double there_and_back(double at)
{
	return 1 - fabs(2 * at - 1);
}

static double ever_slower(double at)
{
	return 1 - exp(-5 * at);
}

static double ever_faster(double at)
{
	return at * at;
}

static double stairs_up(double at)
{
	return floor(8 * at) / 8;
}

static double round_about(double at)
{
	return sin(2 * M_PI * at);
}

/* A steep slope is no autocorrelation, however steep. */
static void test_strong_trends(void **state)
{
	static const double rises[] = { 40, 60, 100, 300, 1000, 1e5, 1e9 };
	static const struct {
		double (*shape)(double at);
		bool one_drift;
	} rows[] = { { half_of_it, true },	{ all_of_it, true },
		     { there_and_back, false }, { ever_slower, false },
		     { ever_faster, false },	{ stairs_up, false },
		     { round_about, false } };
	double values[100];

	(void)state;
	for (size_t t = 0; t < 14 * sizeof(rows) / sizeof(*rows); t++) {
		double (*shape)(double) = rows[t / 14].shape;
		size_t count = t % 2 ? 100 : COUNT;
		double rise = rises[t / 2 % 7];
		struct changes found;

		fill(values, count, 10, 1);
		for (size_t i = 0; i < count; i++)
			values[i] += rise * shape((double)i / (double)count);
		found = changes_find(values, count);
		assert_int_equal(found.status, STATS_OK);
		assert_true(found.count > 0);
		assert_true(found.items[0].probability > 0.99);
		if (rows[t / 14].one_drift && count == COUNT) {
			const struct change *drift = &found.items[0];

			assert_int_equal(found.count, 1);
			assert_int_equal(drift->kind, CHANGE_DRIFT);
			assert_true(drift->after - drift->before > 0.8 * rise);
			assert_true(drift->after - drift->before < 1.2 * rise);
		}
		changes_free(&found);
	}
}

static void test_many_changes(void **state)
{
	const size_t count = 20000, length = 50;
	double *values = malloc(count * sizeof(*values));
	struct changes found;

	(void)state;
	fill(values, count, 0, 1);
	for (size_t i = 0; i < count; i++)
		values[i] += i / length % 2 ? 6 : 0;
	found = changes_find(values, count);
	assert_int_equal(found.count, count / length - 1);
	for (size_t i = 0; i < found.count; i++) {
		long off =
			(long)found.items[i].index - (long)(length * (i + 1));

		assert_true(labs(off) <= 1);
	}
	changes_free(&found);
	free(values);
}

static void test_same_input_same_answer(void **state)
{
	double values[COUNT], copy[COUNT];
	struct changes first, second;

	(void)state;
	fill(values, COUNT, 3, 1);
	for (size_t i = 20; i < COUNT; i++)
		values[i] += 4;
	memcpy(copy, values, sizeof(copy));
	first = changes_find(values, COUNT);
	assert_memory_equal(values, copy, sizeof(copy));
	second = changes_find(copy, COUNT);
	assert_int_equal(first.count, 1);
	assert_int_equal(first.count, second.count);
	assert_memory_equal(first.items, second.items, sizeof(*first.items));
	changes_free(&first);
	changes_free(&second);
}

static double seconds(const double *values, size_t count)
{
	clock_t start = clock();
	struct changes found = changes_find(values, count);

	changes_free(&found);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* No more than a generous bound: a sanitizer's build runs this as well. */
static void test_cost_is_linear(void **state)
{
	const size_t count = 400000;
	double *values = malloc(count * sizeof(*values));
	double few, many;

	(void)state;
	fill(values, count, 0, 1);
	for (size_t i = 0; i < count; i++)
		values[i] += (double)(i / 50 * 7919 % 1000) / 50;
	few = seconds(values, count / 8);
	many = seconds(values, count);
	print_message("%g us a point of %zu, %g of %zu\n",
		      1e6 * few / (double)(count / 8), count / 8,
		      1e6 * many / (double)count, count);
	assert_true(many < 8 * 4 * few);
	free(values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_a_constant_has_none),
		cmocka_unit_test(test_a_step_without_noise),
		cmocka_unit_test(test_a_step_in_noise),
		cmocka_unit_test(test_levels_without_noise),
		cmocka_unit_test(test_louder_noise_is_no_step),
		cmocka_unit_test(test_a_step_near_the_end),
		cmocka_unit_test(test_a_step_on_a_trend),
		cmocka_unit_test(test_segments_of_three),
		cmocka_unit_test(test_a_drift),
		cmocka_unit_test(test_strong_trends),
		cmocka_unit_test(test_many_changes),
		cmocka_unit_test(test_same_input_same_answer),
		cmocka_unit_test(test_cost_is_linear),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
