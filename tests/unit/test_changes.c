// SPDX-License-Identifier: GPL-2.0-or-later
/* Known answers of the change points; their error rates are in tests/sim. */
#include "changes_fixture.h"

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
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
