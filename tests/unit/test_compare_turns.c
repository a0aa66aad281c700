// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells of guests of several CPUs, which take turns. */
#include "compare_fixture.h"

#define TWO "2 CPUs, turns of 20 us, each counted, QEMU 10.0.2"

/* So many samples from @low on, @step apart, in a guest that is @guest. */
static void add_pages(struct result *result, uint64_t pages, const char *guest,
		      double low, double step, size_t count)
{
	struct cell *cell = add_cell(result, "a.b", pages);
	double samples[64];

	for (size_t i = 0; i < count; i++)
		samples[i] = low + step * (double)(i * 7 % count);
	add_trial(cell, 0, "operation", "instruction", false, samples, count);
	cell->guest = guest ? strdup(guest) : NULL;
}

static void add_guest(struct result *result, const char *guest, double low,
		      double step, size_t count)
{
	add_pages(result, 1, guest, low, step, count);
}

static void assert_verdict(const char *base_guest, double base_low,
			   const char *new_guest, double new_low, double step,
			   enum verdict verdict, const char *reason)
{
	struct result base, new;

	surround(&base, "instructions", "tcg-icount", "m");
	surround(&new, "instructions", "tcg-icount", "m");
	add_guest(&base, base_guest, base_low, step, 40);
	add_guest(&new, new_guest, new_low, step, 40);
	assert_row(compare_one(&base, &new, &one_percent), verdict, reason);
	result_free(&base);
	result_free(&new);
}

static void test_exact_ones(void **state)
{
	(void)state;
	assert_verdict(TWO, 1157, TWO, 1157, 0, VERDICT_UNCHANGED, NULL);
	assert_verdict(TWO, 1157, TWO, 1180, 0, VERDICT_REGRESSION, NULL);
	assert_verdict(TWO, 1180, TWO, 1157, 0, VERDICT_IMPROVEMENT, NULL);
}

/* Threads that meet: what a sample shows depends on where it begins. */
static void test_schedules(void **state)
{
	(void)state;
	assert_verdict(TWO, 1200, TWO, 1240, 50, VERDICT_INCONCLUSIVE, "turns");
	assert_verdict(TWO, 1200, TWO, 2400, 50, VERDICT_REGRESSION, NULL);
	/* Of one CPU nothing is drawn: that is another state. */
	assert_verdict(NULL, 1200, NULL, 1240, 50, VERDICT_REGRESSION, NULL);
}

/* Each sample two per cent more, of samples that differ by far more. */
static void assert_seeds(json_t *base_seed, json_t *new_seed,
			 enum verdict verdict, const char *reason)
{
	struct result base, new;

	surround(&base, "instructions", "tcg-icount", "m");
	surround(&new, "instructions", "tcg-icount", "m");
	json_object_set_new(base.run, "seed", base_seed);
	json_object_set_new(new.run, "seed", new_seed);
	add_guest(&base, TWO, 1200, 50, 40);
	add_guest(&new, TWO, 1240, 50, 40);
	assert_row(compare_one(&base, &new, &one_percent), verdict, reason);
	result_free(&base);
	result_free(&new);
}

/* Samples of one seed begin alike. */
static void test_seeds(void **state)
{
	(void)state;
	assert_seeds(json_integer(5), json_integer(5), VERDICT_REGRESSION,
		     NULL);
	assert_seeds(json_integer(5), json_integer(6), VERDICT_INCONCLUSIVE,
		     "turns");
}

/* What is no more than turns in each row is none in their mean either. */
static void assert_group(double new_low, enum verdict verdict)
{
	struct compare_report report;
	struct result base, new;

	surround(&base, "instructions", "tcg-icount", "m");
	surround(&new, "instructions", "tcg-icount", "m");
	for (uint64_t pages = 1; pages <= 3; pages++) {
		add_pages(&base, pages, TWO, 1200, 50, 40);
		add_pages(&new, pages, TWO, new_low, 50, 40);
	}
	compare_results(&base, &new, &one_percent, &report);
	assert_int_equal(report.group_count, 1);
	assert_int_equal(report.groups[0].verdict, verdict);
	assert_int_equal(report.rows[0].verdict, verdict);
	compare_free(&report);
	result_free(&base);
	result_free(&new);
}

static void test_groups(void **state)
{
	(void)state;
	assert_group(1240, VERDICT_INCONCLUSIVE);
	assert_group(2400, VERDICT_REGRESSION);
	assert_group(1200, VERDICT_UNCHANGED);
}

static void test_other_guests(void **state)
{
	(void)state;
	assert_verdict(TWO, 1157, NULL, 1157, 0, VERDICT_INCOMPARABLE,
		       "other CPUs");
	assert_verdict(TWO, 1157, "4 CPUs", 1157, 0, VERDICT_INCOMPARABLE,
		       "other CPUs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_ones),
		cmocka_unit_test(test_schedules),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_other_guests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
