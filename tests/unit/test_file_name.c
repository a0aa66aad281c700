// SPDX-License-Identifier: GPL-2.0-or-later
/* What strangers call things never chooses a path. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "results/file_name.h"

static void test_plain(void **state)
{
	static const char *const texts[] = { "pin.fast", "6.12.117+deb12-amd64",
					     "a", "_x" };
	char name[FILE_NAME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		assert_true(file_name_is_plain(texts[i]));
		assert_string_equal(file_name(texts[i], name), texts[i]);
	}
}

static void test_hostile(void **state)
{
	static char longer[301], other[301];
	static const char *const texts[] = {
		"",
		".",
		"..",
		"../../x",
		"/etc/passwd",
		".hidden",
		"-rf",
		"a/b",
		"a b",
		"a_b~",
		"a\nb",
		"a\x1b[2J",
		"a\x7f",
		"a\x80",
		"\xe2\x80\xae",
		"caf\xc3\xa9",
		"a~b",
		"*",
		"a:b",
		longer,
		other,
	};
	char names[sizeof(texts) / sizeof(*texts)][FILE_NAME_SIZE];
	char again[FILE_NAME_SIZE];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	memset(other, 'x', sizeof(other) - 2);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		assert_false(file_name_is_plain(texts[i]));
		file_name(texts[i], names[i]);
		assert_true(file_name_is_made(names[i]));
		assert_true(strlen(names[i]) <= 100);
		/* No text that is its own name has this one. */
		assert_false(file_name_is_plain(names[i]));
		assert_string_equal(file_name(texts[i], again), names[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
	assert_false(file_name_is_made("../x.json"));
	assert_false(file_name_is_made(".json"));
	assert_false(file_name_is_made(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
