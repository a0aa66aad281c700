// SPDX-License-Identifier: GPL-2.0-or-later
/* What gnuplot gets to see of results. */
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

#include "plots/pictures/arrange.h"
#include "plots/figures/text.h"
#include "plots/pictures/panel.h"
#include "plot_results.h"

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
	assert_int_equal(
		forest_write(stream, &panel, groups.items, 0, FOREST_ALL, 100),
		0);
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
	assert_int_equal(forest_write(stream, &panel, groups.items, 0,
				      FOREST_CHANGED, 1),
			 0);
	fclose(stream);
	assert_non_null(strstr(text, "batch=2"));
	assert_null(strstr(text, "batch=16"));
	free(text);
	groups_free(&groups);
	result_free(&results[0]);
	result_free(&results[1]);
}

/* The time for a byte changes as that for the operation: one row, not two. */
static void test_a_change_is_drawn_once(void **state)
{
	static const char *const names[] = { "operation", "byte", "hold" };
	struct result results[2];
	const struct result *both[] = { &results[0], &results[1] };
	struct groups groups;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct trial trial = { .boot = 0, .batch = 1 };
		struct cell *cell;

		surround(&results[i], "instructions", i ? "new" : "old", "f");
		cell = add_cell(&results[i], "fault.hmm", 1);
		for (int m = 0; m < 3; m++) {
			double base = m == 1 ? 100.0 / 4096 : 100;
			struct metric *made = trial_add_metric(
				&trial, names[m], "instruction", false);

			assert_non_null(made);
			for (int n = 0; n < 3; n++)
				assert_int_equal(
					metric_add_sample(
						made, base * (i ? 1.5 : 1) +
							      (m == 2 && i)),
					0);
		}
		assert_int_equal(cell_add_trial(cell, &trial), 0);
	}
	assert_int_equal(groups_make(both, 2, &one_percent, &groups), 0);
	assert_int_equal(groups.items[0].comparisons[0].count, 3);
	assert_int_equal(
		forest_rows(&groups.items[0].comparisons[0], FOREST_CHANGED),
		2);
	assert_int_equal(
		forest_rows(&groups.items[0].comparisons[0], FOREST_UNCHANGED),
		0);
	assert_false(group_repeats(&groups.items[0].comparisons[0], 0));
	assert_true(group_repeats(&groups.items[0].comparisons[0], 1));
	assert_false(group_repeats(&groups.items[0].comparisons[0], 2));
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
		     "kind=pin\told\teach further: \xe2\x80\x93\n"
		     "-3\t100\t100\t99\t101\n0\t101\t101\t100\t102\n"
		     "3\t102\t102\t101\t103\n6\t103\t103\t102\t104\n");
	assert_block(text, 6,
		     "kind=put\told\teach further: \xe2\x80\x93\n"
		     "-3\t104\t104\t103\t105\n0\t105\t105\t104\t106\n"
		     "3\t106\t106\t105\t107\n");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html_is_escaped),
		cmocka_unit_test(test_tsv_field_stays_one_field),
		cmocka_unit_test(test_tsv_of_a_known_result),
		cmocka_unit_test(test_tsv_of_a_comparison),
		cmocka_unit_test(test_a_change_is_drawn_once),
		cmocka_unit_test(test_numeric_axis_becomes_a_line),
		cmocka_unit_test(test_labels_say_what_varies),
		cmocka_unit_test(test_interval_is_over_boots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
