// SPDX-License-Identifier: GPL-2.0-or-later
/* What the series of a history say together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdio.h>

#include "results/history/history_family.h"

#define RUNS 60
#define AT 30

/* @count series of noise, the first @moved of them higher by @by from AT on. */
static void make(struct history *history, size_t count, size_t moved, double by)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	*history = (struct history){ 0 };
	for (size_t i = 0; i < count; i++) {
		struct history_series *series;
		char name[16];

		snprintf(name, sizeof(name), "%03zu", i);
		series = history_add(history, name, "", false);
		assert_non_null(series);
		for (size_t j = 0; j < RUNS; j++) {
			double shift = i < moved && j >= AT ? by : 0;
			double value = 100 + shift + gsl_ran_gaussian(rng, 1);

			assert_int_equal(history_add_point(series, value, j),
					 0);
		}
	}
	gsl_rng_free(rng);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(history_find(&history->series[i], 0), 0);
	history_control(history, HISTORY_FDR);
}

/* How many series changed at AT, of those from @first to before @end. */
static size_t changed_at(const struct history *history, size_t first,
			 size_t end)
{
	size_t count = 0;

	for (size_t i = first; i < end; i++)
		for (size_t j = 0; j < history->series[i].change_count; j++)
			count += history->series[i].changes[j].index == AT;
	return count;
}

static size_t changes_of(const struct history *history)
{
	size_t count = 0;

	for (size_t i = 0; i < history->count; i++)
		count += history->series[i].change_count;
	return count;
}

/* Each alone sees next to nothing; together they know the run. */
static void many_series_place_a_change(void **state)
{
	struct history history;

	(void)state;
	make(&history, 60, 24, 0.8);
	assert_true(changes_of(&history) <= 8);
	assert_int_equal(history_place(&history, RUNS, 0), 0);
	assert_true(changed_at(&history, 0, 24) >= 14);
	assert_true(changed_at(&history, 24, 60) <= 2);
	assert_int_equal(changes_of(&history), changed_at(&history, 0, 60));
	for (size_t i = 0; i < 24; i++)
		for (size_t j = 0; j < history.series[i].change_count; j++) {
			const struct history_change *change =
				&history.series[i].changes[j];

			assert_true(change->regression);
			assert_true(change->low < 0.8 && change->high > 0);
		}
	history_free(&history);
}

static void together_they_see_nothing_in_noise(void **state)
{
	struct history history;

	(void)state;
	make(&history, 60, 0, 0);
	assert_int_equal(history_place(&history, RUNS, 0), 0);
	assert_int_equal(changes_of(&history), 0);
	history_free(&history);
}

/* One series that moves by much is not many: its own place for it stays. */
static void one_is_not_many(void **state)
{
	struct history_change own = { .index = AT + 1,
				      .end = AT + 1,
				      .first = AT - 1,
				      .last = AT + 2,
				      .before = 100,
				      .after = 110,
				      .probability = 1 };
	struct history history;

	(void)state;
	make(&history, 60, 1, 10);
	assert_int_equal(changes_of(&history), 1);
	history.series[0].change_count = 0;
	assert_int_equal(history_add_change(&history.series[0], &own), 0);
	assert_int_equal(history_place(&history, RUNS, 0), 0);
	assert_int_equal(changes_of(&history), 1);
	assert_int_equal(history.series[0].changes[0].index, AT + 1);
	history_free(&history);
}

/* What is below the threshold is said to be there, and not told. */
static void placed_changes_have_the_threshold(void **state)
{
	struct history history;
	size_t below = 0;

	(void)state;
	make(&history, 60, 24, 0.8);
	for (size_t i = 0; i < history.count; i++)
		history.series[i].change_count = 0;
	assert_int_equal(history_place(&history, RUNS, 0.02), 0);
	assert_int_equal(changes_of(&history), 0);
	for (size_t i = 0; i < history.count; i++)
		below += history.series[i].below;
	assert_true(below >= 14);
	history_free(&history);
}

/* A series' own place for it yields to that of all. */
static void the_place_of_all_is_taken(void **state)
{
	struct history history;
	struct history_change own = { .index = AT + 1,
				      .end = AT + 1,
				      .first = AT - 1,
				      .last = AT + 2,
				      .before = 100,
				      .after = 101,
				      .probability = 0.999 };

	(void)state;
	make(&history, 60, 24, 0.8);
	history.series[0].change_count = 0;
	assert_int_equal(history_add_change(&history.series[0], &own), 0);
	assert_int_equal(history_place(&history, RUNS, 0), 0);
	assert_int_equal(history.series[0].change_count, 1);
	assert_int_equal(history.series[0].changes[0].index, AT);
	history_free(&history);
}

/* 1 % by chance is nothing among 200 series, and something in one alone. */
static void chance_is_counted_over_series(void **state)
{
	static const struct history_change weak = {
		.index = AT, .before = 100, .after = 101, .probability = 0.99
	};
	struct history history;

	(void)state;
	make(&history, 200, 0, 0);
	for (size_t i = 0; i < history.count; i++)
		history.series[i].change_count = 0;
	assert_int_equal(history_add_change(&history.series[7], &weak), 0);
	history.series[8].exact = true;
	assert_int_equal(history_add_change(&history.series[8], &weak), 0);
	history_control(&history, HISTORY_FDR);
	assert_int_equal(history.series[7].change_count, 0);
	assert_int_equal(history.series[7].by_chance, 1);
	assert_int_equal(history.series[8].change_count, 1);
	history_free(&history);
	make(&history, 1, 0, 0);
	assert_int_equal(history_add_change(&history.series[0], &weak), 0);
	history_control(&history, HISTORY_FDR);
	assert_int_equal(history.series[0].change_count, 1);
	history_control(&history, HISTORY_FDR / HISTORY_LOOKS);
	assert_int_equal(history.series[0].change_count, 0);
	history_free(&history);
}

/* A step to 110 at 20 that is at @rest from @end on: how soon it went back. */
static size_t back_after(size_t end, double rest)
{
	const struct history_change there = {
		.index = 20, .before = 100, .after = 110, .probability = 1
	};
	const struct history_change back = {
		.index = end, .before = 110, .after = rest, .probability = 1
	};
	struct history history;
	size_t after;

	make(&history, 1, 0, 0);
	assert_int_equal(history_add_change(&history.series[0], &there), 0);
	assert_int_equal(history_add_change(&history.series[0], &back), 0);
	history_mark_back(&history);
	after = history.series[0].changes[0].back_after;
	assert_int_equal(history.series[0].changes[1].back_after, 0);
	history_free(&history);
	return after;
}

static void what_went_back_is_marked(void **state)
{
	(void)state;
	assert_int_equal(back_after(25, 100), 5);
	assert_int_equal(back_after(30, 102), 10);
	assert_int_equal(back_after(31, 100), 0);
	assert_int_equal(back_after(25, 104), 0);
	assert_int_equal(back_after(25, 120), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_series_place_a_change),
		cmocka_unit_test(together_they_see_nothing_in_noise),
		cmocka_unit_test(one_is_not_many),
		cmocka_unit_test(placed_changes_have_the_threshold),
		cmocka_unit_test(the_place_of_all_is_taken),
		cmocka_unit_test(chance_is_counted_over_series),
		cmocka_unit_test(what_went_back_is_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
