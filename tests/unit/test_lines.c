// SPDX-License-Identifier: GPL-2.0-or-later
/* The plugin's cache lines, driven by made-up accesses. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runners/profile/plugin/caches.h"
#include "runners/profile/plugin/lines.h"
#include "runners/profile/plugin/log.h"

#define FROM 1
#define TO 2

static bool sampling = true;

bool log_is_sampling(void)
{
	return sampling;
}

void log_give_up(const char *reason)
{
	fail_msg("gave up: %s", reason);
}

/* What one instruction touched in the sample, zeros where nothing. */
static struct lines_sum sum_of(uint32_t from, uint32_t place)
{
	const struct lines_sum *sum;
	size_t position = 0;

	while ((sum = lines_next(&position)))
		if (sum->from == from && sum->place == place)
			return *sum;
	return (struct lines_sum){ 0 };
}

static void assert_touched(uint32_t place, uint32_t lines, uint32_t first,
			   uint32_t second)
{
	struct lines_sum sum = sum_of(FROM, place);

	assert_int_equal(sum.amounts[PROFILE_DATA_LINES], lines);
	assert_int_equal(sum.amounts[PROFILE_L1D_MISSES], first);
	assert_int_equal(sum.amounts[PROFILE_L2_MISSES], second);
}

/* Against sets written down as lists, with numbers that look random. */
static void test_cache_drops_the_oldest(void **state)
{
	enum { SETS = 4, WAYS = 3 };
	uint64_t lists[SETS][WAYS] = { 0 }, number = 1;
	struct cache cache;

	(void)state;
	assert_int_equal(cache_init(&cache, "768/3"), 0);
	assert_int_equal(cache.sets, SETS);
	for (int i = 0; i < 100000; i++) {
		uint64_t line, *list;
		int at = WAYS - 1;
		bool there = false;

		number = number * 6364136223846793005u + 1442695040888963407u;
		line = number >> 33 & 31;
		list = lists[line % SETS];
		for (int k = 0; k < WAYS && !there; k++)
			if (list[k] == line + 1) {
				there = true;
				at = k;
			}
		for (; at; at--)
			list[at] = list[at - 1];
		list[0] = line + 1;
		assert_int_equal(cache_use(&cache, line), there);
	}
	free(cache.tags);
}

static void test_sizes(void **state)
{
	static const char *const bad[] = {
		"", "768", "768/", "768/0", "768/5", "768/3x", "64/2", "-64/1",
	};
	struct cache cache;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(cache_init(&cache, bad[i]), -EINVAL);
}

/* 8 lines of the first level's, 32 of the second's. */
static int open_lines(void **state)
{
	(void)state;
	return lines_init("512/2", "512/2", "2048/4");
}

static void test_a_line_counts_once_in_a_window(void **state)
{
	(void)state;
	lines_forget();
	lines_open();
	lines_data(7, 0x10000, 8);
	lines_data(8, 0x10008, 8); /* the same line, later */
	lines_data(7, 0x1003c, 8); /* that one, and the one behind */
	lines_close(FROM, TO, TELL_INSIDE);
	assert_touched(7, 2, 2, 2);
	assert_touched(8, 0, 0, 0);
	/* Another window between the same reads: new lines, but no misses. */
	lines_open();
	lines_data(8, 0x10000, 8);
	lines_close(FROM, TO, TELL_INSIDE);
	assert_touched(7, 2, 2, 2);
	assert_touched(8, 1, 0, 0);
}

static void test_a_system_call_touches_anew(void **state)
{
	(void)state;
	lines_forget();
	lines_open();
	for (int i = 0; i < 3; i++) {
		lines_anew();
		lines_data(7, 0x18000, 8);
		lines_data(8, 0x18000, 8);
	}
	lines_close(FROM, TO, TELL_INSIDE);
	assert_touched(7, 3, 1, 1);
	assert_touched(8, 0, 0, 0);
}

static void test_what_is_not_sampled_fills_the_caches(void **state)
{
	(void)state;
	lines_forget();
	sampling = false;
	lines_data(7, 0x20000, 8);
	sampling = true;
	lines_open();
	lines_data(7, 0x20000, 8);
	lines_close(FROM, TO, TELL_INSIDE);
	assert_touched(7, 1, 0, 0);
}

/* Three lines of one set of two ways miss the first level, not the second. */
static void test_levels(void **state)
{
	(void)state;
	lines_forget();
	lines_open();
	for (int turn = 0; turn < 5; turn++)
		for (uint64_t i = 0; i < 3; i++)
			lines_data(9, 0x30000 + i * 256, 4);
	lines_close(FROM, TO, TELL_INSIDE);
	assert_touched(9, 3, 15, 3);
}

static void test_code(void **state)
{
	struct block block = {
		.address = 0x4000010,
		.next = 0x4000050,
		.first_place = 11,
	};
	struct lines_sum sum;

	(void)state;
	lines_forget();
	lines_open();
	lines_code(&block);
	lines_code(&block);
	/* Data of that number is another line. */
	lines_data(12, 0x4000010, 1);
	lines_close(FROM, TO, TELL_AFTER);
	sum = sum_of(FROM, 11);
	assert_int_equal(sum.part, TELL_AFTER);
	assert_int_equal(sum.amounts[PROFILE_CODE_LINES], 2);
	assert_int_equal(sum.amounts[PROFILE_L1I_MISSES], 2);
	assert_int_equal(sum.amounts[PROFILE_L2_MISSES], 2);
	assert_touched(12, 1, 1, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cache_drops_the_oldest),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_a_line_counts_once_in_a_window),
		cmocka_unit_test(test_a_system_call_touches_anew),
		cmocka_unit_test(test_what_is_not_sampled_fills_the_caches),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_code),
	};

	return cmocka_run_group_tests(tests, open_lines, NULL);
}
