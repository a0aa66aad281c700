// SPDX-License-Identifier: GPL-2.0-or-later
/* Text in columns, and which axes of a cell a table has to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/axes.h"
#include "results/cell_filter.h"
#include "results/width.h"

static void assert_wrapped(const char *first, int indent, int width,
			   const char *text, const char *expected)
{
	char *got = NULL;
	size_t size;
	FILE *stream = open_memstream(&got, &size);

	width_wrap(stream, first, indent, width, text);
	fclose(stream);
	assert_string_equal(got, expected);
	free(got);
}

static void test_wrap(void **state)
{
	(void)state;
	assert_wrapped("", 0, 10, "", "\n");
	assert_wrapped("a: ", 3, 10, "one two three", "a: one two\n   three\n");
	assert_wrapped("", 2, 6, "0123456789", "012345\n  6789\n");
	assert_wrapped("", 1, 8, "ab,cd,efgh", "ab,cd,\n efgh\n");
	assert_wrapped("", 0, 4, "\303\244\303\266\303\274 x",
		       "\303\244\303\266\303\274\nx\n");
	assert_wrapped("", 0, 20, "no\033[2J\nline", "no\\x1b[2J\\x0aline\n");
	/* No room at all still ends. */
	assert_wrapped("long: ", 6, 3, "ab", "long: a\n      b\n");
}

static void test_cut(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(width_of("\303\244b"), 2);
	assert_string_equal(width_cut(text, 64, 5, "abcde"), "abcde");
	assert_string_equal(width_cut(text, 64, 5, "abcdef"), "ab...");
	assert_string_equal(width_cut(text, 64, 4, "\303\244\303\244bcd"),
			    "\303\244...");
}

static bool memory_is_4k(const char *name, const struct axis_value *axis)
{
	return !strcmp(name, "pin.fast") && !strcmp(axis->axis, "memory") &&
	       !strcmp(axis->text, "4k");
}

static struct cell *add(struct result *result, uint64_t batch,
			const char *memory, const char *term)
{
	const struct axis_value axes[] = {
		{ .axis = (char *)"batch", .number = batch },
		{ .axis = (char *)"memory", .text = (char *)memory },
		{ .axis = (char *)"term", .text = (char *)term },
		{ .axis = (char *)"lru", .text = (char *)"none" },
	};

	return result_cell(result, "pin.fast", axes, 4);
}

static void assert_text(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void test_axes(void **state)
{
	struct axes_said said = { .is_default = memory_is_4k };
	struct result result = { 0 };

	(void)state;
	add(&result, 1, "4k", "long");
	add(&result, 8, "thp", "long");
	assert_int_equal(axes_said_add(&said, &result), 0);
	assert_text(axes_said_of(&said, &result.cells[0], false), "batch=1");
	assert_text(axes_said_of(&said, &result.cells[1], false),
		    "batch=8 memory=thp");
	assert_text(axes_said_of(&said, &result.cells[1], true), "batch=8 thp");
	assert_text(axes_case_of(&said, &result.cells[0]),
		    "pin.fast[term=long,lru=none]");
	assert_text(axes_label_of(&said, &result.cells[1], true),
		    "pin.fast[term=long,lru=none,batch=8,memory=thp]");
	assert_text(axes_label_of(&said, &result.cells[1], false),
		    "pin.fast[batch=8,memory=thp]");
	axes_said_free(&said);
	result_free(&result);
}

static bool takes(const struct cell *cell, const char *glob, const char *axis)
{
	const struct cell_filter filter = { &glob, glob != NULL, &axis,
					    axis != NULL };

	return cell_filter_takes(&filter, cell);
}

static void test_filter(void **state)
{
	struct result result = { 0 };
	const struct cell *cell = add(&result, 16, "thp", "long");

	(void)state;
	assert_true(takes(cell, NULL, NULL));
	assert_true(takes(cell, "pin.*", "batch=1,16"));
	assert_true(takes(cell, NULL, "memory=t*"));
	assert_false(takes(cell, "fault.*", NULL));
	assert_false(takes(cell, NULL, "batch=1"));
	assert_false(takes(cell, NULL, "bat=16"));
	assert_false(takes(cell, NULL, "no=16"));
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_axes),
		cmocka_unit_test(test_filter),
	};

	return cmocka_run_group_tests_name("width", tests, NULL, NULL);
}
