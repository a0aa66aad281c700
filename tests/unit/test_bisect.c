// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "runners/bisect.h"

/* Search among @count commits of which @culprit is the first bad one. */
static unsigned int search(size_t count, size_t culprit, uint32_t broken,
			   size_t *first, size_t *last)
{
	unsigned int steps = 0;
	struct bisect bisect;
	size_t commit;

	assert_int_equal(bisect_init(&bisect, count), 0);
	while (bisect_next(&bisect, &commit)) {
		assert_true(commit < count);
		assert_true(steps++ <= count);
		bisect_mark(&bisect, commit,
			    broken & 1u << commit ? BISECT_SKIP :
			    commit >= culprit	  ? BISECT_BAD :
						    BISECT_GOOD);
	}
	bisect_suspects(&bisect, first, last);
	bisect_free(&bisect);
	return steps;
}

static void finds_every_culprit(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 32; count++)
		for (size_t culprit = 0; culprit < count; culprit++) {
			size_t first, last;
			unsigned int steps =
				search(count, culprit, 0, &first, &last);

			assert_int_equal(first, culprit);
			assert_int_equal(last, culprit);
			assert_true(1u << steps <= 2 * count);
		}
}

static void sixteen_take_four_steps(void **state)
{
	size_t first, last;

	(void)state;
	for (size_t culprit = 0; culprit < 16; culprit++)
		assert_true(search(16, culprit, 0, &first, &last) <= 4);
}

/* The culprit is always among the suspects, the others being skipped. */
static void skips_widen_the_answer(void **state)
{
	(void)state;
	for (uint32_t broken = 0; broken < 1u << 11; broken++)
		for (size_t culprit = 0; culprit < 12; culprit++) {
			size_t first, last;

			search(12, culprit, broken, &first, &last);
			assert_true(first <= culprit && culprit <= last);
			for (size_t i = first; i < last; i++)
				assert_true(broken & 1u << i);
		}
}

static void steps_left_is_an_upper_bound(void **state)
{
	struct bisect bisect;

	(void)state;
	assert_int_equal(bisect_init(&bisect, 16), 0);
	assert_int_equal(bisect_steps_left(&bisect), 4);
	bisect_mark(&bisect, 7, BISECT_GOOD);
	assert_int_equal(bisect_steps_left(&bisect), 3);
	bisect_free(&bisect);
}

/* Nine of ten boots fall on their own side: how often is it wrong? */
static void votes_decide_rightly(void **state)
{
	unsigned int wrong = 0, undecided = 0, boots = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < 100000; i++) {
		struct bisect_vote vote = { 0 };
		enum bisect_mark mark;

		while ((mark = bisect_decide(&vote)) == BISECT_UNKNOWN) {
			if (rand() % 10)
				vote.bad++;
			else
				vote.good++;
			boots++;
		}
		wrong += mark == BISECT_GOOD;
		undecided += mark == BISECT_SKIP;
	}
	assert_true(wrong < 200); /* 1 / (1 + 9^3) is 137 */
	assert_true(wrong > 80);
	assert_true(undecided < 100);
	assert_true(boots < 400000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_culprit),
		cmocka_unit_test(sixteen_take_four_steps),
		cmocka_unit_test(skips_widen_the_answer),
		cmocka_unit_test(steps_left_is_an_upper_bound),
		cmocka_unit_test(votes_decide_rightly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
