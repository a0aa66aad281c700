// SPDX-License-Identifier: GPL-2.0-or-later
/* Callbacks held against what must come, without a kernel. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/invalidate.h"
#include "runners/trial/bench_context.h"

#define PAGE 4096

static const struct bench_case fixture = {
	.name = "test.invalidate",
	.facts = invalidate_facts,
};

static struct bench bench;
static struct invalidate inv;

static void expect_one(struct invalidate *state, uint64_t i)
{
	invalidate_expect(state, EVENT_CLEAR, i * PAGE, (i + 1) * PAGE);
}

static const struct trigger steady = { .expect = expect_one };
static const struct trigger restarting = { .expect = expect_one,
					   .restarts = true };

static void start(const struct trigger *trigger)
{
	const struct subscription_place place = { .length = PAGE,
						  .range = PAGE,
						  .page = PAGE };

	memset(&bench, 0, sizeof(bench));
	bench.bench_case = &fixture;
	bench.device = -1;
	memset(&inv, 0, sizeof(inv));
	inv.trigger = trigger;
	assert_int_equal(subscription_plan(&inv.subscription, SUBSCRIPTION_MM,
					   1, &place),
			 0);
}

/* One sample of two operations, all of which came @times times. */
static int hold(uint64_t times)
{
	struct mmg_mirror_read read = { .callbacks = 2 * times,
					.bytes = 2 * times * PAGE };

	read.events[EVENT_CLEAR] = 2 * times;
	bench.rejected = NULL;
	return invalidate_hold(&bench, &inv, &read, 2);
}

static void test_as_it_must_be(void **state)
{
	(void)state;
	start(&steady);
	assert_int_equal(hold(1), 0);
	assert_null(bench.rejected);
	/* Twice is wrong where the kernel has no reason to start over. */
	assert_int_equal(hold(2), -EILSEQ);
	assert_string_equal(bench.reason, "4 callbacks of event_clear, not 2, "
					  "in 2 operations");
}

static void test_a_restart_is_rejected(void **state)
{
	struct mmg_mirror_read read = { .bytes = 3 * PAGE };

	(void)state;
	start(&restarting);
	assert_int_equal(hold(2), 0);
	assert_string_equal(bench.rejected, "rejected_restarted");
	assert_int_equal(hold(1), 0);
	assert_null(bench.rejected);
	/* Half of it again is no restart. */
	read.events[EVENT_CLEAR] = 3;
	assert_int_equal(invalidate_hold(&bench, &inv, &read, 2), -EILSEQ);
}

/* What happens always is what the kernel does, and wrong. */
static void test_restarts_are_bounded(void **state)
{
	unsigned int rejected = 0;

	(void)state;
	start(&restarting);
	for (int i = 0; i < 100; i++)
		assert_int_equal(hold(1), 0);
	while (!hold(2))
		rejected++;
	assert_in_range(rejected, 27, 40);
	start(&restarting);
	assert_int_equal(hold(2), 0);
	assert_int_equal(hold(2), 0);
	assert_int_equal(hold(2), -EILSEQ);
}

/* A thread that was not at it, in a sample that had to be kept. */
static void test_siblings_are_proved(void **state)
{
	(void)state;
	start(&steady);
	bench_set_state(&bench, &inv);
	inv.siblings = siblings_new(&bench);
	assert_non_null(inv.siblings);
	bench_count(&bench, "unproven", 1);
	bench_context_commit(&bench, 1, true);
	assert_int_equal(invalidate_check(&bench), -EILSEQ);
	assert_non_null(strstr(bench.reason, "could not be shown"));
	siblings_free(inv.siblings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_it_must_be),
		cmocka_unit_test(test_a_restart_is_rejected),
		cmocka_unit_test(test_restarts_are_bounded),
		cmocka_unit_test(test_siblings_are_proved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
