// SPDX-License-Identifier: GPL-2.0-or-later
/* What steers a terminal is shown, whoever prints it and in whatever pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/base/text.h"

static const struct {
	const char *text, *line;
} rows[] = {
	{ "", "" },
	{ "plain 5 \xc2\xb5s/page", "plain 5 \xc2\xb5s/page" },
	{ "\xe2\x82\xac \xf0\x9f\x98\x80", "\xe2\x82\xac \xf0\x9f\x98\x80" },
	{ "\x1b[31mred", "\\x1b[31mred" },
	{ "\a\b\r\v\f", "\\x07\\x08\\x0d\\x0b\\x0c" },
	{ "\x7f", "\\u007f" },
	{ "\xc2\x9b\xc2\x80", "\\u009b\\u0080" },
	{ "\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c",
	  "\\u202e\\u2066\\u200f\\u061c" },
	/* Not UTF-8: alone, too long, surrogates, beyond, cut off. */
	{ "\x80\xff", "\\x80\\xff" },
	{ "\xc0\x9b", "\\xc0\\x9b" },
	{ "\xe0\x82\x9b", "\\xe0\\x82\\x9b" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
	{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
	{ "\xe2\x80z", "\\xe2\\x80z" },
	{ "\xe2\x80", "\\xe2\\x80" },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void test_lines(void **state)
{
	char small[6];

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		char *line = text_line(rows[i].text);

		assert_string_equal(line, rows[i].line);
		free(line);
	}
	assert_string_equal(text_line_copy(small, sizeof(small), "a\nb\tc"),
			    "a\\x0a");
}

/* Print by @step bytes at a time and read what came out of the door. */
static void print(const char *text, size_t step, char *out, size_t size)
{
	FILE *stream = NULL;
	int ends[2];
	ssize_t got;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(text_door(&stream, ends[1], _IOFBF), 0);
	for (size_t at = 0; text[at]; at += step) {
		fprintf(stream, "%.*s", (int)step, text + at);
		assert_int_equal(fflush(stream), 0);
		if (strlen(text + at) < step)
			break;
	}
	text_own(stream, "\033[0m");
	fputs("\n\t.", stream);
	assert_int_equal(fclose(stream), 0);
	close(ends[1]);
	got = read(ends[0], out, size - 1);
	assert_true(got > 0);
	out[got] = '\0';
	close(ends[0]);
}

static void test_door(void **state)
{
	(void)state;
	/* What is cut off may go on later: the last row stays apart. */
	for (size_t i = 0; i < ROWS - 1; i++)
		for (size_t step = 1; step < 8; step++) {
			char out[128], wanted[128];

			print(rows[i].text, step, out, sizeof(out));
			snprintf(wanted, sizeof(wanted), "%s\033[0m\n\t.",
				 rows[i].line);
			assert_string_equal(out, wanted);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_door),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
