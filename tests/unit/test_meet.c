// SPDX-License-Identifier: GPL-2.0-or-later
/* What lets a restored guest go on as one that booted; vm.snapshot is the proof. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>

#include "bench/clock.h"
#include "runners/trial/meet.h"
#include "runners/trial/random_place.h"

/* The byte is written, time passes, and signals are as before. */
static void test_meet(void **state)
{
	uint64_t before = clock_nanoseconds(CLOCK_MONOTONIC);
	volatile unsigned char port = 0;
	struct sigaction action;

	(void)state;
	meet(&port, 7, 20000);
	assert_int_equal(port, 7);
	assert_true(clock_nanoseconds(CLOCK_MONOTONIC) - before > 1000 * 1000);
	assert_int_equal(sigaction(SIGALRM, NULL, &action), 0);
	assert_true(action.sa_handler == SIG_DFL);
}

/* True random numbers, as here, never come back. */
static void test_random_place(void **state)
{
	uint64_t place = random_place();

	(void)state;
	assert_true(random_place_again(place, false));
	if (place)
		assert_false(random_place_again(place, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meet),
		cmocka_unit_test(test_random_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
