// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/width.h"
#include "runners/cli/bisect_print.h"
#include "runners/many/bisect_search.h"

static void costs_lie_above_or_below(void **state)
{
	const struct search search = { .good_level = 10, .cutoff = 11 };

	(void)state;
	assert_int_equal(search_side(&search, 10.5), BISECT_GOOD);
	assert_int_equal(search_side(&search, 12), BISECT_BAD);
	assert_int_equal(search_side(&search, NAN), BISECT_SKIP);
	assert_int_equal(search_side(&search, SEARCH_BROKEN), BISECT_SKIP);
}

/* Any other value is bad, also a lower one; so is none at all. */
static void facts_are_equal_or_not(void **state)
{
	const struct search search = { .good_level = 10,
				       .exact = true,
				       .broken_too = true };

	(void)state;
	assert_int_equal(search_side(&search, 10), BISECT_GOOD);
	assert_int_equal(search_side(&search, 9), BISECT_BAD);
	assert_int_equal(search_side(&search, SEARCH_BROKEN), BISECT_BAD);
	assert_int_equal(search_side(&search, NAN), BISECT_SKIP);
}

static void what_broke_it_is_searched(void **state)
{
	const struct search search = { .good_level = 10,
				       .cutoff = 11,
				       .broken = true };

	(void)state;
	assert_int_equal(search_side(&search, 12), BISECT_GOOD);
	assert_int_equal(search_side(&search, SEARCH_BROKEN), BISECT_BAD);
}

#define LONG_TITLE                                                         \
	"mm/gup: a title that is longer than what is left of a line of a " \
	"terminal, \xc3\xa4 and of a mail"

/* Every line but a tag, which is one line for those who read it, fits. */
static void check_lines(char *text, int width)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")))
		if (strncmp(line, "Fixes: ", 7) && width_of(line) > width)
			fail_msg("%d columns: %s", width_of(line), line);
}

static char *print(const struct search *search, const struct bisect *bisect,
		   bool mail)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	if (mail)
		bisect_print_mail(stream, search, bisect);
	else
		bisect_print(stream, search, bisect, 80);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void what_is_printed_fits(void **state)
{
	static const char id[] = "0123456789abcdef0123456789abcdef01234567";
	struct git_commit commits[3] = { 0 };
	double levels[] = { 100, NAN, 112.5 };
	struct search search = { .commits = commits,
				 .count = 3,
				 .levels = levels,
				 .good_level = 100,
				 .unit = "instr/page" };
	enum bisect_mark marks[] = { BISECT_GOOD, BISECT_GOOD, BISECT_BAD };
	const struct bisect bisect = { .marks = marks, .count = 3 };
	char *text;

	(void)state;
	for (int i = 0; i < 3; i++) {
		strcpy(commits[i].id, id);
		commits[i].id[0] = (char)('a' + i);
		snprintf(commits[i].title, sizeof(commits[i].title),
			 LONG_TITLE);
	}
	search.good = commits[0];
	text = print(&search, &bisect, true);
	assert_non_null(
		strstr(text, "Fixes: c123456789ab (\"" LONG_TITLE "\")\n\n"));
	assert_non_null(strstr(text, "in 3 tests, 0 of them"));
	assert_non_null(strstr(text, "+12.5 %  bad      mm/gup: a title"));
	check_lines(text, 75);
	free(text);
	text = print(&search, &bisect, false);
	assert_non_null(strstr(text, "first bad commit: c123456789abcdef"));
	check_lines(text, 80);
	free(text);
	/* What could not be tested leaves two. */
	marks[1] = BISECT_SKIP;
	text = print(&search, &bisect, true);
	assert_null(strstr(text, "Fixes:"));
	assert_non_null(strstr(text, "one of these:\n  b123"));
	check_lines(text, 75);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(costs_lie_above_or_below),
		cmocka_unit_test(facts_are_equal_or_not),
		cmocka_unit_test(what_broke_it_is_searched),
		cmocka_unit_test(what_is_printed_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
