// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes that are no steps, and the cost of the search. */
#include "changes_fixture.h"

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
		cmocka_unit_test(test_a_drift),
		cmocka_unit_test(test_strong_trends),
		cmocka_unit_test(test_many_changes),
		cmocka_unit_test(test_same_input_same_answer),
		cmocka_unit_test(test_cost_is_linear),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
