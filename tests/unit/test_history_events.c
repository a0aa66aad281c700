// SPDX-License-Identifier: GPL-2.0-or-later
/* Where cells broke, or behaved differently, over runs. */
#include "results/history/history_events.h"
#include "compare_fixture.h"

#define RUNS 6

static struct result results[RUNS];
static struct history_events events;

/* One cell a run: its exact fact, or how it broke. */
static void find(const double *facts)
{
	const struct result *list[RUNS];

	for (size_t i = 0; i < RUNS; i++) {
		struct trial trial = { .batch = 1 };
		struct cell *cell;

		surround(&results[i], "instructions", "tcg-icount", "m");
		cell = add_cell(&results[i], "a.b", 1);
		list[i] = &results[i];
		if (facts[i] < 0) {
			cell_set_status(cell,
					isinf(facts[i]) ? CELL_SKIPPED :
							  CELL_INVALID,
					"why");
			continue;
		}
		assert_int_equal(trial_add_fact(&trial, "calls", facts[i]), 0);
		trial_mark_exact(&trial, "calls");
		assert_int_equal(cell_add_trial(cell, &trial), 0);
	}
	assert_int_equal(history_events_find(list, RUNS, &events), 0);
}

static int forget(void **state)
{
	(void)state;
	history_events_free(&events);
	for (size_t i = 0; i < RUNS; i++)
		result_free(&results[i]);
	return 0;
}

static void assert_event(size_t index, size_t before, size_t at, bool broken,
			 bool mended, bool last, const char *text)
{
	const struct history_event *event = &events.items[index];

	assert_true(index < events.count);
	assert_string_equal(event->cell, "a.b[pages=1]");
	assert_int_equal(event->before, before);
	assert_int_equal(event->at, at);
	assert_int_equal(event->broken, broken);
	assert_int_equal(event->mended, mended);
	assert_int_equal(event->last, last);
	assert_string_equal(event->text, text);
}

static void test_nothing_happens(void **state)
{
	static const double facts[RUNS] = { 1, 1, -INFINITY, 1, 1, 1 };

	(void)state;
	find(facts);
	assert_int_equal(events.count, 0);
}

/* Skipped runs lie in between; what goes back is mended. */
static void test_facts_change_and_go_back(void **state)
{
	static const double facts[RUNS] = { 1, -INFINITY, 2, 2, 1, 3 };

	(void)state;
	find(facts);
	assert_int_equal(events.count, 3);
	assert_event(0, 0, 2, false, false, false, "calls 1 -> 2");
	assert_event(1, 3, 4, false, true, false, "calls 2 -> 1");
	assert_event(2, 4, 5, false, false, true, "calls 1 -> 3");
}

/* Told once, however long it lasts; and once that it works again. */
static void test_broken_and_mended(void **state)
{
	static const double facts[RUNS] = { 1, -1, -1, 1, -1, 2 };

	(void)state;
	find(facts);
	assert_int_equal(events.count, 4);
	assert_event(0, 0, 1, true, false, false, "invalid: why");
	assert_event(1, 0, 3, false, true, false, "works again");
	assert_event(2, 3, 4, true, false, false, "invalid: why");
	assert_event(3, 3, 5, false, false, true, "calls 1 -> 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_nothing_happens, forget),
		cmocka_unit_test_teardown(test_facts_change_and_go_back,
					  forget),
		cmocka_unit_test_teardown(test_broken_and_mended, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
