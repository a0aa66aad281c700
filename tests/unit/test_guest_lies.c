// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that lie about one thing: every value of each frame that carries any is
 * replaced by what it cannot be. The boot ends, by itself or with a line, and
 * what was recorded of it is a result that can be read.
 */
#define _GNU_SOURCE
#include "guest_fixture.h"

#define VALUES_MAX 400

static const char *const lies[] = {
	"null",
	"true",
	"-1",
	"9223372036854775807",
	"1e308",
	"\"\"",
	"\"\\u001b[31m../../../etc/passwd\\n\"",
	"[]",
	"{}",
	"[[[[{\"\": [null]}]]]]",
};

#define LIES (sizeof(lies) / sizeof(*lies))

static json_t *copy_of(const char *lie)
{
	json_t *value = json_loads(lie, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

/* Replace value number *@left below @at; false if there are not so many. */
static bool lie_at(json_t *at, size_t *left, const char *lie)
{
	json_t *value;
	const char *key;
	size_t i;
	void *next;

	json_object_foreach_safe(at, next, key, value)
	{
		if (!(*left)--)
			return !json_object_set_new(at, key, copy_of(lie));
		if (lie_at(value, left, lie))
			return true;
	}
	json_array_foreach (at, i, value) {
		if (!(*left)--)
			return !json_array_set_new(at, i, copy_of(lie));
		if (lie_at(value, left, lie))
			return true;
	}
	return false;
}

/* What was recorded can be written, and read again. */
static void check_cell(const struct cell *cell)
{
	struct trial again = { 0 };
	struct error err;

	for (size_t i = 0; i < cell->trial_count; i++) {
		json_t *trial = trial_to_json(&cell->trials[i]);

		assert_non_null(trial);
		if (trial_from_json(trial, &again, "/trial", &err))
			fail_msg("%s", err.text);
		trial_free(&again);
		json_decref(trial);
	}
}

static void boot_lie(const char *script)
{
	volatile sig_atomic_t stop = 0;
	struct error err = { "" };
	struct guest guest;

	install(script);
	guest_make(&guest, &long_limits, &stop);
	if (run_guest_boot(&guest.run, &guest.target, 0, &err))
		assert_true(*err.text && !strpbrk(err.text, "\n\033"));
	for (size_t i = 0; i < guest.target.result.cell_count; i++)
		check_cell(&guest.target.result.cells[i]);
	guest_free(&guest);
}

static json_t *honest(const char *path, const char *part)
{
	json_t *document = json_load_file(path, 0, NULL);
	json_t *cell = json_array_get(json_object_get(document, "cells"), 0);
	json_t *trials = json_object_get(cell, "trials");
	json_t *made;

	assert_non_null(trials);
	if (!strcmp(part, "hello"))
		made = json_pack("{s:O, s:O, s:O}", "subject",
				 json_object_get(document, "subject"),
				 "machine",
				 json_object_get(document, "machine"), "clock",
				 json_object_get(document, "clock"));
	else
		made = json_pack("{s:i, s:s, s:n, s:O}", "index", 0, "status",
				 "ok", "reason", "trial",
				 json_array_get(trials, 0));
	assert_non_null(made);
	json_decref(document);
	return made;
}

/* Each value under some of the lies, in turn: all of them would be minutes. */
static void lie_about(const char *part, enum frame_type type,
		      const char *script)
{
	json_t *whole = honest(TEST_DATA "/valid/instructions.json", part);
	char path[PATH_MAX];
	size_t number;

	in_folder("lie", path);
	for (number = 0; number < VALUES_MAX; number++) {
		json_t *lie = json_deep_copy(whole);
		size_t left = number;

		if (!lie_at(lie, &left, lies[number % LIES])) {
			json_decref(lie);
			break;
		}
		unlink(path);
		write_frame("lie", type, lie);
		boot_lie(script);
	}
	json_decref(whole);
	print_message("%zu values of %s\n", number, part);
	assert_in_range(number, 10, VALUES_MAX - 1);
}

static void test_hello(void **state)
{
	(void)state;
	lie_about("hello", FRAME_HELLO,
		  "cat lie begin0 trial0 begin1 trial1 done");
}

static void test_trial(void **state)
{
	(void)state;
	lie_about("trial", FRAME_TRIAL,
		  "cat hello begin0 lie begin1 trial1 done");
}

/* Those that say little: whatever they say instead. */
static void test_short_ones(void **state)
{
	char path[PATH_MAX];

	(void)state;
	in_folder("lie", path);
	for (size_t i = 0; i < LIES; i++) {
		json_t *index = json_pack("{s:o}", "index", copy_of(lies[i]));
		json_t *done = json_pack("{s:o}", "index", copy_of(lies[i]));

		unlink(path);
		write_frame("lie", FRAME_BEGIN, index);
		boot_lie("cat hello lie trial0 begin1 trial1 done");
		unlink(path);
		write_frame("lie", FRAME_DONE, done);
		boot_lie("cat hello begin0 trial0 begin1 trial1 lie");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_trial),
		cmocka_unit_test(test_short_ones),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
