// SPDX-License-Identifier: GPL-2.0-or-later
/* The cache: what the dead left, locks, and programs it runs. */
#define _GNU_SOURCE
#include "kernel_fixture.h"

static void test_scratch_of_the_dead_is_swept(void **state)
{
	struct scratch mine, other;
	char kept[PATH_MAX];

	(void)state;
	make_file("cache/mmgauge/tmp/dead01/lock", 0600, "");
	make_file("cache/mmgauge/tmp/dead01/kernel/half", 0600, "made");
	make_file("cache/mmgauge/tmp/dead02/no-lock-yet", 0600, "");
	assert_int_equal(scratch_open(&mine, &err), 0);
	assert_false(exists("cache/mmgauge/tmp/dead01"));
	assert_false(exists("cache/mmgauge/tmp/dead02"));
	strcpy(kept, mine.path);
	assert_int_equal(scratch_open(&other, &err), 0);
	assert_int_equal(access(kept, F_OK), 0);
	scratch_close(&other);
	assert_int_equal(access(kept, F_OK), 0);
	scratch_close(&mine);
	assert_int_equal(access(kept, F_OK), -1);
}

static void test_lock_excludes(void **state)
{
	int fd = cache_lock("kernel-x", &err), status;
	pid_t child;

	(void)state;
	assert_true(fd >= 0);
	child = fork();
	if (!child) {
		alarm(5);
		process_interrupted = 1; /* try once */
		_exit(cache_lock("kernel-x", &err) == -EINTR ? 0 : 1);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	close(fd);
	fd = cache_lock("kernel-x", &err);
	assert_true(fd >= 0);
	close(fd);
}

static void test_no_home(void **state)
{
	char path[PATH_MAX];

	(void)state;
	setenv("XDG_CACHE_HOME", "relative", 1);
	setenv("HOME", "/home/x", 1);
	assert_int_equal(cache_path(path, &err, "a"), 0);
	assert_string_equal(path, "/home/x/.cache/mmgauge/a");
	unsetenv("HOME");
	assert_int_equal(cache_path(path, &err, "a"), -ENOENT);
	assert_error("HOME is not set", "XDG_CACHE_HOME", NULL);
	setenv("XDG_CACHE_HOME", "/proc", 1);
	assert_true(cache_lock("x", &err) < 0);
	assert_error("/proc/mmgauge", "XDG_CACHE_HOME", NULL);
}

static void test_programs(void **state)
{
	const char *const both[] = { "/bin/sh", "-c",
				     "echo out; echo err >&2; exit 3", NULL };
	const char *const killed[] = { "/bin/sh", "-c", "kill -9 $$", NULL };
	const char *const slow[] = { "/bin/sh", "-c",
				     "/bin/sleep 60 & echo $!; wait", NULL };
	const char *const much[] = { "/usr/bin/head", "-c", "9000000",
				     "/dev/zero", NULL };
	const char *const none[] = { "no-such-program", NULL };
	struct process_result result;
	time_t before = time(NULL);

	(void)state;
	assert_int_equal(process_run(both, NULL, 200, &result), 0);
	assert_int_equal(result.status, 3);
	assert_string_equal(result.output, "out\n");
	assert_string_equal(result.errors, "err\n");
	process_result_free(&result);
	assert_int_equal(process_run(killed, NULL, 200, &result), 0);
	assert_int_equal(result.status, 128 + 9);
	process_result_free(&result);
	assert_int_equal(process_run(much, NULL, 200, &result), 0);
	assert_int_equal(result.status, 0);
	process_result_free(&result);
	assert_int_equal(process_run(none, NULL, 200, &result), -ENOENT);
	assert_int_equal(process_run(both, "/none", 200, &result), -ENOENT);
	assert_int_equal(process_run(slow, NULL, 1, &result), -ETIMEDOUT);
	process_interrupted = 1;
	assert_int_equal(process_run(slow, NULL, 60, &result), -EINTR);
	process_interrupted = 0;
	assert_true(time(NULL) - before < 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_scratch_of_the_dead_is_swept),
		SCRATCH_TEST(test_lock_excludes),
		SCRATCH_TEST(test_no_home),
		SCRATCH_TEST(test_programs),
	};

	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
