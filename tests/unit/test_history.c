// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "results/history/history.h"
#include "runners/run/determinism.h"

#define RUNS 8

/* A run with one cell, one metric and the same value in every boot. */
static void make_run(struct result *result, const char *fingerprint,
		     const double *boots, unsigned int count)
{
	struct cell *cell;

	*result = (struct result){ 0 };
	result->clock = json_pack("{s:s}", "kind", "instructions");
	result->machine = json_pack("{s:s, s:s}", "fingerprint", fingerprint,
				    "accelerator", "tcg-icount");
	cell = result_cell(result, "pin.fast", NULL, 0);
	for (unsigned int i = 0; i < count; i++) {
		struct trial trial = { .boot = i, .batch = 1 };
		struct metric *metric =
			trial_add_metric(&trial, "pin", "instruction", false);

		assert_int_equal(metric_add_sample(metric, boots[i]), 0);
		assert_int_equal(cell_add_trial(cell, &trial), 0);
	}
	assert_int_equal(cell_set_status(cell, CELL_OK, NULL), 0);
}

static void build(const double values[RUNS], const char *last_machine,
		  struct history *history, size_t *left_out)
{
	struct result results[RUNS];
	const struct result *list[RUNS];

	for (size_t i = 0; i < RUNS; i++) {
		make_run(&results[i], i == RUNS - 1 ? last_machine : "a",
			 &values[i], 1);
		list[i] = &results[i];
	}
	assert_int_equal(history_build(list, RUNS, history, left_out), 0);
	for (size_t i = 0; i < RUNS; i++)
		result_free(&results[i]);
}

static void marks_the_step_and_nothing_else(void **state)
{
	const double values[RUNS] = { 100,    100,    100.05, 100,
				      100.35, 100.35, 100.3,  100.35 };
	struct history history;
	size_t left_out;

	(void)state;
	build(values, "a", &history, &left_out);
	assert_int_equal(history.count, 1);
	assert_string_equal(history.series[0].name, "pin.fast pin");
	assert_int_equal(history.series[0].count, RUNS);
	assert_true(history.series[0].exact);
	assert_int_equal(history_find(&history.series[0], 0.001), 0);
	assert_int_equal(history.series[0].change_count, 1);
	assert_int_equal(history.series[0].changes[0].index, 4);
	assert_true(history.series[0].changes[0].regression);
	assert_true(history.series[0].changes[0].before == 100);
	assert_true(history.series[0].changes[0].after == 100.35);
	history_free(&history);
}

static void finds_a_drift_and_the_way_back(void **state)
{
	/* No step is 0.1 %, but two of them are. */
	const double values[RUNS] = { 1000,   1000.6, 1001.2, 1001.2,
				      1001.2, 990,    990,    990 };
	struct history history;
	size_t left_out;

	(void)state;
	build(values, "a", &history, &left_out);
	assert_int_equal(history_find(&history.series[0], 0.001), 0);
	assert_int_equal(history.series[0].change_count, 2);
	/* It left the level at 1 and was too far from it at 2. */
	assert_true(history.series[0].changes[0].drift);
	assert_int_equal(history.series[0].changes[0].index, 1);
	assert_int_equal(history.series[0].changes[0].end, 2);
	assert_false(history.series[0].changes[1].drift);
	assert_int_equal(history.series[0].changes[1].index, 5);
	assert_false(history.series[0].changes[1].regression);
	assert_true(history.series[0].changes[1].low == 990 - 1001.2);
	history_free(&history);
}

static struct history_series *noisy_series(struct history *history, double rise,
					   size_t from, size_t to)
{
	/* Noise of 1 %, which the exact rule would take for changes. */
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct history_series *series;

	*history = (struct history){ 0 };
	series = history_add(history, "value", "s", false);
	for (size_t i = 0; i < 60; i++) {
		double share = i < from ? 0 :
			       i >= to	? 1 :
					  (double)(i - from + 1) /
						 (double)(to - from + 1);

		assert_int_equal(
			history_add_point(series,
					  100 + rise * share +
						  gsl_ran_gaussian(rng, 1),
					  i),
			0);
	}
	gsl_rng_free(rng);
	return series;
}

static void noise_is_no_change(void **state)
{
	struct history history;
	struct history_series *series = noisy_series(&history, 0, 20, 20);

	(void)state;
	assert_int_equal(history_find(series, 0), 0);
	assert_int_equal(series->change_count, 0);
	history_free(&history);
}

static void a_step_in_noise_has_its_place(void **state)
{
	struct history history;
	struct history_series *series = noisy_series(&history, 10, 20, 20);

	(void)state;
	assert_int_equal(history_find(series, 0), 0);
	assert_int_equal(series->change_count, 1);
	assert_false(series->changes[0].drift);
	assert_true(series->changes[0].regression);
	assert_int_equal(series->changes[0].index, 20);
	assert_true(series->changes[0].first <= 20);
	assert_true(series->changes[0].last >= 20);
	assert_true(series->changes[0].low < 10);
	assert_true(series->changes[0].high > 10);
	assert_true(series->changes[0].probability > 0.99);
	history_free(&history);
	/* What is smaller than the threshold is none. */
	series = noisy_series(&history, 10, 20, 20);
	assert_int_equal(history_find(series, 0.2), 0);
	assert_int_equal(series->change_count, 0);
	history_free(&history);
}

static void a_drift_in_noise_is_told_apart(void **state)
{
	struct history history;
	struct history_series *series = noisy_series(&history, 20, 15, 45);

	(void)state;
	assert_int_equal(history_find(series, 0), 0);
	assert_int_equal(series->change_count, 1);
	assert_true(series->changes[0].drift);
	assert_true(series->changes[0].end > series->changes[0].index);
	history_free(&history);
}

static void leaves_other_machines_out(void **state)
{
	const double values[RUNS] = { 1, 1, 1, 1, 1, 1, 1, 2 };
	struct history history;
	size_t left_out;

	(void)state;
	build(values, "b", &history, &left_out);
	assert_int_equal(left_out, 1);
	assert_int_equal(history.series[0].count, RUNS - 1);
	assert_int_equal(history_find(&history.series[0], 0.001), 0);
	assert_int_equal(history.series[0].change_count, 0);
	history_free(&history);
}

static bool is_exact(double first, double second, double third)
{
	const double boots[DETERMINISM_BOOTS] = { first, second, third };
	struct result result;
	bool exact;

	make_run(&result, "a", boots, DETERMINISM_BOOTS);
	exact = determinism_report(&result, "test");
	result_free(&result);
	return exact;
}

static void determinism_has_bounds(void **state)
{
	struct result result;
	const double two[] = { 1, 1 };

	(void)state;
	assert_true(is_exact(3483.5, 3483.5, 3483.5));
	/* The order of cells may show a little. */
	assert_true(is_exact(3483.5, 3483.6, 3483.5));
	assert_false(is_exact(3483.5, 3488, 3483.5));
	/* Two boots in the same order may not differ at all. */
	assert_false(is_exact(3483.5, 3483.5, 3483.6));
	/* A boot that is missing proves nothing. */
	make_run(&result, "a", two, 2);
	assert_false(determinism_report(&result, "test"));
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_the_step_and_nothing_else),
		cmocka_unit_test(finds_a_drift_and_the_way_back),
		cmocka_unit_test(noise_is_no_change),
		cmocka_unit_test(a_step_in_noise_has_its_place),
		cmocka_unit_test(a_drift_in_noise_is_told_apart),
		cmocka_unit_test(leaves_other_machines_out),
		cmocka_unit_test(determinism_has_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
