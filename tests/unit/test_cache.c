// SPDX-License-Identifier: GPL-2.0-or-later
/* The cache: what the dead left, locks, and programs it runs. */
#define _GNU_SOURCE
#include <sys/resource.h>

#include "kernel_fixture.h"
#include "runners/vm/qemu.h"

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

/* What is advised would help. */
static void test_remedies_name_the_cause(void **state)
{
	(void)state;
	cache_write_error(&err, -EMFILE, "/c/x");
	assert_error("/c/x: Too many open files", "ulimit -n", NULL);
	assert_null(strstr(err.text, "XDG_CACHE_HOME"));
	cache_write_error(&err, -ENOMEM, "/c/x");
	assert_error("/c/x: Cannot allocate", "ulimit -v", NULL);
	cache_write_error(&err, -EACCES, "/c/x");
	assert_error("/c/x: Permission denied", "XDG_CACHE_HOME", NULL);
}

/* An emulator that is there and does not come up: its own words, and why. */
static void test_emulator_without_room(void **state)
{
	/* Less than no limit, and more than anything takes. */
	const struct rlimit narrow = { 1ull << 60, RLIM_INFINITY };
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	const struct arch *arch = arch_native();
	char program[PATH_MAX], version[64];
	FILE *file;

	(void)state;
	snprintf(program, sizeof(program), "%s/%s", scratch, arch->qemu);
	file = fopen(program, "w");
	assert_non_null(file);
	fputs("#!/bin/sh\necho 'cannot map libx.so' >&2\nexit 127\n", file);
	fclose(file);
	chmod(program, 0755);
	setenv("PATH", scratch, 1);
	assert_true(vm_qemu_version(arch->qemu, arch, version, sizeof(version),
				    &err) < 0);
	assert_error("cannot map libx.so", "install QEMU 6.2", NULL);
	assert_int_equal(setrlimit(RLIMIT_AS, &narrow), 0);
	assert_true(vm_qemu_version(arch->qemu, arch, version, sizeof(version),
				    &err) < 0);
	assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
	assert_error("cannot map libx.so", "raise `ulimit -v`", NULL);
	assert_null(strstr(err.text, "install"));
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
		SCRATCH_TEST(test_remedies_name_the_cause),
		SCRATCH_TEST(test_emulator_without_room),
	};

	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
