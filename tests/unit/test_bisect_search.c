// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(costs_lie_above_or_below),
		cmocka_unit_test(facts_are_equal_or_not),
		cmocka_unit_test(what_broke_it_is_searched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
