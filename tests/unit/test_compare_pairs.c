// SPDX-License-Identifier: GPL-2.0-or-later
/* Which rows there are, and when nothing is compared. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "compare_fixture.h"

static void test_cells_that_were_not_measured(void **state)
{
	static const struct {
		enum cell_status base, new;
		const char *reason;
	} rows[] = {
		{ CELL_SKIPPED, CELL_OK, "skipped in the base: why" },
		{ CELL_OK, CELL_SKIPPED, "skipped in the new run: why" },
		{ CELL_FAILED, CELL_FAILED, "failed in both runs: why" },
		{ CELL_INVALID, CELL_SKIPPED,
		  "invalid in the base: why; skipped in the new run: why" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct result base, new;

		surround(&base, "wall", "kvm", "m");
		surround(&new, "wall", "kvm", "m");
		add_boots(add_cell(&base, "a.b", 1), 5, 1, 0.005);
		add_boots(add_cell(&new, "a.b", 1), 5, 1, 0.005);
		cell_set_status(base.cells, rows[i].base, "why");
		cell_set_status(new.cells, rows[i].new, "why");
		assert_row(compare_one(&base, &new, &one_percent),
			   VERDICT_INCOMPARABLE, rows[i].reason);
		result_free(&base);
		result_free(&new);
	}
}

static void test_what_only_one_side_has(void **state)
{
	const double one = 1;
	struct compare_report report;
	struct result base, new;
	struct cell *cell;

	(void)state;
	surround(&base, "instructions", "tcg", "m");
	surround(&new, "instructions", "tcg", "m");
	add_cell(&base, "only.base", 1);
	add_cell(&new, "only.new", 1);
	add_cell(&base, "no.metric", 1);
	add_cell(&new, "no.metric", 1);
	cell = add_cell(&base, "a.b", 1);
	add_trial(cell, 0, "same", "s", false, &one, 1);
	add_trial(cell, 0, "gone", "s", false, &one, 1);
	add_trial(cell, 0, "unit", "s", false, &one, 1);
	add_trial(cell, 0, "better", "s", false, &one, 1);
	add_trial(cell, 0, "mixed", "s", false, &one, 1);
	add_trial(cell, 1, "mixed", "byte", false, &one, 1);
	add_trial(cell, 1, "empty", "s", false, &one, 0);
	cell = add_cell(&new, "a.b", 1);
	add_trial(cell, 0, "same", "s", false, &one, 1);
	add_trial(cell, 0, "born", "s", false, &one, 1);
	add_trial(cell, 0, "unit", "s/page", false, &one, 1);
	add_trial(cell, 0, "better", "s", true, &one, 1);
	add_trial(cell, 0, "mixed", "s", false, &one, 1);
	add_trial(cell, 0, "empty", "s", false, &one, 1);

	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.count, 10);
#define REASON(name, metric) find_row(&report, name, metric)->reason
	assert_string_equal(REASON("only.base", ""),
			    "only the base run has it");
	assert_string_equal(REASON("only.new", ""), "only the new run has it");
	assert_string_equal(REASON("no.metric", ""), "no metric was measured");
	assert_null(REASON("a.b", "same"));
	assert_string_equal(REASON("a.b", "gone"),
			    "the new run has no such metric");
	assert_string_equal(REASON("a.b", "born"),
			    "the base has no such metric");
	assert_string_equal(REASON("a.b", "unit"), "the units differ");
	assert_string_equal(REASON("a.b", "better"),
			    "the sides disagree on which direction is better");
	assert_string_equal(REASON("a.b", "mixed"),
			    "trials of one side disagree on the unit");
	assert_string_equal(REASON("a.b", "empty"), "no samples on one side");
	assert_int_equal(report.verdicts[VERDICT_INCOMPARABLE], 9);
	assert_int_equal(report.verdicts[VERDICT_UNCHANGED], 1);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

static void test_rows_are_sorted(void **state)
{
	static const struct {
		const char *name;
		uint64_t pages;
	} sorted[] = {
		{ "a.b", 2 }, { "a.b", 10 }, { "a.c", 1 }, { "b.a", 7 }
	};
	struct compare_report report;
	struct result base, new;

	(void)state;
	surround(&base, "instructions", "tcg", "m");
	surround(&new, "instructions", "tcg", "m");
	for (size_t i = 0; i < 4; i++) {
		add_cell(&base, sorted[3 - i].name, sorted[3 - i].pages);
		add_cell(&new, sorted[(i + 2) % 4].name,
			 sorted[(i + 2) % 4].pages);
	}
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(report.rows[i].base_cell->name,
				    sorted[i].name);
		assert_int_equal(report.rows[i].base_cell->axes[0].number,
				 sorted[i].pages);
		assert_non_null(report.rows[i].new_cell);
	}
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *base[3], *new[3], *refusal;
	} rows[] = {
		{ { "wall", "kvm", "m" }, { "wall", "kvm", "m" }, NULL },
		{ { "instructions", "tcg", "m" },
		  { "instructions", "tcg", "m" },
		  NULL },
		{ { "wall", "tcg", "m" },
		  { "wall", "tcg", "m" },
		  "wall-clock time under software emulation (tcg) shows that "
		  "things work, not what they cost" },
		{ { "wall", "kvm", "m" },
		  { "instructions", "kvm", "m" },
		  "the clocks differ (wall, instructions)" },
		{ { "wall", "kvm", "m" },
		  { "wall", "none", "m" },
		  "the accelerators differ (kvm, none)" },
		{ { "wall", "kvm", "m" },
		  { "wall", "kvm", "n" },
		  "the machines differ (m, n)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct compare_options options = one_percent;
		struct compare_report report;
		struct result base, new;

		surround(&base, rows[i].base[0], rows[i].base[1],
			 rows[i].base[2]);
		surround(&new, rows[i].new[0], rows[i].new[1], rows[i].new[2]);
		add_boots(add_cell(&base, "a.b", 1), 5, 1, 0.005);
		add_boots(add_cell(&new, "a.b", 1), 5, 1.1, 0.005);
		assert_int_equal(
			compare_results(&base, &new, &options, &report), 0);
		if (rows[i].refusal) {
			assert_string_equal(report.refusal, rows[i].refusal);
			assert_int_equal(report.rows[0].verdict,
					 VERDICT_INCOMPARABLE);
			assert_string_equal(report.rows[0].reason,
					    rows[i].refusal);
			assert_true(isnan(report.rows[0].ratio));
		} else {
			assert_null(report.refusal);
			assert_int_equal(report.rows[0].verdict,
					 VERDICT_REGRESSION);
		}
		assert_int_equal(report.difference_count, 0);
		compare_free(&report);

		options.force = true;
		assert_int_equal(
			compare_results(&base, &new, &options, &report), 0);
		assert_null(report.refusal);
		assert_int_equal(report.rows[0].verdict, VERDICT_REGRESSION);
		if (rows[i].refusal)
			assert_string_equal(report.differences[0],
					    rows[i].refusal);
		compare_free(&report);
		result_free(&base);
		result_free(&new);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells_that_were_not_measured),
		cmocka_unit_test(test_what_only_one_side_has),
		cmocka_unit_test(test_rows_are_sorted),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests_name("compare_pairs", tests, NULL, NULL);
}
