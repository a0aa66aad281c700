// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE /* strcasestr() */
/* What plots and reports make of results, also of a stranger's. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../plots/arrange.h"
#include "../../plots/plot.h"
#include "../../plots/text.h"
#include "../../plots/tsv.h"

#define HOSTILE "<script>alert(\"1\")</script>&'\t\\n\xe2\x80\xae"

static const struct compare_options one_percent = { .threshold = 0.01,
						    .seed = 1 };

static void surround(struct result *result, const char *kind,
		     const char *release, const char *fingerprint)
{
	memset(result, 0, sizeof(*result));
	result->run =
		json_pack("{s:s, s:s, s:s}", "id", release, "command_line",
			  "mmgauge run " HOSTILE, "tool_version", "0.1.0");
	result->subject = json_pack("{s:s}", "release", release);
	result->machine = json_pack("{s:s, s:s, s:{s:s}}", "accelerator",
				    "none", "fingerprint", fingerprint,
				    "mitigations", HOSTILE, HOSTILE);
	result->clock = json_pack("{s:s}", "kind", kind);
}

static struct cell *add_cell(struct result *result, const char *name,
			     uint64_t batch)
{
	struct axis_value axis = { .axis = (char *)"batch", .number = batch };
	struct cell *cell = result_cell(result, name, &axis, 1);

	assert_non_null(cell);
	return cell;
}

/* A trial whose samples are @level and a little on either side. */
static void add_trial(struct cell *cell, unsigned int boot, const char *metric,
		      const char *unit, double level)
{
	struct trial trial = { .boot = boot, .batch = 1 };
	struct metric *made = trial_add_metric(&trial, metric, unit, false);

	assert_non_null(made);
	for (int i = -1; i <= 1; i++)
		assert_int_equal(metric_add_sample(made, level + i), 0);
	assert_int_equal(cell_add_trial(cell, &trial), 0);
}

/* Three cells over batch, one that nobody measured, one a stranger named. */
static void fill(struct result *result, double factor)
{
	static const uint64_t batches[] = { 1, 16, 512 };

	for (size_t i = 0; i < 3; i++)
		add_trial(add_cell(result, "pin.fast", batches[i]), 0,
			  "operation", "instruction",
			  factor * 1000 * (double)(i + 1));
	add_trial(add_cell(result, HOSTILE, 1), 0, HOSTILE, "instruction", 500);
	add_trial(add_cell(result, "null.loop", 1), 0, "latency", "instruction",
		  700);
	cell_set_status(add_cell(result, "fault.hmm", 1), CELL_SKIPPED,
			"no module here " HOSTILE);
}

static char *read_file(const char *folder, const char *name)
{
	char path[256], *text;
	size_t got;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	text = calloc(1, 1 << 22);
	assert_non_null(text);
	got = fread(text, 1, (1 << 22) - 1, file);
	assert_true(got > 0);
	fclose(file);
	return text;
}

static void remove_folder(const char *folder)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	assert_int_equal(system(command), 0);
}

static void test_html_is_escaped(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	text_html(stream, "<a href='x'>\"&\"</a>\x01");
	fclose(stream);
	assert_string_equal(text, "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;"
				  "&lt;/a&gt;\xef\xbf\xbd");
	free(text);
}

static void test_tsv_field_stays_one_field(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	text_tsv(stream, "\"a\tb\n\\c", 40);
	fputc('|', stream);
	text_tsv(stream, "", 40);
	fputc('|', stream);
	text_tsv(stream, "123456789", 6);
	fclose(stream);
	assert_string_equal(text, "'a b \\\\c| |12\xe2\x80\xa6"
				  "789");
	free(text);
}

/* Two results, one row: the blocks that dots.gp describes at its top. */
static void test_tsv_of_a_known_result(void **state)
{
	struct result results[2];
	const struct result *both[] = { &results[0], &results[1] };
	const char *const names[] = { "old", "new" };
	const struct subjects subjects = { names, 2 };
	struct figures figures;
	struct selection selection = { 0 };
	struct panel panel;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	for (int i = 0; i < 2; i++) {
		surround(&results[i], "instructions", names[i], "f");
		add_trial(add_cell(&results[i], "pin.fast", 8), 0, "pin",
			  "instruction/page", i ? 150 : 100);
	}
	assert_int_equal(figures_make(both, 2, &figures), 0);
	assert_int_equal(figures.row_count, 1);
	selection.chapter = *figures.chapters;
	assert_int_equal(dots_write(stream, &panel, &selection, &subjects), 0);
	fclose(stream);
	assert_int_equal(panel.series, 2);
	assert_non_null(strstr(text, "pin.fast (instr/page)\tbatch=8\n"));
	assert_non_null(strstr(text, "\n\n\nold\n0.15\t100\t99\t101\n"));
	assert_non_null(strstr(text, "\n\n\nnew\n-0.15\t150\t149\t151\n"));
	free(text);
	figures_free(&figures);
	result_free(&results[0]);
	result_free(&results[1]);
}

/* The block of @text with that number, as gnuplot counts them. */
static char *block_of(const char *text, unsigned int number)
{
	const char *end;

	for (; number; number--) {
		text = strstr(text, "\n\n\n");
		assert_non_null(text);
		text += 3;
	}
	end = strstr(text, "\n\n\n");
	return strndup(text, end ? (size_t)(end + 1 - text) : strlen(text));
}

static void assert_block(const char *text, unsigned int number,
			 const char *expected)
{
	char *block = block_of(text, number);

	assert_string_equal(block, expected);
	free(block);
}

/* One row slower, one faster: what forest.gp colours, and in which order. */
static void test_tsv_of_a_comparison(void **state)
{
	struct result results[2];
	const struct result *both[] = { &results[0], &results[1] };
	struct groups groups;
	struct panel panel;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	for (int i = 0; i < 2; i++) {
		surround(&results[i], "instructions", i ? "new" : "old", "f");
		add_trial(add_cell(&results[i], "pin.fast", 16), 0, "pin",
			  "instruction", i ? 80 : 100);
		add_trial(add_cell(&results[i], "pin.fast", 2), 0, "pin",
			  "instruction", i ? 150 : 100);
	}
	assert_int_equal(groups_make(both, 2, &one_percent, &groups), 0);
	assert_int_equal(groups.count, 1);
	assert_int_equal(forest_write(stream, &panel, groups.items, 0, 100), 0);
	fclose(stream);
	assert_int_equal(panel.kind, PANEL_FOREST);
	assert_block(text, 0,
		     "new against old\tchange of the median, instruction "
		     "clock, threshold 1 %\n");
	assert_block(text, 4, "0\tpin.fast\t \n");
	assert_block(text, 5,
		     "-1\tregression\tbatch=2\t+50.0 %\t1.5\t1.5\t1.5\n"
		     "-2\timprovement\tbatch=16\t\xe2\x88\x92"
		     "20.0 %"
		     "\t0.8\t0.8\t0.8\n");
	free(text);

	/* Room for one row only: that of the larger change. */
	stream = open_memstream(&text, &size);
	assert_int_equal(forest_write(stream, &panel, groups.items, 0, 1), 0);
	fclose(stream);
	assert_non_null(strstr(text, "batch=2"));
	assert_null(strstr(text, "batch=16"));
	free(text);
	groups_free(&groups);
	result_free(&results[0]);
	result_free(&results[1]);
}

/* Three values of a numeric axis are a line; the cell beside it is a dot. */
static void test_numeric_axis_becomes_a_line(void **state)
{
	static const uint64_t batches[] = { 0, 1, 8, 64 };
	struct result result;
	const struct result *one[] = { &result };
	const char *const names[] = { "old" };
	const struct subjects subjects = { names, 1 };
	struct axis_value axes[2] = { { .axis = (char *)"batch" },
				      { .axis = (char *)"kind" } };
	struct arrangement arrangement;
	struct selection selection;
	struct figures figures;
	struct panel panel;
	char *text = NULL;
	size_t size, at = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	surround(&result, "instructions", "old", "f");
	for (size_t i = 0; i < 8; i++) {
		axes[0].number = batches[i % 4];
		axes[1].text = (char *)(i < 4 ? "pin" : i < 7 ? "put" : "get");
		add_trial(result_cell(&result, "pin.fast", axes, 2), 0, "pin",
			  "instruction", 100 + (double)i);
	}
	assert_int_equal(figures_make(one, 1, &figures), 0);
	assert_int_equal(arrange(figures.chapters, &arrangement), 0);
	assert_int_equal(arrangement_next(&arrangement, 6, 60, &at, &selection),
			 0);
	assert_int_equal(at, 7);
	assert_string_equal(selection.axis, "batch");
	assert_int_equal(sweep_write(stream, &panel, &selection, &subjects), 0);
	fclose(stream);
	assert_int_equal(panel.series, 2);
	/* Logarithmic, with zero one step before the first. */
	assert_block(text, 1, "-3\t0\n0\t1\n3\t8\n6\t64\n");
	assert_block(text, 4, "batch\n");
	assert_block(text, 5,
		     "kind=pin\told\n-3\t100\t99\t101\n0\t101\t100\t102\n"
		     "3\t102\t101\t103\n6\t103\t102\t104\n");
	assert_block(text, 6,
		     "kind=put\told\n-3\t104\t103\t105\n0\t105\t104\t106\n"
		     "3\t106\t105\t107\n");
	free(text);
	selection_free(&selection);
	assert_int_equal(arrangement_next(&arrangement, 6, 60, &at, &selection),
			 0);
	assert_int_equal(at, 8);
	assert_null(selection.axis);
	assert_string_equal(selection.chapter.rows->cell->axes[1].text, "get");
	selection_free(&selection);
	arrangement_free(&arrangement);
	figures_free(&figures);
	result_free(&result);
}

/* Only what tells rows apart is in their labels. */
static void test_labels_say_what_varies(void **state)
{
	struct result result;
	const struct result *one[] = { &result };
	const struct chapter *chapter;
	struct figures figures;
	struct cell *cell;
	char *label;

	(void)state;
	surround(&result, "instructions", "old", "f");
	cell = add_cell(&result, "pin.fast", 8);
	add_trial(cell, 0, "pin", "instruction", 1);
	assert_int_equal(figures_make(one, 1, &figures), 0);
	chapter = figures_chapter(&figures, "pin.fast");
	label = chapter_row_label(chapter, chapter->rows->cell, "pin");
	assert_string_equal(label, "pin");
	free(label);
	figures_free(&figures);

	cell = add_cell(&result, "pin.fast", 16);
	add_trial(cell, 0, "pin", "instruction", 1);
	add_trial(cell, 0, "unpin", "instruction", 1);
	assert_int_equal(figures_make(one, 1, &figures), 0);
	chapter = figures_chapter(&figures, "pin.fast");
	assert_int_equal(chapter->count, 3);
	label = chapter_row_label(chapter, chapter->rows->cell, "pin");
	assert_string_equal(label, "batch=8 \xc2\xb7 pin");
	free(label);
	figures_free(&figures);

	/* Three quarters with 16: that is usual, and said only once. */
	for (unsigned int i = 0; i < 2; i++)
		add_trial(cell, 0, i ? "get" : "put", "instruction", 1);
	assert_int_equal(figures_make(one, 1, &figures), 0);
	chapter = figures_chapter(&figures, "pin.fast");
	label = chapter_label(chapter, cell, LABEL_USUAL, NULL);
	assert_string_equal(label, "batch=16");
	free(label);
	label = chapter_label(chapter, chapter->rows->cell, LABEL_UNUSUAL,
			      NULL);
	assert_string_equal(label, "batch=8");
	free(label);
	/* A cell with nothing unusual is not left without a name. */
	label = chapter_label(chapter, cell, LABEL_UNUSUAL, NULL);
	assert_string_equal(label, "batch=16");
	free(label);
	figures_free(&figures);
	result_free(&result);
}

static void test_interval_is_over_boots(void **state)
{
	static const double levels[] = { 10, 20, 30, 40, 50, 60 };
	struct result result;
	const struct result *one[] = { &result };
	struct figures figures;
	struct cell *cell;

	(void)state;
	surround(&result, "wall", "old", "f");
	cell = add_cell(&result, "pin.fast", 1);
	/* Two trials a boot, 1 below and 1 above its level. */
	for (unsigned int i = 0; i < 6; i++) {
		add_trial(cell, i, "pin", "s", levels[i] - 1);
		add_trial(cell, i, "pin", "s", levels[i] + 1);
	}
	assert_int_equal(figures_make(one, 1, &figures), 0);
	assert_int_equal(figures.rows->figures->boots, 6);
	assert_int_equal(figures.rows->figures->samples, 36);
	assert_true(figures.rows->figures->median == 35);
	assert_true(figures.rows->figures->low == 10);
	assert_true(figures.rows->figures->high == 60);
	figures_free(&figures);
	result_free(&result);
}

static void write_report(const struct result *const *results, size_t count,
			 const char *folder)
{
	struct error err = { "" };

	if (report_write(results, count, &one_percent, folder, &err))
		fail_msg("%s", err.text);
}

static void assert_holds(const char *page, const char *text)
{
	if (!strstr(page, text))
		fail_msg("the page lacks '%s'", text);
}

static void assert_lacks(const char *page, const char *text)
{
	const char *found = strcasestr(page, text);

	if (found)
		fail_msg("the page has '%.80s'", found);
}

static void test_report_says_what_it_must(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX";
	struct result results[2];
	const struct result *both[] = { &results[0], &results[1] };
	char *page;

	(void)state;
	assert_non_null(mkdtemp(folder));
	surround(&results[0], "instructions", "6.1.0-old", "f");
	surround(&results[1], "instructions", "6.12.0-new", "f");
	fill(&results[0], 1);
	fill(&results[1], 1.5);
	write_report(both, 2, folder);
	page = read_file(folder, "index.html");
	assert_non_null(page);
	assert_holds(page, "<!DOCTYPE html>");
	assert_holds(page, "6.12.0-new against 6.1.0-old");
	assert_holds(page, "3 regressions");
	assert_holds(page, "+50.0");
	assert_holds(page, "p99.9");
	assert_holds(page, "no module here &lt;script&gt;");
	assert_holds(page, "mmgauge run &lt;script&gt;");
	assert_holds(page, "<caption>");
	assert_holds(page, "scope=\"col\"");
	assert_holds(page, "scope=\"row\"");
	assert_holds(page, "prefers-color-scheme");
	assert_lacks(page, "<script");
	assert_lacks(page, "http://");
	assert_lacks(page, "https://");
	free(page);
	result_free(&results[0]);
	result_free(&results[1]);
	remove_folder(folder);
}

static void test_one_result_has_figures_only(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX";
	struct result result;
	const struct result *one[] = { &result };
	char *page;

	(void)state;
	assert_non_null(mkdtemp(folder));
	surround(&result, "instructions", "6.1.0", "f");
	fill(&result, 1);
	write_report(one, 1, folder);
	page = read_file(folder, "index.html");
	assert_non_null(page);
	assert_holds(page, "pin.fast");
	assert_lacks(page, "regression");
	free(page);
	result_free(&result);
	remove_folder(folder);
}

static size_t count_of(const char *page, const char *text)
{
	size_t count = 0;

	for (; (page = strstr(page, text)); page += strlen(text))
		count++;
	return count;
}

/* Why runs cannot be compared is said once, not in every row. */
static void test_other_machine_is_refused_once(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX";
	struct result results[3];
	const struct result *all[] = { &results[0], &results[1], &results[2] };
	char *page;

	(void)state;
	assert_non_null(mkdtemp(folder));
	surround(&results[0], "instructions", "6.1.0", "f");
	surround(&results[1], "wall", "6.1.0-host", "g");
	surround(&results[2], "instructions", "6.12.0", "f");
	for (int i = 0; i < 3; i++)
		fill(&results[i], 1 + i);
	write_report(all, 3, folder);
	page = read_file(folder, "index.html");
	assert_non_null(page);
	assert_int_equal(count_of(page, "the clocks differ"), 1);
	assert_int_equal(count_of(page, "<section>"), 2);
	assert_holds(page, "6.12.0 against 6.1.0");
	free(page);
	for (int i = 0; i < 3; i++)
		result_free(&results[i]);
	remove_folder(folder);
}

static void test_no_regression_is_said(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX";
	struct result results[2];
	const struct result *both[] = { &results[0], &results[1] };
	char *page;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (int i = 0; i < 2; i++) {
		surround(&results[i], "instructions", "6.1.0", "f");
		fill(&results[i], 1);
	}
	write_report(both, 2, folder);
	page = read_file(folder, "index.html");
	assert_non_null(page);
	assert_holds(page, ">no regression<");
	/* Two runs of one kernel have names all the same. */
	assert_holds(page, "6.1.0 #2 against 6.1.0 #1");
	free(page);
	result_free(&results[0]);
	result_free(&results[1]);
	remove_folder(folder);
}

static void test_without_gnuplot(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX", picture[64];
	char *path = strdup(getenv("PATH"));
	struct result result;
	const struct result *one[] = { &result };
	struct error err = { "" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(picture, sizeof(picture), "%s/x.svg", folder);
	surround(&result, "instructions", "6.1.0", "f");
	fill(&result, 1);
	setenv("PATH", "", 1);
	assert_int_equal(plot_results(one, 1, &one_percent, picture, &err),
			 -ENOENT);
	assert_non_null(strstr(err.text, "gnuplot-nox"));
	assert_int_equal(report_write(one, 1, &one_percent, folder, &err),
			 -ENOENT);
	assert_non_null(strstr(err.text, "gnuplot-nox"));
	setenv("PATH", path, 1);
	free(path);
	result_free(&result);
	/* Nothing half-written: the folder is as empty as it was. */
	assert_int_equal(rmdir(folder), 0);
}

/* What gnuplot makes of a stranger's strings is shown, never interpreted. */
static void test_picture_is_harmless(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX", picture[64];
	struct result result;
	const struct result *one[] = { &result };
	struct error err = { "" };
	char *text;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(picture, sizeof(picture), "%s/x.svg", folder);
	surround(&result, "instructions", "`touch X`$(touch X)", "f");
	fill(&result, 1);
	if (plot_results(one, 1, &one_percent, picture, &err))
		fail_msg("%s", err.text);
	text = read_file(folder, "x.svg");
	assert_non_null(text);
	assert_holds(text, "&lt;script>alert('1')&lt;/script>&amp;'");
	assert_holds(text, "\\n");
	assert_holds(text, "`touch X`$(touch X)");
	assert_lacks(text, "<script");
	free(text);
	result_free(&result);
	remove_folder(folder);
}

/* A report that fails leaves an earlier one as it was. */
static void test_failure_keeps_the_earlier_report(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX", *before, *after;
	char *path = strdup(getenv("PATH"));
	struct result result;
	const struct result *one[] = { &result };
	struct error err = { "" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	surround(&result, "instructions", "6.1.0", "f");
	fill(&result, 1);
	write_report(one, 1, folder);
	before = read_file(folder, "index.html");
	json_object_set_new(result.subject, "release", json_string("6.2.0"));
	setenv("PATH", "", 1);
	assert_int_equal(report_write(one, 1, &one_percent, folder, &err),
			 -ENOENT);
	setenv("PATH", path, 1);
	after = read_file(folder, "index.html");
	assert_string_equal(before, after);
	free(before);
	free(after);
	free(path);
	result_free(&result);
	remove_folder(folder);
}

/* One trial with these samples, so few that their range is the interval. */
static void add_samples(struct cell *cell, const double samples[3])
{
	struct trial trial = { .batch = 1 };
	struct metric *made =
		trial_add_metric(&trial, "operation", "instruction", false);

	assert_non_null(made);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(metric_add_sample(made, samples[i]), 0);
	assert_int_equal(cell_add_trial(cell, &trial), 0);
}

/*
 * Values that no kernel has but a file may: they must neither hang the search
 * for round numbers nor kill gnuplot, as a forest of a single row once did.
 */
static void test_odd_values(void **state)
{
	static const double odd[][3] = {
		{ 1, 1, 1 },
		{ 0, 0, 0 },
		{ -1e9, 1, 1e9 },
		{ 5e-324, 5e-324, 5e-324 },
		{ 5e-324, 1, 1e199 },
		{ 1e-300, 1, 1.7e308 },
		{ 1e300, 1e301, 1.7e308 },
	};
	char folder[] = "/tmp/mmgauge-test-XXXXXX";
	struct result results[2];
	const struct result *both[] = { &results[0], &results[1] };

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		for (size_t r = 0; r < 2; r++) {
			surround(&results[r], "instructions", "6.1.0", "f");
			add_samples(add_cell(&results[r], "null.loop", 1),
				    odd[i]);
		}
		write_report(both, 2, folder);
		result_free(&results[0]);
		result_free(&results[1]);
	}
	remove_folder(folder);
}

static void test_unknown_ending(void **state)
{
	struct result result;
	const struct result *one[] = { &result };
	struct error err = { "" };

	(void)state;
	surround(&result, "instructions", "6.1.0", "f");
	fill(&result, 1);
	assert_int_equal(plot_results(one, 1, &one_percent, "/tmp/x.gif", &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, ".svg"));
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html_is_escaped),
		cmocka_unit_test(test_tsv_field_stays_one_field),
		cmocka_unit_test(test_tsv_of_a_known_result),
		cmocka_unit_test(test_tsv_of_a_comparison),
		cmocka_unit_test(test_numeric_axis_becomes_a_line),
		cmocka_unit_test(test_labels_say_what_varies),
		cmocka_unit_test(test_interval_is_over_boots),
		cmocka_unit_test(test_report_says_what_it_must),
		cmocka_unit_test(test_one_result_has_figures_only),
		cmocka_unit_test(test_other_machine_is_refused_once),
		cmocka_unit_test(test_no_regression_is_said),
		cmocka_unit_test(test_without_gnuplot),
		cmocka_unit_test(test_picture_is_harmless),
		cmocka_unit_test(test_failure_keeps_the_earlier_report),
		cmocka_unit_test(test_odd_values),
		cmocka_unit_test(test_unknown_ending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
