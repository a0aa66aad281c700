// SPDX-License-Identifier: GPL-2.0-or-later
/* Result structs, their JSON and their files. */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/base/result.h"

#define VALID TEST_DATA "/valid/"
#define INVALID TEST_DATA "/invalid/"

static char scratch[] = "/tmp/mmgauge-result-XXXXXX";

static int make_scratch(void **state)
{
	(void)state;
	return mkdtemp(scratch) ? 0 : -1;
}

static int count_scratch(void)
{
	DIR *dir = opendir(scratch);
	int count = -2;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static int remove_scratch(void **state)
{
	struct dirent *entry;
	char path[512];
	DIR *dir = opendir(scratch);

	(void)state;
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", scratch, entry->d_name);
		unlink(path);
	}
	closedir(dir);
	return rmdir(scratch);
}

static const char *in_scratch(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

static char *read_all(const char *path, size_t *length)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	assert_non_null(file);
	*length = fread(text, 1, (1 << 20) - 1, file);
	fclose(file);
	return text;
}

static void write_all(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static void load(const char *path, struct result *result)
{
	struct error err = { "" };

	if (result_load(path, result, &err))
		fail_msg("%s", err.text);
}

static struct axis_value two_axes[] = {
	{ .axis = (char *)"pages", .number = 512 },
	{ .axis = (char *)"thp", .text = (char *)"never" },
};

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

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
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

static void test_every_invalid_file_says_why(void **state)
{
	struct dirent *entry;
	unsigned int count = 0;
	DIR *dir = opendir(INVALID);

	(void)state;
	assert_non_null(dir);
	assert_int_equal(chdir(INVALID), 0);
	while ((entry = readdir(dir))) {
		char *ending = strstr(entry->d_name, ".json"), *expected;
		struct result result;
		char name[300];
		struct error err = { "" };
		size_t length;
		int ret;

		if (!ending)
			continue;
		snprintf(name, sizeof(name), "%.*s.error",
			 (int)(ending - entry->d_name), entry->d_name);
		expected = read_all(name, &length);
		expected[strcspn(expected, "\n")] = '\0';
		ret = result_load(entry->d_name, &result, &err);
		assert_int_equal(ret,
				 strncmp(name, "schema-2", 8) &&
						 strncmp(name, "schema-10", 9) ?
					 -EINVAL :
					 -EPROTONOSUPPORT);
		assert_string_equal(err.text, expected);
		assert_null(result.cells);
		free(expected);
		count++;
	}
	closedir(dir);
	assert_true(count > 40);
}

static void test_files_that_cannot_be_read(void **state)
{
	struct result result;
	struct error err;

	(void)state;
	assert_int_equal(result_load("/nowhere/x.json", &result, &err),
			 -ENOENT);
	assert_string_equal(err.text,
			    "/nowhere/x.json: No such file or directory: "
			    "name a file you may read");
	assert_int_equal(result_load(scratch, &result, &err), -EISDIR);
	assert_int_equal(result_load(scratch, &result, NULL), -EISDIR);
}

/* Parse, and write back what was accepted. */
static bool survive(const char *text, size_t length)
{
	json_error_t why;
	json_t *document =
		json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
	struct result result;
	struct error err;
	int ret;

	if (!document)
		return false;
	ret = result_from_json(document, &result, "x", &err);
	json_decref(document);
	if (ret) {
		assert_true(strlen(err.text) > 3);
		return false;
	}
	document = result_to_json(&result);
	assert_non_null(document);
	json_decref(document);
	result_free(&result);
	return true;
}

static void test_truncated_at_every_byte(void **state)
{
	struct result result;
	struct error err;
	size_t length;
	char *text = read_all(VALID "instructions.json", &length);

	(void)state;
	for (size_t cut = 0; cut < length - 2; cut++) {
		write_all(in_scratch("t.json"), text, cut);
		assert_int_equal(
			result_load(in_scratch("t.json"), &result, &err),
			-EINVAL);
		assert_non_null(strstr(err.text, "/t.json:"));
	}
	assert_true(survive(text, length));
	free(text);
	text = read_all(VALID "wall.json", &length);
	for (size_t cut = 0; cut < length - 2; cut++)
		assert_false(survive(text, cut));
	free(text);
}

/* Bytes swapped for others of the file: mostly valid JSON of a wrong shape. */
static void test_shuffled_bytes_do_no_harm(void **state)
{
	uint64_t seed = 2463534242u;
	unsigned int accepted = 0;
	size_t length;
	char *text = read_all(VALID "instructions.json", &length);
	char *copy = malloc(length);

	(void)state;
	for (int round = 0; round < 20000; round++) {
		memcpy(copy, text, length);
		for (int flips = 1 + round % 3; flips; flips--)
			copy[next_random(&seed) % length] =
				round % 2 ? text[next_random(&seed) % length] :
					    (char)next_random(&seed);
		accepted += survive(copy, length);
	}
	assert_true(accepted > 100);
	free(copy);
	free(text);
}

static size_t allocations_left;

static void *failing_malloc(size_t size)
{
	if (!allocations_left)
		return NULL;
	allocations_left--;
	return malloc(size);
}

/* Whichever allocation of the JSON library fails: no result, and no leak. */
static void test_failing_allocations(void **state)
{
	struct result result;
	json_t *document;
	size_t count = 0;

	(void)state;
	load(VALID "instructions.json", &result);
	json_set_alloc_funcs(failing_malloc, free);
	do {
		allocations_left = count;
		document = result_to_json(&result);
		assert_true(document || count++ < 10000);
	} while (!document);
	json_set_alloc_funcs(malloc, free);
	assert_true(count > 50);
	json_decref(document);
	result_free(&result);
}

static void test_full_disk(void **state)
{
	struct result result;
	struct error err;

	(void)state;
	load(VALID "wall.json", &result);
	assert_int_equal(result_save("/dev/full", &result, &err), -ENOSPC);
	assert_string_equal(err.text, "/dev/full: cannot write: No space left "
				      "on device");
	assert_int_equal(access("/dev/full", W_OK), 0);
	result_free(&result);
}

static void test_failed_save_leaves_the_old_file(void **state)
{
	struct rlimit old, small;
	struct result result;
	struct error err;
	int files, ret;

	(void)state;
	load(VALID "wall.json", &result);
	write_all(in_scratch("keep.json"), "old\n", 4);
	files = count_scratch();
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 1000;
	setrlimit(RLIMIT_FSIZE, &small);
	ret = result_save(in_scratch("keep.json"), &result, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(ret, -EFBIG);
	assert_non_null(strstr(err.text, "keep.json: cannot write: "));
	assert_int_equal(count_scratch(), files);
	result_free(&result);
	assert_int_equal(result_load(in_scratch("keep.json"), &result, &err),
			 -EINVAL);
}

static void test_save_keeps_links_and_the_umask(void **state)
{
	struct result result;
	struct stat status;
	struct error err;
	char link[512];
	mode_t mask = umask(027);

	(void)state;
	load(VALID "wall.json", &result);
	write_all(in_scratch("target.json"), "x", 1);
	snprintf(link, sizeof(link), "%s/link.json", scratch);
	assert_int_equal(symlink("target.json", link), 0);
	assert_int_equal(result_save(link, &result, &err), 0);
	assert_int_equal(lstat(link, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(stat(link, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
	assert_true(status.st_size > 1000);
	umask(mask);
	assert_int_equal(result_save("/nowhere/x.json", &result, &err),
			 -ENOENT);
	assert_string_equal(err.text, "/nowhere/x.json: cannot write: No such "
				      "file or directory");
	result_free(&result);
}

static void test_error_is_one_line(void **state)
{
	char large[3000];
	struct error err;

	(void)state;
	assert_int_equal(error_set(&err, -EIO, "a\nb\033[1m%d", 5), -EIO);
	assert_string_equal(err.text, "a\\x0ab\\x1b[1m5");
	assert_int_equal(error_set(NULL, -EIO, "x"), -EIO);
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	error_set(&err, -EIO, "%s", large);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

static void test_pieces_for_the_agent(void **state)
{
	struct axis_value *axes;
	struct trial trial, back;
	struct error err;
	json_t *json;
	size_t count;

	(void)state;
	json = axes_to_json(two_axes, 2);
	assert_int_equal(axes_from_json(json, &axes, &count, "/a", &err), 0);
	assert_int_equal(count, 2);
	axis_values_free(axes, count);
	json_object_set_new(json, "x", json_true());
	assert_int_equal(axes_from_json(json, &axes, &count, "/a", &err),
			 -EINVAL);
	assert_string_equal(err.text,
			    "/a/x: must be a string or an integer from 0");
	json_decref(json);

	memset(&trial, 0, sizeof(trial));
	trial.boot = 3;
	trial_add_counter(&trial, "cycles", 5);
	json = trial_to_json(&trial);
	trial_free(&trial);
	assert_int_equal(trial_from_json(json, &back, "", &err), 0);
	assert_int_equal(back.boot, 3);
	assert_true(back.counters[0].value == 5);
	json_object_del(json, "metrics");
	assert_int_equal(trial_from_json(json, &trial, "/t", &err), -EINVAL);
	assert_string_equal(err.text, "/t/metrics: is missing");
	assert_int_equal(trial_from_json(NULL, &trial, "", NULL), -EINVAL);
	json_decref(json);
	trial_free(&back);
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
		cmocka_unit_test(test_every_invalid_file_says_why),
		cmocka_unit_test(test_files_that_cannot_be_read),
		cmocka_unit_test(test_truncated_at_every_byte),
		cmocka_unit_test(test_shuffled_bytes_do_no_harm),
		cmocka_unit_test(test_failing_allocations),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_failed_save_leaves_the_old_file),
		cmocka_unit_test(test_save_keeps_links_and_the_umask),
		cmocka_unit_test(test_error_is_one_line),
		cmocka_unit_test(test_pieces_for_the_agent),
	};

	return cmocka_run_group_tests_name("result", tests, make_scratch,
					   remove_scratch);
}
