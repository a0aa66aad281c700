// SPDX-License-Identifier: GPL-2.0-or-later
/* A report in every format, and the exit code of the command. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "results/compare/compare_output.h"
#include "results/format.h"
#include "runners/cli/command.h"
#include "runners/cli/options.h"
#include "compare_fixture.h"

extern const struct command cmd_compare;

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
	return compare_print_text(stream, report, &(struct compare_style){ 0 });
}

static int print_colour(FILE *stream, const struct compare_report *report)
{
	return compare_print_text(stream, report,
				  &(struct compare_style){ .colour = true });
}

static int print_junit(FILE *stream, const struct compare_report *report)
{
	compare_print_junit(stream, report, 1u << VERDICT_REGRESSION);
	return 0;
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
	assert_contains(text, "base   20261121T090000Z-6.1.0-0001, 1 to 5 "
			      "boots\n");
	assert_contains(text, "note   1 run a side: what differs between runs "
			      "is not seen: compare with a\n"
			      "       baseline of 3 runs, or run "
			      "--until-verdict\n");
	assert_contains(text, "what else differs:\n"
			      "  kernel release: 6.1.0 -> 6.<2>.0 (what is "
			      "compared, if nothing else differs)\n");
	assert_contains(text, "pin.fast latency, ns/page: mean of 2 ");
	assert_contains(text, "  pages=1                                100.0  "
			      "110.0  +10.0 %  [");
	assert_contains(text, "1 inconclusive  ");
	assert_contains(text, "  1 boot a side: run --boots 5\n"
			      "fault.hmm latency, us/page               1.000  "
			      "1.000   0.00 %");
	assert_contains(text, "not compared:\n"
			      "    1  skipped in the base: no\\x0adevice\n");
	assert_memory_equal(text,
			    "1 regression, 1 inconclusive, 1 unchanged, "
			    "1 skipped; means of cases: 1\n"
			    "  regression; about 3 more boots a side ",
			    108);
	assert_null(strchr(text, '\033'));
	free(text);
	report.options.all = true;
	text = print_with(print_plain, &report);
	assert_contains(text, "not compared:\n"
			      "  skipped in the base: no\\x0adevice\n"
			      "    a\\x1b[2J|<&>.b[pages=1]\n");
	report.options.all = false;
	free(text);

	text = print_with(print_colour, &report);
	assert_contains(text, "\033[31m1 regression\033[0m");
	assert_contains(text, "\033[31m+10.0 %\033[0m");
	free(text);

	text = print_with(compare_print_markdown, &report);
	assert_contains(text, "### mmgauge: 1 regression, 1 inconclusive");
	assert_contains(text, "- note: 1 run a side: what differs between ");
	assert_contains(text, "| pin.fast | pages=1 | latency | 100.0 ns/page "
			      "| 110.0 ns/page | +10.0 % | ");
	assert_contains(text, " | **regression** |\n");
	assert_contains(text, "a\\\\x1b\\[2J\\|\\<&\\>.b");
	assert_contains(text, "6.\\<2\\>.0");
	free(text);

	text = print_with(print_junit, &report);
	assert_contains(text, "tests=\"5\" failures=\"2\" errors=\"0\" "
			      "skipped=\"2\"");
	assert_contains(text, "<testcase classname=\"mmgauge.pin.fast\" "
			      "name=\"pin.fast[pages=1] latency\">\n"
			      "    <failure message=\"regression: "
			      "100.0 ns/page to 110.0 ns/page, +10.0 %");
	assert_contains(text, "no\\x0adevice");
	assert_contains(text, "name=\"a\\x1b[2J|&lt;&amp;&gt;.b[pages=1]\"");
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
	assert_contains(complaint, "the runs have no cell in common");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_of_hostile_numbers),
		cmocka_unit_test(test_outputs),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests_name("compare_output", tests, NULL, NULL);
}
