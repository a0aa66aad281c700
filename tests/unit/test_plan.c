// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "runners/trial/bench_context.h"
#include "runners/trial/cases.h"
#include "runners/run/plan.h"

static int build(struct plan *plan, const char *name, const char *parameter,
		 struct error *err)
{
	struct text_list parameters = { &parameter, parameter ? 1 : 0 };

	return plan_build(plan, &name, 1, &parameters, err);
}

/* In a static library the linker would drop every case without a word. */
static void test_cases_are_registered(void **state)
{
	(void)state;
	assert_non_null(cases_find("null.loop"));
	assert_null(cases_find("null.nothing"));
}

static void test_names_are_unique(void **state)
{
	(void)state;
	bench_for_each_case (a) {
		bench_for_each_case (b)
			if (a != b)
				assert_string_not_equal((*a)->name, (*b)->name);
		assert_non_null(strchr((*a)->name, '.'));
		assert_non_null((*a)->summary);
		assert_non_null((*a)->metrics);
		assert_non_null((*a)->metrics[0].name);
		assert_non_null((*a)->run);
	}
}

static void test_limits(void **state)
{
	(void)state;
	bench_for_each_case (position) {
		const struct bench_case *c = *position;
		unsigned int axes = 0, metrics = 0;

		while (c->axes && c->axes[axes].name)
			axes++;
		while (c->metrics[metrics].name)
			metrics++;
		if (axes > BENCH_MAX_AXES || metrics > BENCH_MAX_METRICS)
			fail_msg("%s: %u axes, %u metrics", c->name, axes,
				 metrics);
	}
}

#define AXIS(n)                                                          \
	{                                                                \
		.name = "axis" #n, .unit = "", .max = 1, .values = "0,1" \
	}

/* One more than there is room for is refused, wherever it comes in. */
static void test_too_many(void **state)
{
	static const struct bench_axis axes[] = {
		AXIS(1),  AXIS(2),  AXIS(3),  AXIS(4),	AXIS(5),  AXIS(6),
		AXIS(7),  AXIS(8),  AXIS(9),  AXIS(10), AXIS(11), AXIS(12),
		AXIS(13), AXIS(14), AXIS(15), AXIS(16), AXIS(17), { 0 },
	};
	static const struct bench_case made_up = { .name = "made.up",
						   .axes = axes };
	struct axis_value values[17];
	struct bench bench;
	struct error err;

	(void)state;
	for (size_t i = 0; i < 17; i++)
		values[i] = (struct axis_value){ .axis = (char *)axes[i].name };
	assert_int_equal(bench_context_init(&bench, &made_up, values, 17, &err),
			 -E2BIG);
	assert_non_null(strstr(err.text, "17 axes"));
	assert_int_equal(cases_check(&made_up, values, 17, &err), -E2BIG);
}

/* What a descriptor gives as its default values must be cells. */
static void test_defaults_are_cells(void **state)
{
	(void)state;
	bench_for_each_case (position) {
		struct plan plan;
		struct error err = { "" };

		if (build(&plan, (*position)->name, NULL, &err))
			fail_msg("%s: %s", (*position)->name, err.text);
		assert_true(plan.count > 0);
		plan_free(&plan);
	}
}

static void test_values_multiply(void **state)
{
	struct plan plan;
	struct error err;

	(void)state;
	assert_int_equal(build(&plan, "null.loop", "iterations=1,2,3", &err),
			 0);
	assert_int_equal(plan.count, 3);
	assert_int_equal(plan.cells[2].axes[0].number, 3);
	plan_free(&plan);
	/* The same value twice is one cell. */
	assert_int_equal(build(&plan, "null.loop", "iterations=2,2,1K", &err),
			 0);
	assert_int_equal(plan.count, 2);
	assert_int_equal(plan.cells[1].axes[0].number, 1024);
	plan_free(&plan);
}

/* none goes with 0 subscriptions, the others with more. */
static void test_excluded_pairs_are_left_out(void **state)
{
	struct plan plan;
	struct error err;

	(void)state;
	assert_int_equal(build(&plan, "invalidate.madvise_dontneed",
			       "count=0,1,8", &err),
			 0);
	assert_int_equal(plan.count, 1 + 2 + 2);
	plan_free(&plan);
	assert_true(build(&plan, "invalidate.madvise_dontneed",
			  "subscription=none", &err) == 0);
	assert_int_equal(plan.count, 1);
	assert_int_equal(plan.cells[0].axes[1].number, 0);
	plan_free(&plan);
}

static void test_globs_and_suites(void **state)
{
	struct plan plan;
	struct error err;

	(void)state;
	assert_int_equal(build(&plan, "null.*", NULL, &err), 0);
	assert_int_equal(plan.count, 2);
	plan_free(&plan);
	assert_int_equal(build(&plan, "quick", NULL, &err), 0);
	assert_true(plan.count > 20);
	assert_string_equal(plan.suite, "quick");
	assert_true(plan.precision > 0);
	plan_free(&plan);
	assert_true(build(&plan, "nul.loop", NULL, &err) < 0);
	assert_non_null(strstr(err.text, "did you mean null.loop"));
	assert_true(build(&plan, "null.loop", "colour=red", &err) < 0);
	assert_non_null(strstr(err.text, "no case has an axis"));
}

static char *labels(const struct plan *plan)
{
	static char text[65536];
	size_t used = 0;

	for (size_t i = 0; i < plan->count; i++)
		for (size_t j = 0; j < plan->cells[i].axis_count; j++)
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s%lu ",
				plan->cells[i].bench_case->name,
				plan->cells[i].axes[j].number);
	return text;
}

static void test_order_depends_on_the_seed(void **state)
{
	struct plan plan;
	struct error err;
	char *first, *second;

	(void)state;
	assert_int_equal(build(&plan, "quick", NULL, &err), 0);
	plan_shuffle(&plan, 1);
	first = strdup(labels(&plan));
	plan_free(&plan);
	assert_int_equal(build(&plan, "quick", NULL, &err), 0);
	plan_shuffle(&plan, 1);
	assert_string_equal(first, labels(&plan));
	plan_shuffle(&plan, 2);
	second = labels(&plan);
	assert_string_not_equal(first, second);
	free(first);
	plan_free(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases_are_registered),
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_defaults_are_cells),
		cmocka_unit_test(test_values_multiply),
		cmocka_unit_test(test_excluded_pairs_are_left_out),
		cmocka_unit_test(test_globs_and_suites),
		cmocka_unit_test(test_order_depends_on_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
