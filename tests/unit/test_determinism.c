// SPDX-License-Identifier: GPL-2.0-or-later
/* --verify-determinism: three boots, the second with the cells backwards. */
#include "compare_fixture.h"

#include "runners/run/determinism.h"

#define SAMPLES 40
#define TWO "2 CPUs, turns of 20 us, each counted, QEMU 10.0.2"

/* Samples @step apart from @low on, in an order that @turn changes. */
struct boot {
	double low, step;
	size_t turn;
};

static bool is_exact(const char *guest, struct boot first,
		     struct boot backwards, struct boot again)
{
	const struct boot boots[DETERMINISM_BOOTS] = { first, backwards,
						       again };
	struct result result;
	struct cell *cell;
	bool exact;

	surround(&result, "instructions", "tcg-icount", "m");
	cell = add_cell(&result, "a.b", DETERMINISM_BOOTS);
	cell->guest = guest ? strdup(guest) : NULL;
	for (unsigned int b = 0; b < DETERMINISM_BOOTS; b++) {
		double samples[SAMPLES];

		for (size_t i = 0; i < SAMPLES; i++)
			samples[i] = boots[b].low +
				     boots[b].step *
					     (double)((i * 7 + boots[b].turn) %
						      SAMPLES);
		add_trial(cell, b, "operation", "instruction", false, samples,
			  SAMPLES);
	}
	exact = determinism_report(&result, "test");
	result_free(&result);
	return exact;
}

static void test_one_cpu(void **state)
{
	const struct boot same = { 1000, 0, 0 }, bit = { 1000.9, 0, 0 },
			  more = { 1001.1, 0, 0 };

	(void)state;
	assert_true(is_exact(NULL, same, same, same));
	assert_true(is_exact(NULL, same, bit, same));
	assert_false(is_exact(NULL, same, more, same));
	assert_false(is_exact(NULL, same, same, bit));
}

/* Samples that vary by where they begin, and medians that do by as much. */
static void test_turns(void **state)
{
	const struct boot some = { 1000, 50, 0 }, other = { 1010, 50, 11 },
			  higher = { 3000, 50, 11 },
			  each_more = { 1010, 50, 0 };

	(void)state;
	assert_true(is_exact(TWO, some, other, some));
	/* Of one CPU nothing varies, and nor do two boots in one order. */
	assert_false(is_exact(NULL, some, other, some));
	assert_false(is_exact(TWO, some, some, other));
	/* What the cells before did to each sample is no schedule. */
	assert_false(is_exact(TWO, some, higher, some));
	assert_false(is_exact(TWO, some, each_more, some));
	assert_false(is_exact(TWO, (struct boot){ 1000, 0, 0 },
			      (struct boot){ 1002, 0, 0 },
			      (struct boot){ 1000, 0, 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_cpu),
		cmocka_unit_test(test_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
