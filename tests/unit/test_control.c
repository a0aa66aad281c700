// SPDX-License-Identifier: GPL-2.0-or-later
/* Differences to the cell without subscriptions, and lines over their number.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plots/pictures/arrange.h"
#include "plots/pictures/lines.h"
#include "plots/figures/tails.h"
#include "plot_results.h"

static struct cell *subscribed(struct result *result, const char *kind,
			       uint64_t count, uint64_t threads)
{
	struct axis_value axes[] = {
		{ .axis = (char *)"subscription", .text = (char *)kind },
		{ .axis = (char *)"count", .number = count },
		{ .axis = (char *)"threads", .number = threads },
	};
	struct cell *cell = result_cell(result, "a.b", axes, 3);

	assert_non_null(cell);
	return cell;
}

static const struct row *find_row(const struct figures *figures,
				  const char *kind, uint64_t count,
				  uint64_t threads)
{
	for (size_t i = 0; i < figures->row_count; i++) {
		const struct cell *cell = figures->rows[i].cell;

		if (!strcmp(cell_axis(cell, "subscription")->text, kind) &&
		    cell_axis(cell, "count")->number == count &&
		    cell_axis(cell, "threads")->number == threads)
			return &figures->rows[i];
	}
	fail_msg("no row %s %d", kind, (int)count);
	return NULL;
}

/* The boots drift by 1000; what was added in each does not. */
static void test_difference_is_paired_by_boot(void **state)
{
	struct result result;
	const struct result *one[] = { &result };
	struct figures figures;
	const struct row *row;

	(void)state;
	surround(&result, "wall", "old", "f");
	for (unsigned int boot = 0; boot < 3; boot++) {
		add_trial(subscribed(&result, "none", 0, 0), boot, "m", "s",
			  5000 + 1000 * boot);
		add_trial(subscribed(&result, "none", 0, 4), boot, "m", "s",
			  9000 + 1000 * boot);
		add_trial(subscribed(&result, "mm", 2, 4), boot, "m", "s",
			  9300 + 1000 * boot + boot);
	}
	/* A boot that the control lacks says nothing. */
	add_trial(subscribed(&result, "mm", 2, 4), 9, "m", "s", 1);
	assert_int_equal(figures_make(one, 1, &figures), 0);
	assert_string_equal(figures.chapters->control, "subscription");
	row = find_row(&figures, "mm", 2, 4);
	assert_non_null(row->over);
	assert_true(row->over->median == 301);
	assert_true(row->over->low == 300 && row->over->high == 302);
	assert_int_equal(row->over->boots, 3);
	assert_null(find_row(&figures, "none", 0, 4)->over);
	figures_free(&figures);
	result_free(&result);
}

/*
 * Four threads were measured with subscriptions only, none without only: is
 * the difference that of the threads? Nobody knows, so there is none.
 */
static void test_no_difference_in_two_things(void **state)
{
	struct result result;
	const struct result *one[] = { &result };
	struct figures figures;

	(void)state;
	surround(&result, "wall", "old", "f");
	add_trial(subscribed(&result, "none", 0, 0), 0, "m", "s", 50);
	add_trial(subscribed(&result, "mm", 2, 4), 0, "m", "s", 90);
	assert_int_equal(figures_make(one, 1, &figures), 0);
	assert_null(figures.chapters->control);
	assert_null(find_row(&figures, "mm", 2, 4)->over);
	figures_free(&figures);
	/* Once it was measured with none, that is not the control of four. */
	add_trial(subscribed(&result, "mm", 2, 0), 0, "m", "s", 60);
	assert_int_equal(figures_make(one, 1, &figures), 0);
	assert_null(find_row(&figures, "mm", 2, 4)->over);
	assert_true(find_row(&figures, "mm", 2, 0)->over->median == 10);
	figures_free(&figures);
	result_free(&result);
}

/* Hits rise by 106 each, misses with the logarithm; both over none at all. */
static void test_slope_of_hits_but_not_of_misses(void **state)
{
	static const uint64_t counts[] = { 1, 2, 4, 8, 16, 32, 64 };
	struct result result;
	const struct result *one[] = { &result };
	struct arrangement arrangement;
	struct selection selection;
	struct figures figures;
	struct lines lines;
	size_t at = 0;
	char *slopes;

	(void)state;
	surround(&result, "instructions", "old", "f");
	add_trial(subscribed(&result, "none", 0, 0), 0, "m", "instruction",
		  2000);
	for (size_t i = 0; i < 7; i++) {
		add_trial(subscribed(&result, "hit", counts[i], 0), 0, "m",
			  "instruction", 2306 + 106 * (double)counts[i]);
		add_trial(subscribed(&result, "miss", counts[i], 0), 0, "m",
			  "instruction", 2180 + 10 * (double)i);
	}
	assert_int_equal(figures_make(one, 1, &figures), 0);
	assert_int_equal(arrange(figures.chapters, &arrangement), 0);
	assert_int_equal(arrangement_next(&arrangement, 6, 60, &at, &selection),
			 0);
	assert_string_equal(selection.axis, "count");
	assert_string_equal(selection.over, "subscription");
	assert_int_equal(lines_make(&selection, 1, &lines), 0);
	assert_int_equal(lines.count, 2);
	assert_string_equal(lines.items[0].label, "subscription=hit");
	assert_true(lines.items[0].fits->straight);
	assert_true(fabs(lines.items[0].fits->slope - 106) < 1e-9);
	assert_true(fabs(lines.items[0].fits->intercept - 306) < 1e-6);
	assert_false(lines.items[1].fits->straight);
	slopes = line_slopes(&lines.items[0], 1, 1);
	assert_string_equal(slopes, "+106.0");
	free(slopes);
	slopes = line_slopes(&lines.items[1], 1, 1);
	assert_string_equal(slopes, "\xe2\x80\x93");
	free(slopes);
	lines_free(&lines);
	selection_free(&selection);
	arrangement_free(&arrangement);
	figures_free(&figures);
	result_free(&result);
}

static void test_tails_are_single_operations(void **state)
{
	struct result result;
	const struct result *one[] = { &result };
	struct figures figures;
	double *samples;
	size_t count;

	(void)state;
	surround(&result, "wall", "old", "f");
	for (unsigned int boot = 0; boot < 2; boot++) {
		add_trial(add_cell(&result, "a.b", 1), boot, "latency", "s",
			  50 - 10 * boot);
		add_trial(add_cell(&result, "a.c", 1), boot, "m", "s", 7);
	}
	assert_int_equal(figures_make(one, 1, &figures), 0);
	assert_int_equal(tail_rows(figures_chapter(&figures, "a.b")), 1);
	assert_int_equal(tail_rows(figures_chapter(&figures, "a.c")), 0);
	assert_int_equal(tail_samples(figures.rows, 0, &samples, &count), 0);
	assert_int_equal(count, 6);
	assert_true(samples[0] == 39 && samples[5] == 51);
	free(samples);
	figures_free(&figures);
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_difference_is_paired_by_boot),
		cmocka_unit_test(test_no_difference_in_two_things),
		cmocka_unit_test(test_slope_of_hits_but_not_of_misses),
		cmocka_unit_test(test_tails_are_single_operations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
