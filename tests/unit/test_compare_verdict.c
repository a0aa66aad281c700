// SPDX-License-Identifier: GPL-2.0-or-later
/* From numbers to verdicts. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "compare_fixture.h"

static void test_instruction_clock(void **state)
{
	static const struct {
		double base, new, threshold;
		bool higher;
		enum verdict verdict;
	} rows[] = {
		{ 100, 100, 0.01, false, VERDICT_UNCHANGED },
		{ 100, 100, 0, false, VERDICT_UNCHANGED },
		{ 100, 101, 0.01, false, VERDICT_UNCHANGED },
		/* As far down is 1 / 1.01; one by the other is 1.01 again. */
		{ 101, 100, 0.01, false, VERDICT_UNCHANGED },
		{ 100, 99, 0.01, false, VERDICT_IMPROVEMENT },
		/* Exactly 1 %, but the quotient is rounded above 1.01. */
		{ 17, 17.17, 0.01, false, VERDICT_UNCHANGED },
		/* 100 % is twice or half of it. */
		{ 100, 49, 1, false, VERDICT_IMPROVEMENT },
		{ 100, 51, 1, false, VERDICT_UNCHANGED },
		{ 100, 1, 1, false, VERDICT_IMPROVEMENT },
		{ 100, 199, 1, false, VERDICT_UNCHANGED },
		{ 100, 201, 1, false, VERDICT_REGRESSION },
		{ 100, 101.01, 0.01, false, VERDICT_REGRESSION },
		{ 100, 98.99, 0.01, false, VERDICT_IMPROVEMENT },
		{ 100, 101.01, 0.01, true, VERDICT_IMPROVEMENT },
		{ 100, 98.99, 0.01, true, VERDICT_REGRESSION },
		{ 100, 100.001, 0, false, VERDICT_REGRESSION },
		{ 100, 0, 0.01, false, VERDICT_IMPROVEMENT },
		{ 0, 0, 0.01, false, VERDICT_UNCHANGED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct compare_options options = { .threshold =
							   rows[i].threshold };
		struct result base, new;

		surround(&base, "instructions", "tcg", "m");
		surround(&new, "instructions", "tcg", "m");
		add_trial(add_cell(&base, "a.b", 1), 0, "latency",
			  "instruction", rows[i].higher, &rows[i].base, 1);
		add_trial(add_cell(&new, "a.b", 1), 0, "latency", "instruction",
			  rows[i].higher, &rows[i].new, 1);
		assert_row(compare_one(&base, &new, &options), rows[i].verdict,
			   NULL);
		result_free(&base);
		result_free(&new);
	}
}

static void test_zero_base_has_no_ratio(void **state)
{
	const double zero = 0, one = 1;
	struct result base, new;

	(void)state;
	surround(&base, "instructions", "tcg", "m");
	surround(&new, "instructions", "tcg", "m");
	add_trial(add_cell(&base, "a.b", 1), 0, "x", "s", false, &zero, 1);
	add_trial(add_cell(&new, "a.b", 1), 0, "x", "s", false, &one, 1);
	assert_row(compare_one(&base, &new, &one_percent), VERDICT_INCOMPARABLE,
		   "no ratio: the base is zero or a median negative");
	result_free(&base);
	result_free(&new);
}

/* On an exact clock the interval spans the boots and decides nothing. */
static void test_instruction_clock_spans_boots(void **state)
{
	const double values[] = { 100, 110, 105 };
	struct result base, new;
	struct comparison row;

	(void)state;
	surround(&base, "instructions", "tcg", "m");
	surround(&new, "instructions", "tcg", "m");
	for (unsigned int b = 0; b < 3; b++)
		add_trial(add_cell(&base, "a.b", 1), b, "x", "instruction",
			  false, &values[b], 1);
	add_trial(add_cell(&new, "a.b", 1), 0, "x", "instruction", false,
		  &values[2], 1);
	row = compare_one(&base, &new, &one_percent);
	assert_true(row.ratio == 1);
	assert_true(row.low == 105.0 / 110 && row.high == 1.05);
	assert_int_equal(row.base_boots, 3);
	assert_int_equal(row.new_boots, 1);
	assert_row(row, VERDICT_UNCHANGED, NULL);
	result_free(&base);
	result_free(&new);
}

static void test_wall_clock(void **state)
{
	static const struct {
		unsigned int base_boots, new_boots;
		double ratio, spread;
		enum verdict verdict;
		const char *reason;
	} rows[] = {
		{ 5, 5, 1.05, 0.005, VERDICT_REGRESSION, NULL },
		{ 5, 5, 0.95, 0.005, VERDICT_IMPROVEMENT, NULL },
		{ 5, 5, 1, 0.005, VERDICT_UNCHANGED, NULL },
		{ 5, 5, 1.003, 0.005, VERDICT_UNCHANGED, NULL },
		{ 4, 4, 1.05, 0.005, VERDICT_REGRESSION, NULL },
		{ 3, 5, 1.05, 0.005, VERDICT_REGRESSION, NULL },
		/* Its sign is sure; chance may take it to either side. */
		{ 5, 5, 1.0101, 0.005, VERDICT_INCONCLUSIVE,
		  "slower, size unclear: about " },
		{ 5, 5, 1.006, 0.02, VERDICT_INCONCLUSIVE,
		  " more boots a side" },
		{ 5, 5, 0.986, 0.01, VERDICT_INCONCLUSIVE,
		  "faster, size unclear: about " },
		{ 1, 1, 1.5, 0, VERDICT_INCONCLUSIVE,
		  "1 boot a side: run --boots 5" },
		{ 1, 1, 1, 0, VERDICT_INCONCLUSIVE,
		  "1 boot a side: run --boots 5" },
		{ 3, 3, 1.5, 0.005, VERDICT_INCONCLUSIVE,
		  "3 boots a side: run --boots 5" },
		{ 1, 20, 1.5, 0.005, VERDICT_INCONCLUSIVE,
		  "1 and 20 boots: run --boots 5" },
		{ 20, 2, 1.5, 0.005, VERDICT_INCONCLUSIVE,
		  "20 and 2 boots: run --boots 5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct result base, new;
		struct comparison row;

		surround(&base, "wall", "kvm", "m");
		surround(&new, "wall", "kvm", "m");
		add_boots(add_cell(&base, "a.b", 1), rows[i].base_boots, 1e-7,
			  rows[i].spread);
		add_boots(add_cell(&new, "a.b", 1), rows[i].new_boots,
			  1e-7 * rows[i].ratio, rows[i].spread);
		row = compare_one(&base, &new, &one_percent);
		assert_true(fabs(row.ratio - rows[i].ratio) < 0.002);
		assert_int_equal(row.base_boots, rows[i].base_boots);
		assert_int_equal(isnan(row.low),
				 rows[i].reason &&
					 strstr(rows[i].reason, "run"));
		assert_int_equal(row.direction != NULL,
				 rows[i].reason &&
					 strstr(rows[i].reason, "unclear"));
		assert_row(row, rows[i].verdict, rows[i].reason);
		result_free(&base);
		result_free(&new);
	}
}

/* @count trials of one boot, around @level. */
static void add_rounds(struct cell *cell, unsigned int count, double level)
{
	for (unsigned int i = 0; i < count; i++) {
		const double samples[] = { level * (1 + 0.001 * (i % 3)) };

		add_trial(cell, 0, "latency", "s/page", false, samples, 1);
		cell->trials[i].trial = i;
	}
}

/* Its rounds decide, of this boot or these. */
static void test_a_host_has_rounds(void **state)
{
	static const struct {
		const char *boots[2];
		unsigned int rounds;
		double ratio;
		enum verdict verdict;
		const char *reason, *caution;
	} rows[] = {
		{ { "a", "a" }, 5, 1.2, VERDICT_REGRESSION, NULL, "on this" },
		{ { "a", "b" }, 5, 1.2, VERDICT_REGRESSION, NULL, "of these" },
		{ { "a", "a" }, 5, 1, VERDICT_UNCHANGED, NULL, "on this" },
		{ { "a", "b" },
		  1,
		  2,
		  VERDICT_INCONCLUSIVE,
		  "1 round a side: run --boots 5",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct compare_report report;
		struct result sides[2];

		for (int side = 0; side < 2; side++) {
			surround(&sides[side], "wall", "none", "m");
			if (rows[i].boots[side])
				json_object_set_new(
					sides[side].machine, "boot_id",
					json_string(rows[i].boots[side]));
			add_rounds(add_cell(&sides[side], "a.b", 1),
				   rows[i].rounds,
				   1e-7 * (side ? rows[i].ratio : 1));
		}
		assert_int_equal(compare_results(&sides[0], &sides[1],
						 &one_percent, &report),
				 0);
		assert_row(report.rows[0], rows[i].verdict, rows[i].reason);
		report.rows[0].reason = NULL; /* assert_row() freed it */
		if (rows[i].caution)
			assert_non_null(
				strstr(report.caution, rows[i].caution));
		else
			assert_null(report.caution);
		compare_free(&report);
		result_free(&sides[0]);
		result_free(&sides[1]);
	}
}

/* Two trials on each of four boots are four boots, whatever their order. */
static void test_trials_are_grouped_by_boot(void **state)
{
	static const unsigned int boots[] = { 7, 0, 3, 0, 9, 7, 9, 3 };
	const double one = 1, nothing = 0;
	struct result base, new;
	struct comparison row;

	(void)state;
	surround(&base, "wall", "kvm", "m");
	surround(&new, "wall", "kvm", "m");
	for (size_t i = 0; i < 8; i++) {
		struct cell *cell = add_cell(&base, "a.b", 1);

		add_trial(cell, boots[i], "x", "s", false, &one, 1);
		/* A trial without a sample and one without the metric. */
		add_trial(cell, boots[i] + 1, "x", "s", false, &nothing, 0);
		add_trial(cell, 50 + boots[i], "x", "s", false, &nothing, 0);
		cell = add_cell(&new, "a.b", 1);
		add_trial(cell, boots[i], "x", "s", false, &one, 1);
	}
	row = compare_one(&base, &new, &one_percent);
	assert_int_equal(row.base_boots, 4);
	assert_int_equal(row.new_boots, 4);
	assert_row(row, VERDICT_UNCHANGED, NULL);
	result_free(&base);
	result_free(&new);
}

/* Clear alone, one of many by chance: told only when rare enough. */
static void test_q_values(void **state)
{
	struct compare_options options = one_percent;
	struct compare_report report;
	struct result base, new;
	struct comparison row;

	(void)state;
	surround(&base, "wall", "kvm", "m");
	surround(&new, "wall", "kvm", "m");
	for (unsigned int i = 0; i < 100; i++) {
		add_boots(add_cell(&base, "a.b", i), 5, 1e-7, 0.1);
		add_boots(add_cell(&new, "a.b", i), 5, i == 7 ? 1.16e-7 : 1e-7,
			  0.1);
	}
	options.fdr = 1e-9;
	assert_int_equal(compare_results(&base, &new, &options, &report), 0);
	row = report.rows[7];
	assert_true(row.low > 1.01);
	assert_true(row.q > 1e-9 && row.q < 0.05);
	assert_true(row.p_rank > 0 && row.p_rank < 0.1);
	assert_int_equal(row.verdict, VERDICT_INCONCLUSIVE);
	assert_non_null(strstr(row.reason, " of 100 rows, about "));
	assert_true(row.more_boots > 0);
	assert_true(compare_more_boots(&report) >= row.more_boots);
	assert_true(report.rows[8].q == 1);
	compare_free(&report);
	options.fdr = 0.5;
	assert_int_equal(compare_results(&base, &new, &options, &report), 0);
	assert_int_equal(report.rows[7].verdict, VERDICT_REGRESSION);
	assert_int_equal(report.rows[7].more_boots, 0);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* Three looks: intervals at 98.3 % and a q value of at most 1.7 %. */
static void test_looks_share_the_error(void **state)
{
	struct compare_report report;
	struct comparison once, thrice;
	struct result base, new;
	json_t *json;

	(void)state;
	surround(&base, "wall", "kvm", "m");
	surround(&new, "wall", "kvm", "m");
	add_boots(add_cell(&base, "a.b", 1), 5, 100, 0.05);
	add_boots(add_cell(&new, "a.b", 1), 5, 104.5, 0.05);
	once = compare_one(&base, &new, &one_percent);
	assert_row(once, VERDICT_REGRESSION, NULL);
	json_object_set_new(new.run, "until_verdict",
			    json_pack("{si}", "looks", 3));
	thrice = compare_one(&base, &new, &one_percent);
	assert_row(thrice, VERDICT_INCONCLUSIVE, "more boot");
	assert_true(thrice.low < once.low && thrice.high > once.high);
	assert_true(thrice.more_boots > 0);
	assert_true(thrice.q == once.q && once.q < 0.05);
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.looks, 3);
	assert_int_equal(compare_open(&report), 1);
	json = compare_to_json(&report);
	assert_int_equal(json_integer_value(json_object_get(json, "looks")), 3);
	assert_true(fabs(json_real_value(json_object_get(json, "confidence")) -
			 (1 - 0.05 / 3)) < 1e-12);
	json_decref(json);
	compare_free(&report);
	/* What a damaged file says is not believed. */
	json_object_set_new(new.run, "until_verdict",
			    json_pack("{si}", "looks", -7));
	assert_row(compare_one(&base, &new, &one_percent), VERDICT_REGRESSION,
		   NULL);
	result_free(&base);
	result_free(&new);
}

static void test_groups(void **state)
{
	struct compare_report report;
	struct result base, new;

	(void)state;
	surround(&base, "instructions", "tcg", "m");
	surround(&new, "instructions", "tcg", "m");
	for (unsigned int i = 0; i < 3; i++) {
		add_boots(add_cell(&base, "a.b", i), 1, 100, 0);
		/* Only the base has the third. */
		if (i < 2)
			add_boots(add_cell(&new, "a.b", i), 1, i ? 400 : 100,
				  0);
	}
	add_boots(add_cell(&base, "c.d", 1), 1, 100, 0);
	add_boots(add_cell(&new, "c.d", 1), 1, 100, 0);
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.group_count, 1);
	assert_string_equal(report.groups[0].name, "a.b");
	assert_int_equal(report.groups[0].count, 2);
	assert_true(fabs(report.groups[0].ratio - 2) < 1e-12);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* 2 % of the operations ten times slower: the median cannot see it. */
static void test_tail(void **state)
{
	struct compare_report report;
	struct result base, new;
	double samples[1000];

	(void)state;
	surround(&base, "instructions", "tcg", "m");
	surround(&new, "instructions", "tcg", "m");
	for (unsigned int i = 0; i < 1000; i++)
		samples[i] = 100;
	add_trial(add_cell(&base, "a.b", 1), 0, "latency", "s", false, samples,
		  1000);
	add_trial(add_cell(&base, "a.b", 2), 0, "latency", "s", false, samples,
		  99);
	for (unsigned int i = 0; i < 20; i++)
		samples[i * 50] = 1000;
	add_trial(add_cell(&new, "a.b", 1), 0, "latency", "s", false, samples,
		  1000);
	add_trial(add_cell(&new, "a.b", 2), 0, "latency", "s", false, samples,
		  99);
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.count, 3);
	assert_string_equal(report.rows[0].metric, "latency");
	assert_int_equal(report.rows[0].verdict, VERDICT_UNCHANGED);
	assert_string_equal(report.rows[1].metric, "latency p99");
	assert_int_equal(report.rows[1].verdict, VERDICT_REGRESSION);
	assert_true(fabs(report.rows[1].ratio - 10) < 1e-9);
	/* 99 operations have no 99th percentile. */
	assert_string_equal(report.rows[2].metric, "latency");
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/*
 * Of 128 exact mremap()s of one kernel two, of the other three found the list
 * of free pages empty: the tail is 7 % larger, and it is no change of the kernel.
 */
static void test_accidental_tail(void **state)
{
	struct compare_report report;
	struct result base, new;
	double samples[128];

	(void)state;
	surround(&base, "instructions", "tcg", "m");
	surround(&new, "instructions", "tcg", "m");
	for (unsigned int i = 0; i < 128; i++)
		samples[i] = i < 125 ? 18212 : i < 126 ? 18754 : 20015;
	for (unsigned int i = 0; i < 2; i++)
		add_trial(add_cell(&new, "a.b", i), 0, "latency", "s", false,
			  samples, 128);
	samples[126] = 18754;
	for (unsigned int i = 0; i < 2; i++)
		add_trial(add_cell(&base, "a.b", i), 0, "latency", "s", false,
			  samples, 128);
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.count, 4);
	assert_string_equal(report.rows[1].metric, "latency p99");
	assert_true(report.rows[1].ratio > 1.01);
	assert_int_equal(report.rows[1].verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(report.rows[1].reason,
			    "1 and 2 of 128 operations are slower than the "
			    "mean of both: more would tell (run --latency)");
	/* Nor is it one of the cells together. */
	assert_int_equal(report.group_count, 2);
	assert_string_equal(report.groups[1].metric, "latency p99");
	assert_int_equal(report.groups[1].verdict, VERDICT_INCONCLUSIVE);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* 2,000 cells of 10 boots and 30 samples a side are to take 2 s at most. */
static void test_speed(void **state)
{
	struct compare_report report;
	struct result base, new;
	double seconds;
	clock_t start;

	(void)state;
	surround(&base, "wall", "kvm", "m");
	surround(&new, "wall", "kvm", "m");
	for (unsigned int i = 0; i < 2000; i++) {
		struct cell *cells[] = { add_cell(&base, "a.b", i),
					 add_cell(&new, "a.b", i) };
		double samples[30];

		for (unsigned int b = 0; b < 20; b++) {
			for (unsigned int s = 0; s < 30; s++)
				samples[s] =
					1 + (b * 7 % 20 + s * 17 % 30) * 1e-3;
			add_trial(cells[b % 2], b / 2, "x", "s", false, samples,
				  30);
		}
	}
	start = clock();
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	assert_int_equal(report.count, 2000);
	print_message("2000 cells compared in %.2f s\n", seconds);
#ifndef __SANITIZE_ADDRESS__
	assert_true(seconds < 2);
#endif
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instruction_clock),
		cmocka_unit_test(test_zero_base_has_no_ratio),
		cmocka_unit_test(test_instruction_clock_spans_boots),
		cmocka_unit_test(test_wall_clock),
		cmocka_unit_test(test_a_host_has_rounds),
		cmocka_unit_test(test_trials_are_grouped_by_boot),
		cmocka_unit_test(test_q_values),
		cmocka_unit_test(test_looks_share_the_error),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_accidental_tail),
		cmocka_unit_test(test_speed),
	};

	return cmocka_run_group_tests_name("compare_verdict", tests, NULL,
					   NULL);
}
