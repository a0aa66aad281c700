// SPDX-License-Identifier: GPL-2.0-or-later
/* Result files: what cannot be read or written, and damage. */
#include "result_fixture.h"

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
