// SPDX-License-Identifier: GPL-2.0-or-later
/* Result structs, their JSON and their files. */
#include "result_fixture.h"

static void test_cells_are_found_by_axes_in_any_order(void **state)
{
	struct axis_value swapped[] = { two_axes[1], two_axes[0] };
	struct axis_value text[] = { two_axes[0], two_axes[1] };
	struct result result = { 0 };

	(void)state;
	assert_non_null(result_cell(&result, "pin.fast", two_axes, 2));
	assert_non_null(result_cell(&result, "pin.fast", swapped, 2));
	assert_int_equal(result.cell_count, 1);
	/* The number 512 and the text "512" are different values. */
	text[0].text = (char *)"512";
	assert_non_null(result_cell(&result, "pin.fast", text, 2));
	assert_non_null(result_cell(&result, "pin.fast", two_axes, 1));
	assert_non_null(result_cell(&result, "pin.slow", two_axes, 2));
	assert_int_equal(result.cell_count, 4);
	result_free(&result);
	result_free(&result);
}

static void test_status_keeps_the_worse(void **state)
{
	struct result result = { 0 };
	struct cell *cell = result_cell(&result, "a.b", NULL, 0);

	(void)state;
	assert_int_equal(cell_set_status(cell, CELL_OK, "no"), 0);
	assert_null(cell->reason);
	cell_set_status(cell, CELL_INVALID, "first");
	cell_set_status(cell, CELL_SKIPPED, "milder");
	cell_set_status(cell, CELL_INVALID, "later");
	assert_string_equal(cell->reason, "first");
	cell_set_status(cell, CELL_CRASHED, "worse");
	assert_int_equal(cell->status, CELL_CRASHED);
	assert_string_equal(cell->reason, "worse");
	assert_string_equal(cell_status_name(CELL_CRASHED), "crashed");
	assert_string_equal(cell_status_name((enum cell_status)99), "unknown");
	result_free(&result);
}

static void test_trial_takes_finite_samples_only(void **state)
{
	struct trial trial = { 0 };
	struct metric *metric = trial_add_metric(&trial, "t", "s", false);

	(void)state;
	assert_int_equal(metric_add_sample(metric, NAN), -EDOM);
	assert_int_equal(metric_add_sample(metric, -INFINITY), -EDOM);
	assert_int_equal(metric->sample_count, 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(metric_add_sample(metric, i), 0);
	assert_true(metric->samples[999] == 999);
	trial_add_fact(&trial, "callbacks", 1);
	trial_add_fact(&trial, "callbacks", 2);
	assert_int_equal(trial.fact_count, 1);
	assert_true(trial.facts[0].value == 2);
	assert_ptr_equal(trial_metric(&trial, "t"), &trial.metrics[0]);
	assert_null(trial_metric(&trial, "u"));
	trial_free(&trial);
	trial_free(&trial);
}

static void test_label(void **state)
{
	struct cell cell = { .name = (char *)"pin.fast",
			     .axes = two_axes,
			     .axis_count = 2 };
	char text[64], tiny[8];

	(void)state;
	assert_string_equal(cell_label(&cell, text, sizeof(text)),
			    "pin.fast[pages=512,thp=never]");
	assert_string_equal(cell_label(&cell, tiny, sizeof(tiny)), "pin.fas");
	cell.axis_count = 0;
	assert_string_equal(cell_label(&cell, text, sizeof(text)), "pin.fast");
}

static void test_paths(void **state)
{
	struct result result;

	(void)state;
	load(VALID "wall.json", &result);
	assert_string_equal(result_text(&result, "subject/release"),
			    "6.12.117+deb12-amd64");
	assert_string_equal(result_text(&result, "machine/thp/enabled"),
			    "madvise");
	assert_true(result_number(&result, "machine/cpus") == 2);
	assert_true(result_number(&result, "clock/resolution") == 1e-9);
	assert_null(result_text(&result, "machine/cpus"));
	assert_true(isnan(result_number(&result, "subject/release")));
	assert_null(result_text(&result, "machine/none/there"));
	assert_null(result_text(&result, "machine/cpus/deeper"));
	assert_null(result_text(&result, "nothing/release"));
	assert_null(result_text(&result, ""));
	assert_null(result_text(&result, "subject/"));
	result_free(&result);
}

static void test_valid_files_survive_a_round_trip(void **state)
{
	static const char *const names[] = { "minimal.json", "wall.json",
					     "instructions.json",
					     "unknown-keys.json" };
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct result first, second;
		json_t *before, *after;
		char path[512];

		snprintf(path, sizeof(path), VALID "%s", names[i]);
		load(path, &first);
		before = result_to_json(&first);
		assert_non_null(before);
		assert_int_equal(
			result_save(in_scratch("a.json"), &first, &err), 0);
		load(in_scratch("a.json"), &second);
		after = result_to_json(&second);
		assert_true(json_equal(before, after));
		json_decref(before);
		json_decref(after);
		result_free(&first);
		result_free(&second);
	}
}

static void test_loaded_content(void **state)
{
	const struct trial *trial;
	struct result result;

	(void)state;
	load(VALID "wall.json", &result);
	assert_int_equal(result.cell_count, 5);
	assert_int_equal(result.cells[0].trial_count, 10);
	assert_string_equal(result.cells[0].axes[1].text, "never");
	assert_int_equal(result.cells[0].axes[0].number, 512);
	assert_int_equal(result.cells[2].status, CELL_SKIPPED);
	assert_string_equal(result.cells[2].reason,
			    "needs 4 CPUs, there are 2");
	trial = &result.cells[0].trials[3];
	assert_int_equal(trial->boot, 1);
	assert_int_equal(trial->trial, 1);
	assert_int_equal(trial->batch, 64);
	assert_true(trial->facts[1].value == 0.25);
	assert_true(isnan(trial->facts[2].value));
	assert_true(trial->counters[0].value == 411.5);
	assert_true(trial->metrics[1].higher_is_better);
	assert_false(trial->metrics[0].higher_is_better);
	assert_string_equal(trial->metrics[0].unit, "s/page");
	result_free(&result);
}

static void test_loaded_arrays_can_grow(void **state)
{
	struct result result;
	struct trial trial = { 0 };

	(void)state;
	load(VALID "wall.json", &result);
	for (int i = 0; i < 20; i++) {
		struct axis_value axis = { .axis = (char *)"i",
					   .number = (uint64_t)i };
		struct metric *metric = &result.cells[0].trials[0].metrics[0];

		assert_non_null(result_cell(&result, "new.case", &axis, 1));
		assert_int_equal(cell_add_trial(&result.cells[0], &trial), 0);
		metric = &result.cells[0].trials[0].metrics[0];
		assert_int_equal(metric_add_sample(metric, 1), 0);
		assert_int_equal(trial_add_fact(&result.cells[0].trials[0],
						i % 2 ? "odd" : "even", i),
				 0);
	}
	assert_int_equal(result.cell_count, 25);
	assert_int_equal(result.cells[0].trial_count, 30);
	result_free(&result);
}

static void test_doubles_are_kept_to_the_bit(void **state)
{
	struct result result = { 0 }, back;
	struct cell *cell = result_cell(&result, "a.b", NULL, 0);
	struct trial trial = { .batch = INT64_MAX };
	struct metric *metric = trial_add_metric(&trial, "t", "s", false);
	uint64_t seed = 88172645463325252u;
	struct error err;

	(void)state;
	while (metric->sample_count < 5000) {
		uint64_t bits = next_random(&seed);
		double value;

		memcpy(&value, &bits, sizeof(value));
		metric_add_sample(metric, value);
	}
	trial_add_fact(&trial, "unsupported", NAN);
	cell_add_trial(cell, &trial);
	assert_int_equal(result_save(in_scratch("d.json"), &result, &err), 0);
	load(in_scratch("d.json"), &back);
	assert_memory_equal(back.cells[0].trials[0].metrics[0].samples,
			    result.cells[0].trials[0].metrics[0].samples,
			    5000 * sizeof(double));
	assert_true(isnan(back.cells[0].trials[0].facts[0].value));
	assert_true(back.cells[0].trials[0].batch == INT64_MAX);
	result_free(&result);
	result_free(&back);
}

static void test_what_json_cannot_hold(void **state)
{
	struct axis_value large = { .axis = (char *)"n", .number = UINT64_MAX };
	struct result result = { 0 };
	struct cell *cell = result_cell(&result, "a.b", NULL, 0);
	json_t *document, *reason;

	(void)state;
	cell_set_status(cell, CELL_CRASHED, "console: \xff\xfe BUG");
	document = result_to_json(&result);
	assert_non_null(document);
	reason = json_object_get(
		json_array_get(json_object_get(document, "cells"), 0),
		"reason");
	assert_string_equal(json_string_value(reason),
			    "console: \xef\xbf\xbd\xef\xbf\xbd BUG");
	json_decref(document);
	assert_null(axes_to_json(&large, 1));
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells_are_found_by_axes_in_any_order),
		cmocka_unit_test(test_status_keeps_the_worse),
		cmocka_unit_test(test_trial_takes_finite_samples_only),
		cmocka_unit_test(test_label),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_valid_files_survive_a_round_trip),
		cmocka_unit_test(test_loaded_content),
		cmocka_unit_test(test_loaded_arrays_can_grow),
		cmocka_unit_test(test_doubles_are_kept_to_the_bit),
		cmocka_unit_test(test_what_json_cannot_hold),
	};

	return cmocka_run_group_tests_name("result", tests, make_scratch,
					   remove_scratch);
}
