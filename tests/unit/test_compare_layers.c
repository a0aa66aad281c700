// SPDX-License-Identifier: GPL-2.0-or-later
/* What is counted as how many, and what cells say together. */
#include <stdio.h>

#include "results/compare/compare_output.h"
#include "compare_fixture.h"

static void surround_both(struct result *base, struct result *new)
{
	surround(base, "wall", "kvm", "m");
	surround(new, "wall", "kvm", "m");
}

static void add_levels(struct cell *cell, const double *levels,
		       unsigned int boots)
{
	for (unsigned int b = 0; b < boots; b++)
		add_trial(cell, b, "time", "s", false, &levels[b], 1);
}

static char *junit_of(const struct compare_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	compare_print_junit(stream, report, COMPARE_WORSE);
	fclose(stream);
	return text;
}

/*
 * Cells slower by 2 % with boots that differ by 5 %: none shows it alone, but
 * where one is high another is low, and so all together do.
 */
static void test_a_group_shows_what_no_cell_does(void **state)
{
	static const double spread[] = { 0.97, 1.03, 0.98, 1.02, 1 };
	struct compare_report report;
	struct result base, new;
	char *text;

	(void)state;
	surround_both(&base, &new);
	for (unsigned int c = 0; c < 5; c++) {
		double old[5], young[5];

		for (unsigned int b = 0; b < 5; b++) {
			double boot = 1 + 0.0005 * b;

			old[b] = boot * spread[(b + c) % 5];
			young[b] = boot * 1.02 * spread[(b + 2 * c) % 5];
		}
		add_levels(add_cell(&base, "a.b", c), old, 5);
		add_levels(add_cell(&new, "a.b", c), young, 5);
	}
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.verdicts[VERDICT_INCONCLUSIVE], 5);
	assert_int_equal(report.group_count, 1);
	assert_int_equal(report.groups[0].verdict, VERDICT_REGRESSION);
	assert_true(report.groups[0].low > 1.01);
	assert_true(report.groups[0].low < report.groups[0].ratio - 1e-4);
	assert_true(report.groups[0].high < 1.03);
	/* And it counts as a row does. */
	assert_true(compare_any(&report, 1u << VERDICT_REGRESSION));
	assert_false(compare_any(&report, 1u << VERDICT_UNCHANGED));
	text = junit_of(&report);
	assert_contains(text, "tests=\"6\" failures=\"1\" errors=\"0\" "
			      "skipped=\"5\"");
	assert_contains(text, "<testcase classname=\"mmgauge.a.b\" name=\"a.b "
			      "time, geometric mean of 5 cells\">\n"
			      "    <failure message=\"regression: +");
	free(text);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* 100 here and 105 there, to the last digit: 2/70 by chance, of 100 rows. */
static void test_no_spread_is_no_certainty(void **state)
{
	static const double low[] = { 100, 100, 100, 100 };
	static const double high[] = { 105, 105, 105, 105 };
	static const double mixed[] = { 100, 105, 100, 105 };
	struct compare_report report;
	struct result base, new;

	(void)state;
	surround_both(&base, &new);
	for (unsigned int c = 0; c < 100; c++) {
		add_levels(add_cell(&base, "a.b", c), c ? mixed : low, 4);
		add_levels(add_cell(&new, "a.b", c), c ? mixed : high, 4);
	}
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_true(fabs(report.rows[0].p_rank - 2.0 / 70) < 1e-12);
	assert_true(report.rows[0].q == 1);
	assert_int_equal(report.rows[0].verdict, VERDICT_INCONCLUSIVE);
	assert_in_range(report.rows[0].more_boots, 1, 10);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* The same distribution, timed 100 times and 2000 times. */
static void test_tails_of_equal_counts(void **state)
{
	struct compare_report report;
	double few[100], many[2000];
	struct result base, new;

	(void)state;
	surround(&base, "instructions", "tcg", "m");
	surround(&new, "instructions", "tcg", "m");
	for (int i = 0; i < 2000; i++)
		many[i] = -log((i + 0.5) / 2000);
	for (int i = 0; i < 100; i++)
		few[i] = -log((20 * i + 0.5) / 2000);
	add_trial(add_cell(&base, "a.b", 1), 0, "latency", "s", false, few,
		  100);
	add_trial(add_cell(&new, "a.b", 1), 0, "latency", "s", false, many,
		  2000);
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_string_equal(report.rows[1].metric, "latency p99");
	assert_true(report.rows[1].ratio == 1);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* Boots in turns on a machine that slows down by 3 % a round. */
static void test_rounds_of_a_drifting_machine(void **state)
{
	static const double jitter[] = { 0.001, -0.001, 0.002, -0.002, 0 };
	struct comparison row;
	struct result base, new;
	double old[10], young[10];

	(void)state;
	surround_both(&base, &new);
	for (int b = 0; b < 10; b++) {
		old[b] = pow(1.03, b);
		young[b] = old[b] * exp(jitter[b % 5]);
	}
	add_levels(add_cell(&base, "a.b", 1), old, 10);
	add_levels(add_cell(&new, "a.b", 1), young, 10);
	row = compare_one(&base, &new, &one_percent);
	assert_int_equal(row.layer, LAYER_BOOTS);
	assert_row(row, VERDICT_INCONCLUSIVE, "more boot");
	json_object_set_new(base.run, "until_verdict",
			    json_pack("{si}", "looks", 6));
	json_object_set_new(new.run, "until_verdict",
			    json_pack("{si}", "looks", 6));
	row = compare_one(&base, &new, &one_percent);
	assert_int_equal(row.layer, LAYER_ROUNDS);
	assert_row(row, VERDICT_UNCHANGED, NULL);
	result_free(&base);
	result_free(&new);
}

/* Ten boots of each of so many cells, of a grid that is normal in the main. */
static void add_normal(struct result *result, unsigned int cells, double bad)
{
	static const double grid[] = { -1.54, -1.00, -0.66, -0.38, -0.12,
				       0.12,  0.38,  0.66,  1.00,  1.54 };

	for (unsigned int c = 0; c < cells; c++) {
		double levels[10];

		for (unsigned int b = 0; b < 10; b++)
			levels[b] = exp(0.01 * grid[b]);
		if (!c)
			levels[9] = exp(bad);
		add_levels(add_cell(result, "a.b", c), levels, 10);
	}
}

static struct comparison first_of(unsigned int cells, double bad)
{
	struct compare_report report;
	struct result base, new;
	struct comparison row;

	surround_both(&base, &new);
	add_normal(&base, cells, 0.0154);
	add_normal(&new, cells, bad);
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	row = report.rows[0];
	compare_free(&report);
	result_free(&base);
	result_free(&new);
	return row;
}

/*
 * 30 cells without a bad boot: their means are of all ten boots, which know
 * more. Three cells do not tell, and one with a bad boot stays trimmed.
 */
static void test_boots_are_trimmed_where_it_pays(void **state)
{
	struct comparison few = first_of(3, 0.0154);
	struct comparison many = first_of(30, 0.0154);
	struct comparison bad = first_of(30, 0.5);

	(void)state;
	assert_true(many.evidence.error < 0.985 * few.evidence.error);
	assert_int_equal(many.verdict, VERDICT_UNCHANGED);
	/* A boot 65 % slower, of ten, moves a mean of all by 5 %. */
	assert_true(fabs(bad.evidence.difference) < 0.005);
	assert_int_not_equal(bad.verdict, VERDICT_REGRESSION);
}

static void set_time(struct result *result, const char *start, const char *end)
{
	json_object_set_new(result->run, "started", json_string(start));
	json_object_set_new(result->run, "finished", json_string(end));
}

/* The first @runs runs of two boots each, as `baseline save` has them. */
static void set_runs(struct result *result, int runs)
{
	json_t *list = json_array();

	for (int i = 0; i < runs; i++)
		json_array_append_new(list,
				      json_pack("{si}", "first_boot", 2 * i));
	json_object_set_new(result->run, "baseline",
			    json_pack("{so}", "runs", list));
}

static void assert_caution(struct result *base, struct result *new,
			   const char *start)
{
	struct compare_report report;

	assert_int_equal(compare_results(base, new, &one_percent, &report), 0);
	if (start)
		assert_contains(report.caution ? report.caution : "none",
				start);
	else
		assert_null(report.caution);
	compare_free(&report);
}

/* On the exact clock what is left is what a cell owes to those before it. */
static void test_another_order_is_said(void **state)
{
	struct result base = { 0 }, new = { 0 };

	(void)state;
	surround(&base, "instructions", "tcg-icount", "m");
	surround(&new, "instructions", "tcg-icount", "m");
	add_boots(add_cell(&base, "a.b", 1), 1, 1, 0);
	add_boots(add_cell(&new, "a.b", 1), 1, 1, 0);
	assert_caution(&base, &new, NULL);
	json_object_set_new(base.run, "seed", json_integer(1));
	json_object_set_new(new.run, "seed", json_integer(1));
	assert_caution(&base, &new, NULL);
	json_object_set_new(new.run, "seed", json_integer(2));
	assert_caution(&base, &new, "another order (--seed 1 and 2)");
	result_free(&base);
	result_free(&new);
}

/* Two runs of one kernel on two days differ by more than their boots tell. */
static void test_one_run_a_side_is_said(void **state)
{
	struct result base, new;

	(void)state;
	surround_both(&base, &new);
	add_boots(add_cell(&base, "a.b", 1), 6, 1, 0.004);
	add_boots(add_cell(&new, "a.b", 1), 6, 1, 0.004);
	assert_caution(&base, &new, "1 run a side: what differs between runs");
	set_time(&base, "2026-01-01T00:00:00Z", "2026-01-01T00:10:00Z");
	set_time(&new, "2026-01-01T00:11:00Z", "2026-01-01T00:20:00Z");
	assert_caution(&base, &new, "1 run a side: what differs between runs");
	/* Booted in turns: what differs between runs is on both sides. */
	set_time(&new, "2026-01-01T00:09:00Z", "2026-01-01T00:20:00Z");
	assert_caution(&base, &new, NULL);
	set_time(&new, "2026-01-02T00:09:00Z", "2026-01-02T00:20:00Z");
	set_runs(&base, 2);
	assert_caution(&base, &new, "2 and 1 runs: too few");
	set_runs(&base, 3);
	assert_caution(&base, &new, NULL);
	json_object_del(base.run, "baseline");
	/* There is nothing between runs where nothing is random. */
	json_object_set_new(base.clock, "kind", json_string("instructions"));
	json_object_set_new(new.clock, "kind", json_string("instructions"));
	assert_caution(&base, &new, NULL);
	result_free(&base);
	result_free(&new);
}

/* The noisiest of 200 rows does not speak for the others. */
static void test_more_boots_but_for_one_in_a_hundred(void **state)
{
	struct compare_report report = { 0 };
	struct comparison rows[200] = { 0 };

	(void)state;
	report.rows = rows;
	report.count = 200;
	assert_int_equal(compare_more_boots(&report), 0);
	rows[0].more_boots = 900;
	rows[1].more_boots = 800;
	assert_int_equal(compare_more_boots(&report), 800);
	rows[2].more_boots = 7;
	assert_int_equal(compare_more_boots(&report), 7);
	report.count = 50;
	assert_int_equal(compare_more_boots(&report), 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_group_shows_what_no_cell_does),
		cmocka_unit_test(test_no_spread_is_no_certainty),
		cmocka_unit_test(test_tails_of_equal_counts),
		cmocka_unit_test(test_rounds_of_a_drifting_machine),
		cmocka_unit_test(test_boots_are_trimmed_where_it_pays),
		cmocka_unit_test(test_one_run_a_side_is_said),
		cmocka_unit_test(test_another_order_is_said),
		cmocka_unit_test(test_more_boots_but_for_one_in_a_hundred),
	};

	return cmocka_run_group_tests_name("compare_layers", tests, NULL, NULL);
}
