// SPDX-License-Identifier: GPL-2.0-or-later
/* A history on a terminal: no line is wider, no cell says what it has anyway. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/width.h"
#include "runners/cli/history_fit.h"

static char *fit(const char *text, int width)
{
	char *fitted;
	size_t size;
	FILE *stream = open_memstream(&fitted, &size);

	assert_non_null(stream);
	history_fit(stream, text, width);
	assert_int_equal(fclose(stream), 0);
	return fitted;
}

static void test_lines_fit(void **state)
{
	char *text = fit(
		"07b9ca5c3de3: 2 series: mm: a title that is too long for one "
		"line of eighty columns, which some are\n"
		"  invalidate.munmap[subscription=interval,count=8,cost=0,"
		"cost_kind=spin,range=512,memory=4k,threads=0,invalidators=0] "
		"operation: 0123456789ab -> 07b9ca5c3de3: 163399 -> 171000.5 "
		"instruction, +4.65 %: regression, went back after 3\n"
		"  null.loop operation: a -> b: 1 -> 2 ns: regression\n",
		80);
	char *copy = strdup(text), *rest = copy, *line;

	(void)state;
	while ((line = strsep(&rest, "\n")))
		if (width_of(line) > 80)
			fail_msg("%d columns: %s", width_of(line), line);
	assert_non_null(strstr(text, "subscription=interval,count=8"));
	assert_null(strstr(text, "cost_kind=spin"));
	assert_non_null(strstr(text, "\n    "));
	assert_non_null(strstr(
		text,
		"\n  null.loop operation: a -> b: 1 -> 2 ns: regression\n"));
	free(copy);
	free(text);
}

/* What is no cell, and what is no case of this program, stays as it is. */
static void test_others_stay(void **state)
{
	static const char *const lines[] = {
		"2 of 3 series changed over 4 runs in order of time\n",
		"  other.case[a=1,b] metric: a -> b: 1 -> 2\n",
		"  a[1] metric: 1 -> 2\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char *text = fit(lines[i], 80);

		assert_string_equal(text, lines[i]);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_fit),
		cmocka_unit_test(test_others_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
