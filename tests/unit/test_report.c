// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE /* strcasestr() */
/* The report as a page and its pictures as files, also of a stranger's results.
 */
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

#include "plot_results.h"
#include "plots/report/html.h"
#include "plots/report/sections.h"

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

static size_t count_of(const char *page, const char *text)
{
	size_t count = 0;

	for (; (page = strstr(page, text)); page += strlen(text))
		count++;
	return count;
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

static void test_words_lead_to_what_they_mean(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	html_words(stream, "mode=miss twin=<x> holdings on_hold \u00fc hold");
	fclose(stream);
	assert_string_equal(
		text,
		"mode=<a href=\"#term-hit\">miss</a> "
		"<a href=\"#term-twin\">twin</a>=&lt;x&gt; holdings on_hold "
		"\u00fc <a href=\"#term-hold\">hold</a>");
	free(text);
}

/* Every run of a sweep has a line, every change the run that it came with. */
static void test_since_when(void **state)
{
	static const double factors[] = { 1, 1, 1.5, 1.5 };
	char folder[] = "/tmp/mmgauge-test-XXXXXX";
	struct result results[4];
	const struct result *all[4];
	char *page, *since;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (int i = 0; i < 4; i++) {
		char release[16];

		snprintf(release, sizeof(release), "6.%d.0", i + 1);
		surround(&results[i], "instructions", release, "f");
		fill(&results[i], factors[i]);
		all[i] = &results[i];
	}
	write_report(all, 4, folder);
	page = read_file(folder, "index.html");
	assert_holds(page, "3 runs against 6.1.0");
	assert_holds(page, "<a href=\"#run-3\">6.4.0</a>");
	assert_holds(page, "<h3 id=\"run-3\">6.4.0 against 6.1.0</h3>");
	since = strstr(page, "What changed, how much, since when");
	assert_non_null(since);
	*strstr(since, "</table>") = '\0';
	/* Three cells, once each, and none since another run. */
	assert_int_equal(count_of(since, "<td class=\"nowrap\">6.3.0</td>"
					 "<td class=\"nowrap\">no: exact</td>"),
			 3);
	assert_int_equal(count_of(since, "▲ +50.0"), 3);
	assert_int_equal(count_of(since, "<tr>"), 4);
	free(page);
	for (int i = 0; i < 4; i++)
		result_free(&results[i]);
	remove_folder(folder);
}

/* Runs of one kernel that differ in what surrounds it: a column for each. */
static void test_configurations(void **state)
{
	static const double factors[] = { 1, 1.5, 0.97, 1 };
	static const char *const names[] = { NULL, "pti", "thp=never", "ksm" };
	char folder[] = "/tmp/mmgauge-test-XXXXXX";
	struct result results[4];
	const struct result *all[4];
	char *page, *table;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (int i = 0; i < 4; i++) {
		surround(&results[i], "instructions", "6.1.0", "f");
		fill(&results[i], factors[i]);
		if (names[i])
			json_object_set_new(
				results[i].run, "configuration",
				json_pack("{s:s}", "name", names[i]));
		all[i] = &results[i];
	}
	write_report(all, 4, folder);
	page = read_file(folder, "index.html");
	assert_holds(page, "6.1.0 under pti against 6.1.0");
	assert_lacks(page, "since when");
	table = strstr(page, "What each configuration costs");
	assert_non_null(table);
	*strstr(table, "</table>") = '\0';
	assert_holds(table, ">default</th><th scope=\"col\">unit</th>"
			    "<th scope=\"col\" class=\"number\">pti</th>");
	assert_int_equal(count_of(table, "<td class=\"heat w3\">+50.0"), 3);
	assert_int_equal(count_of(table, "<td class=\"heat b1\">\u22123.0"), 3);
	assert_int_equal(count_of(table, "<td class=\"heat same\">="), 3);
	free(page);
	for (int i = 0; i < 4; i++)
		result_free(&results[i]);
	remove_folder(folder);
}

/* What did not change is there, folded away: its table, then its picture. */
static void test_unchanged_is_folded(void **state)
{
	char folder[] = "/tmp/mmgauge-test-XXXXXX";
	struct result results[2];
	const struct result *both[] = { &results[0], &results[1] };
	const char *table, *forest, *fold, *unchanged;
	char *page;

	(void)state;
	assert_non_null(mkdtemp(folder));
	surround(&results[0], "instructions", "6.1.0", "f");
	surround(&results[1], "instructions", "6.12.0", "f");
	fill(&results[0], 1);
	fill(&results[1], 1.5);
	write_report(both, 2, folder);
	page = read_file(folder, "index.html");
	table = strstr(page, "By verdict and size of the change");
	forest = strstr(page, "aria-label=\"Changes with their intervals");
	fold = strstr(page, "<details>");
	unchanged = strstr(page, "aria-label=\"What did not change");
	assert_true(table && table < forest);
	assert_true(forest < fold && fold < unchanged);
	assert_true(unchanged < strstr(page, "</details>"));
	assert_holds(page, "var(--p1b1e21,#1b1e21)");
	assert_lacks(page, "<img");
	assert_lacks(page, "gnuplot_");
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
	/* What the word means stands behind. */
	*strstr(page, "id=\"terms\"") = '\0';
	assert_lacks(page, "regression");
	free(page);
	result_free(&result);
	remove_folder(folder);
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

/* Half is as far as twice; what was nothing before is the deepest. */
static void test_heat(void **state)
{
	static const struct {
		double ratio;
		const char *shade;
	} rows[] = {
		{ 1.02, "w1\"" }, { 1 / 1.04, "w1\"" }, { 1.06, "w2\"" },
		{ 0.95, "w2\"" }, { 0.83, "w3\"" },	{ 1.21, "w3\"" },
		{ 0.5, "w3\"" },  { NAN, "w3\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *text = NULL;
		size_t size;
		FILE *stream = open_memstream(&text, &size);

		html_heat(stream, rows[i].ratio, true, "-1 %");
		fclose(stream);
		assert_non_null(strstr(text, rows[i].shade));
		assert_non_null(strstr(text, "\u22121 %"));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report_says_what_it_must),
		cmocka_unit_test(test_since_when),
		cmocka_unit_test(test_configurations),
		cmocka_unit_test(test_unchanged_is_folded),
		cmocka_unit_test(test_one_result_has_figures_only),
		cmocka_unit_test(test_other_machine_is_refused_once),
		cmocka_unit_test(test_no_regression_is_said),
		cmocka_unit_test(test_without_gnuplot),
		cmocka_unit_test(test_picture_is_harmless),
		cmocka_unit_test(test_failure_keeps_the_earlier_report),
		cmocka_unit_test(test_odd_values),
		cmocka_unit_test(test_unknown_ending),
		cmocka_unit_test(test_heat),
		cmocka_unit_test(test_words_lead_to_what_they_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
