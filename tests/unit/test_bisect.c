// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "results/stats/stats.h"
#include "runners/many/bisect.h"

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

/* A boot of the wall clock: 3 % of noise, the culprit costs 10 %. */
static double boot(gsl_rng *rng, bool bad)
{
	return (bad ? 110 : 100) + gsl_ran_gaussian(rng, 3);
}

static double end_level(gsl_rng *rng, bool bad)
{
	double levels[BISECT_END_BOOTS];

	for (size_t i = 0; i < BISECT_END_BOOTS; i++)
		levels[i] = boot(rng, bad);
	return stats_median(levels, BISECT_END_BOOTS, 0.95).median;
}

/* As search_test() does it. */
static enum bisect_mark test_noisy(gsl_rng *rng, bool bad, double line,
				   unsigned int *boots)
{
	struct bisect_vote vote = { 0 };
	enum bisect_mark mark;

	do {
		if (boot(rng, bad) > line)
			vote.bad++;
		else
			vote.good++;
		++*boots;
	} while ((mark = bisect_decide(&vote)) == BISECT_UNKNOWN);
	return mark;
}

static void noise_costs_boots_not_answers(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	unsigned int found = 0, boots = 0;

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		size_t culprit = i % 16, first, last, commit;
		double line =
			(end_level(rng, false) + end_level(rng, true)) / 2;
		struct bisect bisect;

		assert_int_equal(bisect_init(&bisect, 16), 0);
		while (bisect_next(&bisect, &commit))
			bisect_mark(&bisect, commit,
				    test_noisy(rng, commit >= culprit, line,
					       &boots));
		bisect_suspects(&bisect, &first, &last);
		found += first == culprit && last == culprit;
		bisect_free(&bisect);
	}
	gsl_rng_free(rng);
	print_message("%u of 2000 found, %.1f boots each\n", found,
		      boots / 2000.0);
	assert_true(found > 1940);
	assert_true(boots < 2000 * 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_culprit),
		cmocka_unit_test(sixteen_take_four_steps),
		cmocka_unit_test(skips_widen_the_answer),
		cmocka_unit_test(steps_left_is_an_upper_bound),
		cmocka_unit_test(votes_decide_rightly),
		cmocka_unit_test(noise_costs_boots_not_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
