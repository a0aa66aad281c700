// SPDX-License-Identifier: GPL-2.0-or-later
/* What a kernel does, held against what another does. */
#include <stdio.h>

#include "results/compare/compare_output.h"
#include "compare_fixture.h"

/* One more trial of a cell of instructions, with an exact fact in it. */
static void add_exact(struct cell *cell, unsigned int boot, const char *fact,
		      double value)
{
	struct trial trial = { .boot = boot, .batch = 1 };
	struct metric *metric =
		trial_add_metric(&trial, "operation", "instruction", false);

	metric_add_sample(metric, 100);
	assert_int_equal(trial_add_fact(&trial, fact, value), 0);
	trial_mark_exact(&trial, fact);
	assert_int_equal(trial_add_fact(&trial, "warmup_samples", value), 0);
	assert_int_equal(cell_add_trial(cell, &trial), 0);
}

struct sides {
	struct result base, new;
	struct compare_report report;
};

static void sides_make(struct sides *sides)
{
	surround(&sides->base, "instructions", "tcg-icount", "m");
	surround(&sides->new, "instructions", "tcg-icount", "m");
}

static void sides_compare(struct sides *sides)
{
	assert_int_equal(compare_results(&sides->base, &sides->new,
					 &one_percent, &sides->report),
			 0);
}

static void sides_free(struct sides *sides)
{
	compare_free(&sides->report);
	result_free(&sides->base);
	result_free(&sides->new);
}

/* The costs are equal; what is announced is not. */
static void make_twice_notified(struct sides *sides)
{
	sides_make(sides);
	add_exact(add_cell(&sides->base, "invalidate.mprotect", 1), 0,
		  "callbacks", 1);
	add_exact(add_cell(&sides->new, "invalidate.mprotect", 1), 0,
		  "callbacks", 2);
	add_exact(add_cell(&sides->base, "pin.fast", 1), 0, "pages", 1);
	add_exact(add_cell(&sides->new, "pin.fast", 1), 0, "pages", 1);
	sides_compare(sides);
}

static void test_a_fact_that_differs(void **state)
{
	const struct comparison *row;
	struct sides sides;

	(void)state;
	make_twice_notified(&sides);
	assert_int_equal(sides.report.verdicts[VERDICT_BEHAVES], 1);
	assert_int_equal(sides.report.verdicts[VERDICT_UNCHANGED], 2);
	assert_int_equal(sides.report.count, 3);
	row = find_row(&sides.report, "invalidate.mprotect", "");
	assert_int_equal(row->verdict, VERDICT_BEHAVES);
	assert_string_equal(row->reason, "callbacks 1 -> 2");
	assert_int_equal(row->behaviour.count, 1);
	assert_true(compare_any(&sides.report, COMPARE_WORSE));
	sides_free(&sides);
}

/* A split in each sample is 1 / 64 of an operation, or 1 / 128. */
static void test_facts_of_other_batches(void **state)
{
	struct cell *cell;
	struct sides sides;

	(void)state;
	sides_make(&sides);
	cell = add_cell(&sides.base, "invalidate.mprotect", 1);
	add_exact(cell, 0, "callbacks", 1 + 1. / 64);
	cell->trials[0].batch = 64;
	cell = add_cell(&sides.new, "invalidate.mprotect", 1);
	add_exact(cell, 0, "callbacks", 1 + 1. / 128);
	cell->trials[0].batch = 128;
	sides_compare(&sides);
	assert_int_equal(sides.report.verdicts[VERDICT_BEHAVES], 0);
	compare_free(&sides.report);
	/* Of as many operations it is another; so is a whole number of any. */
	cell->trials[0].batch = 64;
	sides_compare(&sides);
	assert_int_equal(sides.report.verdicts[VERDICT_BEHAVES], 1);
	compare_free(&sides.report);
	cell->trials[0].batch = 128;
	cell->trials[0].facts[0].value = 2;
	sides.base.cells[0].trials[0].facts[0].value = 1;
	sides_compare(&sides);
	assert_int_equal(sides.report.verdicts[VERDICT_BEHAVES], 1);
	sides_free(&sides);
}

/* Diagnostic facts, and exact ones that vary in one kernel, say nothing. */
static void test_facts_that_say_nothing(void **state)
{
	struct sides sides;
	struct cell *cell;

	(void)state;
	sides_make(&sides);
	cell = add_cell(&sides.base, "invalidate.mprotect", 1);
	add_exact(cell, 0, "callbacks", 1);
	add_exact(cell, 1, "callbacks", 1.5);
	add_exact(add_cell(&sides.new, "invalidate.mprotect", 1), 0,
		  "callbacks", 2);
	cell = add_cell(&sides.base, "pin.fast", 1);
	add_exact(cell, 0, "calls", 1.0 / 3);
	/* A fact that the other side does not have, and a rounding. */
	cell = add_cell(&sides.new, "pin.fast", 1);
	add_exact(cell, 0, "calls", 1.0 / 3 * (1 + 1e-15));
	trial_add_fact(&cell->trials[0], "pages", 5);
	trial_mark_exact(&cell->trials[0], "pages");
	sides_compare(&sides);
	assert_int_equal(sides.report.verdicts[VERDICT_BEHAVES], 0);
	assert_int_equal(sides.report.verdicts[VERDICT_UNCHANGED], 2);
	sides_free(&sides);
}

/* All ways to break, and the ways that are none. */
static void test_broken(void **state)
{
	static const enum cell_status statuses[] = {
		CELL_SKIPPED,
		CELL_INVALID,
		CELL_FAILED,
		CELL_CRASHED,
	};
	const struct comparison *row;
	struct sides sides;

	(void)state;
	sides_make(&sides);
	for (unsigned int i = 0; i < 4; i++) {
		add_exact(add_cell(&sides.base, "a.b", i), 0, "calls", 1);
		cell_set_status(add_cell(&sides.new, "a.b", i), statuses[i],
				"2 callbacks, not 1");
	}
	/* Broken before, and mended. */
	cell_set_status(add_cell(&sides.base, "c.d", 0), CELL_INVALID, "why");
	add_exact(add_cell(&sides.new, "c.d", 0), 0, "calls", 1);
	sides_compare(&sides);
	assert_int_equal(sides.report.verdicts[VERDICT_BROKEN], 3);
	assert_int_equal(sides.report.verdicts[VERDICT_INCOMPARABLE], 2);
	row = &sides.report.rows[1];
	assert_int_equal(row->verdict, VERDICT_BROKEN);
	assert_string_equal(row->reason, "invalid: 2 callbacks, not 1");
	sides_free(&sides);
}

static char *print_as(const struct compare_report *report,
		      int (*print)(FILE *, const struct compare_report *))
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(print(stream, report), 0);
	fclose(stream);
	return text;
}

static int print_text(FILE *stream, const struct compare_report *report)
{
	return compare_print_text(stream, report, &(struct compare_style){ 0 });
}

static int print_junit(FILE *stream, const struct compare_report *report)
{
	compare_print_junit(stream, report, COMPARE_WORSE);
	return 0;
}

static void test_every_format_tells(void **state)
{
	struct sides sides;
	json_t *document, *row;
	char *text;

	(void)state;
	make_twice_notified(&sides);
	text = print_as(&sides.report, print_text);
	assert_contains(text, "behaves differently:\n  callbacks 1 -> 2\n"
			      "    invalidate.mprotect[pages=1]\n");
	assert_contains(text, "1 behaves differently, 2 unchanged");
	free(text);
	text = print_as(&sides.report, compare_print_markdown);
	assert_contains(text, "**behaves differently**\n\n"
			      "- callbacks 1 -\\> 2\n");
	free(text);
	text = print_as(&sides.report, print_junit);
	assert_contains(text, "failures=\"1\"");
	assert_contains(text, "<failure message=\"behaves differently: "
			      "callbacks 1 -&gt; 2\"/>");
	free(text);
	document = compare_to_json(&sides.report);
	row = json_array_get(json_object_get(document, "cells"), 1);
	assert_string_equal(json_string_value(json_object_get(row, "verdict")),
			    "behaves differently");
	row = json_array_get(json_object_get(row, "facts"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "name")),
			    "callbacks");
	assert_true(json_number_value(json_object_get(row, "new")) == 2);
	json_decref(document);
	sides_free(&sides);
}

static void add_level(struct result *result, uint64_t pages, double level)
{
	add_trial(add_cell(result, "a.b", pages), 0, "operation", "instruction",
		  false, &level, 1);
}

/* Without noise nothing is noise: what is below the threshold is told. */
static void test_small_changes_are_told(void **state)
{
	struct sides sides;
	char *text;

	(void)state;
	sides_make(&sides);
	for (unsigned int i = 0; i < 3; i++) {
		add_level(&sides.base, i, 1000 + 100 * i);
		add_level(&sides.new, i, 1004 + 100 * i);
	}
	add_level(&sides.base, 3, 1000);
	add_level(&sides.new, 3, 1000);
	sides_compare(&sides);
	assert_int_equal(sides.report.verdicts[VERDICT_UNCHANGED], 4);
	text = print_as(&sides.report, print_text);
	assert_contains(text,
			"3 more rows changed by less than the\n  threshold, "
			"+4 instr each");
	assert_null(strstr(text, "pages=3"));
	free(text);
	sides.report.options.all = true;
	text = print_as(&sides.report, print_text);
	assert_null(strstr(text, "more rows"));
	assert_contains(text, "pages=3");
	free(text);
	sides_free(&sides);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fact_that_differs),
		cmocka_unit_test(test_facts_of_other_batches),
		cmocka_unit_test(test_facts_that_say_nothing),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_every_format_tells),
		cmocka_unit_test(test_small_changes_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
