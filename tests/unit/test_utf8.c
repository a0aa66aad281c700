// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "results/base/utf8.h"
#include "results/base/result.h"

#define BAD "\xef\xbf\xbd"

static void test_copy(void **state)
{
	static const struct {
		const char *from, *to;
		size_t size;
	} rows[] = {
		{ "", "", 1 },
		{ "abc", "abc", 4 },
		{ "abc", "ab", 3 },
		{ "J\xf6rg", "J" BAD "rg", 16 }, /* Latin-1 */
		{ "\xc3\xa9\xc3\xa9", "\xc3\xa9", 4 }, /* cut inside */
		{ "a\xe2\x82", "a" BAD BAD, 16 }, /* ends inside */
		{ "\xc0\xaf", BAD BAD, 16 }, /* overlong */
		{ "\xed\xa0\x80", BAD BAD BAD, 16 }, /* a surrogate */
		{ "\xf4\x90\x80\x80", BAD BAD BAD BAD, 16 }, /* too large */
		{ "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7", 5 },
	};
	char to[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		utf8_copy(to, rows[i].size, rows[i].from);
		assert_string_equal(to, rows[i].to);
	}
}

/* Whatever the bytes: jansson takes them. */
static void test_any_bytes(void **state)
{
	uint32_t seed = 1;
	char from[12], to[40];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		json_t *value, *same;

		for (size_t j = 0; j < sizeof(from) - 1; j++) {
			seed = seed * 1664525 + 1013904223;
			from[j] = (char)(seed >> 24);
		}
		from[sizeof(from) - 1] = '\0';
		value = utf8_json(from);
		assert_non_null(value);
		same = json_string(from);
		if (same)
			assert_true(json_equal(value, same));
		utf8_copy(to, 2 + seed % 30, from);
		json_decref(same);
		same = json_string(to);
		assert_non_null(same);
		json_decref(same);
		json_decref(value);
	}
}

/* A cell's words cost neither the cell nor the result. */
static void test_cell(void **state)
{
	struct axis_value axis = { .axis = (char *)"how",
				   .text = (char *)"\xff" };
	const struct cell cell = { .name = (char *)"a.b",
				   .axes = &axis,
				   .axis_count = 1,
				   .status = CELL_CRASHED,
				   .reason = (char *)"\xc3" };
	json_t *object = cell_head_to_json(&cell);

	(void)state;
	assert_non_null(object);
	assert_string_equal(
		json_string_value(json_object_get(object, "reason")), BAD);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
