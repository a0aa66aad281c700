// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts, and what the compare command makes of them. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../results/compare.h"
#include "../../results/compare_output.h"
#include "../../results/format.h"
#include "../../runners/command.h"
#include "../../runners/options.h"

extern const struct command cmd_compare;

static const struct compare_options one_percent = { .threshold = 0.01,
						    .seed = 1 };

static void surround(struct result *result, const char *kind,
		     const char *accelerator, const char *fingerprint)
{
	memset(result, 0, sizeof(*result));
	result->run = json_pack("{s:s}", "id", "20261121T090000Z-6.1.0-0001");
	result->subject = json_pack("{s:s}", "release", "6.1.0");
	result->machine = json_pack("{s:s, s:s}", "accelerator", accelerator,
				    "fingerprint", fingerprint);
	result->clock = json_pack("{s:s}", "kind", kind);
}

static void add_trial(struct cell *cell, unsigned int boot, const char *metric,
		      const char *unit, bool higher, const double *samples,
		      size_t count)
{
	struct trial trial = { .boot = boot, .batch = 1 };
	struct metric *made = trial_add_metric(&trial, metric, unit, higher);

	for (size_t i = 0; i < count; i++)
		metric_add_sample(made, samples[i]);
	assert_int_equal(cell_add_trial(cell, &trial), 0);
}

static struct cell *add_cell(struct result *result, const char *name,
			     uint64_t pages)
{
	struct axis_value axis = { .axis = (char *)"pages", .number = pages };

	return result_cell(result, name, &axis, 1);
}

/*
 * Boots around @level, @spread wide, in an order that has nothing to do with
 * their numbers.
 */
static void add_boots(struct cell *cell, unsigned int boots, double level,
		      double spread)
{
	for (unsigned int b = 0; b < boots; b++) {
		double place = boots > 1 ? (double)((b * 3 + 1) % boots) /
						   (boots - 1) :
					   0.5;
		double boot = level * (1 + spread * (place - 0.5));
		double samples[5];

		for (int i = 0; i < 5; i++)
			samples[i] = boot * (1 + 0.0002 * (i - 2));
		add_trial(cell, b, "latency", "s/page", false, samples, 5);
	}
}

/* Compare one metric of one cell, as the given sides have it. */
static struct comparison compare_one(struct result *base, struct result *new,
				     const struct compare_options *options)
{
	struct compare_report report;
	struct comparison row;

	assert_int_equal(compare_results(base, new, options, &report), 0);
	assert_int_equal(report.count, 1);
	assert_int_equal(report.verdicts[report.rows[0].verdict], 1);
	row = report.rows[0];
	row.reason = row.reason ? strdup(row.reason) : NULL;
	compare_free(&report);
	return row;
}

static void assert_row(struct comparison row, enum verdict verdict,
		       const char *reason)
{
	if (row.verdict != verdict)
		fail_msg("%s, not %s: ratio %g [%g, %g] %s",
			 verdict_name(row.verdict), verdict_name(verdict),
			 row.ratio, row.low, row.high,
			 row.reason ? row.reason : "");
	/* How many more boots it says depends on the draws. */
	if (reason)
		assert_non_null(strstr(row.reason ? row.reason : "", reason));
	else
		assert_null(row.reason);
	free(row.reason);
}

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
		{ 100, 99, 0.01, false, VERDICT_UNCHANGED },
		/* Exactly 1 %, but the quotient is rounded below 0.99. */
		{ 17, 16.83, 0.01, false, VERDICT_UNCHANGED },
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
		{ 5, 5, 1.0101, 0.005, VERDICT_INCONCLUSIVE,
		  "too close to the threshold to settle with boots" },
		{ 5, 5, 1.014, 0.01, VERDICT_INCONCLUSIVE,
		  " more boots a side" },
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
		assert_row(row, rows[i].verdict, rows[i].reason);
		result_free(&base);
		result_free(&new);
	}
}

static void test_a_host_is_one_boot(void **state)
{
	struct result base, new;

	(void)state;
	surround(&base, "wall", "none", "m");
	surround(&new, "wall", "none", "m");
	add_boots(add_cell(&base, "a.b", 1), 1, 1e-7, 0);
	add_boots(add_cell(&new, "a.b", 1), 1, 2e-7, 0);
	assert_row(compare_one(&base, &new, &one_percent), VERDICT_INCONCLUSIVE,
		   "1 boot a side: a host run is one: use a vm target");
	result_free(&base);
	result_free(&new);
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

static void test_cells_that_were_not_measured(void **state)
{
	static const struct {
		enum cell_status base, new;
		const char *reason;
	} rows[] = {
		{ CELL_SKIPPED, CELL_OK, "skipped in the base: why" },
		{ CELL_OK, CELL_CRASHED, "crashed in the new run: why" },
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

static const struct comparison *find_row(const struct compare_report *report,
					 const char *name, const char *metric)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		const struct cell *cell =
			row->base_cell ? row->base_cell : row->new_cell;

		if (!strcmp(cell->name, name) &&
		    !strcmp(row->metric ? row->metric : "", metric))
			return row;
	}
	return NULL;
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

static void test_differences(void **state)
{
	static const char *const expected[] = {
		"kernel release: 6.1.0 -> 6.12.0",
		"kernel config: unknown -> abcd",
		"kernel command line: quiet -> quiet nopti",
		"CPUs: 2 -> 4",
		"mitigation meltdown: PTI -> Vulnerable",
		"mitigation gone: x -> unknown",
		"mitigation new: unknown -> y",
	};
	struct compare_report report;
	struct result base, new;

	(void)state;
	surround(&base, "wall", "kvm", "m");
	surround(&new, "wall", "kvm", "m");
	json_object_update_new(new.subject,
			       json_pack("{s:s, s:s, s:s, s:s}", "release",
					 "6.12.0", "config_sha256", "abcd",
					 "command_line", "quiet nopti",
					 "unlisted", "ignored"));
	json_object_set_new(base.subject, "command_line", json_string("quiet"));
	json_object_set_new(base.subject, "compiler", json_null());
	json_object_set_new(base.machine, "cpus", json_integer(2));
	json_object_set_new(new.machine, "cpus", json_integer(4));
	json_object_set_new(base.machine, "mitigations",
			    json_pack("{s:s, s:s, s:s}", "meltdown", "PTI",
				      "same", "same", "gone", "x"));
	json_object_set_new(new.machine, "mitigations",
			    json_pack("{s:s, s:s, s:s}", "same", "same",
				      "meltdown", "Vulnerable", "new", "y"));
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	assert_int_equal(report.difference_count, 7);
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(report.differences[i], expected[i]);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* No number that JSON cannot hold, whatever the samples are. */
static void test_json_of_hostile_numbers(void **state)
{
	static const double values[] = { 0, -1, 1e308, 5e-324, 1, -1e308 };
	struct compare_report report;
	struct result base, new;
	json_t *document, *cells;
	char *text;

	(void)state;
	surround(&base, "wall", "kvm", "m");
	surround(&new, "wall", "kvm", "m");
	for (unsigned int i = 0; i < 36; i++) {
		struct cell *cell = add_cell(&base, "a.b", i);

		for (unsigned int b = 0; b < 5; b++)
			add_trial(cell, b, "x", "s", false, &values[i % 6], 1);
		cell = add_cell(&new, "a.b", i);
		for (unsigned int b = 0; b < 5; b++)
			add_trial(cell, b, "x", "s", false, &values[i / 6], 1);
	}
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	document = compare_to_json(&report);
	assert_non_null(document);
	text = json_dumps(document, 0);
	assert_non_null(text);
	cells = json_object_get(document, "cells");
	assert_int_equal(json_array_size(cells), 36);
	for (size_t i = 0; i < 36; i++) {
		const struct comparison *row = &report.rows[i];
		json_t *cell = json_array_get(cells, i);

		assert_string_equal(
			json_string_value(json_object_get(cell, "verdict")),
			verdict_name(row->verdict));
		if (row->verdict != VERDICT_INCOMPARABLE)
			assert_true(isfinite(row->ratio));
	}
	free(text);
	json_decref(document);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* Sides with one of each: a report to look at. */
static void make_mixed(struct result *base, struct result *new)
{
	surround(base, "wall", "kvm", "m");
	surround(new, "wall", "kvm", "m");
	json_object_set_new(new->subject, "release", json_string("6.<2>.0"));
	add_boots(add_cell(base, "pin.fast", 1), 5, 100e-9, 0.004);
	add_boots(add_cell(new, "pin.fast", 1), 5, 110e-9, 0.004);
	add_boots(add_cell(base, "pin.fast", 512), 5, 2e-6, 0.004);
	add_boots(add_cell(new, "pin.fast", 512), 5, 2e-6, 0.004);
	add_boots(add_cell(base, "fault.hmm", 1), 1, 1e-6, 0);
	add_boots(add_cell(new, "fault.hmm", 1), 1, 1e-6, 0);
	cell_set_status(add_cell(base, "a\033[2J|<&>.b", 1), CELL_SKIPPED,
			"no\ndevice");
	add_cell(new, "a\033[2J|<&>.b", 1);
}

static char *print_with(int (*print)(FILE *, const struct compare_report *),
			const struct compare_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(print(stream, report), 0);
	fclose(stream);
	return text;
}

static int print_plain(FILE *stream, const struct compare_report *report)
{
	return compare_print_text(stream, report, false);
}

static int print_colour(FILE *stream, const struct compare_report *report)
{
	return compare_print_text(stream, report, true);
}

static int print_junit(FILE *stream, const struct compare_report *report)
{
	compare_print_junit(stream, report, 1u << VERDICT_REGRESSION);
	return 0;
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no\n%s\nin\n%s", part, text);
}

static void test_outputs(void **state)
{
	struct compare_report report;
	struct result base, new;
	char *text;

	(void)state;
	make_mixed(&base, &new);
	assert_int_equal(compare_results(&base, &new, &one_percent, &report),
			 0);
	text = print_with(print_plain, &report);
	assert_contains(text, "kernel 6.1.0, 1 to 5 boots\n");
	assert_contains(text, "what else differs:\n"
			      "  kernel release: 6.1.0 -> 6.<2>.0\n");
	assert_contains(text, "pin.fast\n"
			      "  pages=1    latency  100.0 ns/page  "
			      "110.0 ns/page  +10.0 %  [");
	assert_contains(text, "fault.hmm\n  pages=1    latency  1.000 us/page  "
			      "1.000 us/page   0.00 %");
	assert_contains(text, "-  inconclusive (1 boot a side: run --boots 5)");
	assert_contains(text, "not compared:\n"
			      "  skipped in the base: no?device\n"
			      "    a?[2J|<&>.b[pages=1]\n");
	assert_contains(text, "\n1 regression, 1 inconclusive, 1 unchanged, "
			      "1 skipped; about 3 more boots a side would "
			      "settle it\n");
	assert_null(strchr(text, '\033'));
	free(text);

	text = print_with(print_colour, &report);
	assert_contains(text, "\033[31mregression\033[0m\n");
	free(text);

	text = print_with(compare_print_markdown, &report);
	assert_contains(text, "### mmgauge: 1 regression, 1 inconclusive");
	assert_contains(text, "| pin.fast | pages=1 | latency | 100.0 ns/page "
			      "| 110.0 ns/page | +10.0 % | ");
	assert_contains(text, " | **regression** |\n");
	assert_contains(text, "a?\\[2J\\|\\<&\\>.b");
	assert_contains(text, "6.\\<2\\>.0");
	free(text);

	text = print_with(print_junit, &report);
	assert_contains(text, "tests=\"4\" failures=\"1\" errors=\"0\" "
			      "skipped=\"2\"");
	assert_contains(text, "<testcase classname=\"mmgauge.pin.fast\" "
			      "name=\"pin.fast[pages=1] latency\">\n"
			      "    <failure message=\"regression: "
			      "100.0 ns/page to 110.0 ns/page, +10.0 %");
	assert_contains(text, "no?device");
	assert_contains(text, "name=\"a?[2J|&lt;&amp;&gt;.b[pages=1]\"");
	free(text);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

/* What the last command wrote to stderr. */
static char complaint[512];

/* The command as main() runs it; its stdout goes nowhere. */
static int run_command(const char *base, const char *new, const char *options)
{
	char line[256],
		*argv[16] = { (char *)"compare", (char *)base, (char *)new };
	char values[256], *at = line;
	int argc = 3, operands, ret, out, err, nowhere;
	FILE *told = tmpfile();
	struct error error;

	snprintf(line, sizeof(line), "%s", options);
	while ((argv[argc] = strtok(at, " "))) {
		at = NULL;
		argc++;
	}
	assert_true(cmd_compare.options_size <= sizeof(values));
	if (options_parse(&cmd_compare, argc, argv, values, &operands, &error))
		fail_msg("%s", error.text);
	fflush(NULL);
	out = dup(1);
	err = dup(2);
	nowhere = open("/dev/null", O_WRONLY);
	dup2(nowhere, 1);
	dup2(fileno(told), 2);
	ret = cmd_compare.run(values, operands, argv + 1);
	fflush(NULL);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	close(nowhere);
	rewind(told);
	complaint[fread(complaint, 1, sizeof(complaint) - 1, told)] = '\0';
	fclose(told);
	options_free(&cmd_compare, values);
	return ret;
}

static void test_exit_codes(void **state)
{
	static const struct {
		const char *options;
		int code;
	} rows[] = {
		{ "", 1 },
		{ "--fail-on none", 0 },
		{ "--threshold 20%", 0 },
		{ "--threshold 20% --fail-on inconclusive", 1 },
		{ "--threshold 20% --fail-on any", 1 },
		{ "--format json", 1 },
		{ "--format markdown", 1 },
		{ "--format junit --seed 9", 1 },
	};
	char path[] = "/tmp/mmgauge-compare-XXXXXX", file[2][64];
	struct result base, new;
	struct error err;

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(file[0], sizeof(file[0]), "%s/base.json", path);
	snprintf(file[1], sizeof(file[1]), "%s/new.json", path);
	make_mixed(&base, &new);
	assert_int_equal(result_save(file[0], &base, &err), 0);
	assert_int_equal(result_save(file[1], &new, &err), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(run_command(file[0], file[1], rows[i].options),
				 rows[i].code);
	assert_int_equal(run_command(file[0], file[0], ""), 0);
	assert_int_equal(run_command(file[0], file[0], "--fail-on any"), 1);
	assert_int_equal(run_command(file[0], "/nowhere", ""), 2);
	assert_int_equal(run_command("/nowhere", file[0], ""), 2);
	assert_contains(complaint, "/nowhere: no such file");

	/* Refused, and nothing in common: neither may pass for fine. */
	json_object_set_new(new.clock, "kind", json_string("instructions"));
	assert_int_equal(result_save(file[1], &new, &err), 0);
	assert_int_equal(run_command(file[0], file[1], ""), 2);
	assert_contains(complaint, "the clocks differ (wall, instructions): "
				   "--force");
	assert_int_equal(run_command(file[0], file[1], "--force"), 1);
	result_free(&new);
	surround(&new, "wall", "kvm", "m");
	assert_int_equal(result_save(file[1], &new, &err), 0);
	assert_int_equal(run_command(file[0], file[1], ""), 2);
	assert_contains(complaint, "no measured cell in common");
	result_free(&base);
	result_free(&new);
	unlink(file[0]);
	unlink(file[1]);
	rmdir(path);
}

static void test_formats(void **state)
{
	static const struct {
		double value;
		const char *unit, *text;
	} rows[] = {
		{ 1.234e-7, "s", "123.4 ns" },
		{ 1.234e-7, "s/page", "123.4 ns/page" },
		{ 3e-10, "s", "0.3000 ns" },
		{ 1e-6, "s", "1.000 us" },
		{ 0.0123456, "s", "12.35 ms" },
		{ 90, "s", "90.00 s" },
		{ 85.869, "instruction/page", "85.87 instr/page" },
		{ 1234567, "instruction", "1234567 instr" },
		{ 0, "s", "0 ns" },
		{ 2.5e9, "byte/s", "2.500 GB/s" },
		{ 512, "byte", "512.0 B" },
		{ 3, "wakeups", "3.000 wakeups" },
		{ NAN, "s", "-" },
		{ INFINITY, "s", "-" },
		{ 1e300, "furlong", "1e+300 furlong" },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(format_quantity(rows[i].value, rows[i].unit,
						    text, sizeof(text)),
				    rows[i].text);
	assert_string_equal(format_change(1.0543, text, 64), "+5.43 %");
	assert_string_equal(format_change(0.5, text, 64), "-50.0 %");
	assert_string_equal(format_change(3.2, text, 64), "+220 %");
	assert_string_equal(format_change(0.99999, text, 64), "0.00 %");
	assert_string_equal(format_change(1e12, text, 64), "+1e+14 %");
	assert_string_equal(format_change(NAN, text, 64), "-");
	assert_string_equal(format_interval(0.99, 1.2, text, 64),
			    "[-1.00, +20.0] %");
	assert_string_equal(format_interval(NAN, 1.2, text, 64), "-");
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
		cmocka_unit_test(test_a_host_is_one_boot),
		cmocka_unit_test(test_trials_are_grouped_by_boot),
		cmocka_unit_test(test_cells_that_were_not_measured),
		cmocka_unit_test(test_what_only_one_side_has),
		cmocka_unit_test(test_rows_are_sorted),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_json_of_hostile_numbers),
		cmocka_unit_test(test_outputs),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_q_values),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_speed),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
