// SPDX-License-Identifier: GPL-2.0-or-later
/* The cache: what the dead left, locks, and programs it runs. */
#define _GNU_SOURCE
#include <sys/resource.h>

#include "kernel_fixture.h"
#include "runners/vm/cache_parts.h"
#include "runners/vm/deb.h"
#include "runners/vm/git.h"
#include "runners/vm/git_tree.h"
#include "runners/vm/module.h"
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
static void make_megabyte(const char *name)
{
	static char megabyte[(1 << 20) + 1];

	memset(megabyte, 'm', sizeof(megabyte) - 1);
	make_file(name, 0600, megabyte);
}

/* An entry of a part, with a file of a MiB, used so many days ago. */
static void make_entry(const char *folder, const char *stamp, int days)
{
	char name[300], path[PATH_MAX];
	struct timespec times[2] = { 0 };

	times[0].tv_sec = times[1].tv_sec = time(NULL) - days * 86400;
	snprintf(name, sizeof(name), "cache/mmgauge/%.100s/large", folder);
	make_megabyte(name);
	snprintf(name, sizeof(name), "cache/mmgauge/%.100s/%.100s", folder,
		 stamp);
	make_file(name, 0600, "");
	assert_int_equal(cache_path(path, &err, "%s/%s", folder, stamp), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* What was not used for longest leaves first, of whatever part; none in use. */
static void test_bytes_are_bounded(void **state)
{
	struct cache_item *items;
	unsigned long long most;
	int lock;

	(void)state;
	make_entry(MODULES "/6.1-old", MODULE_STAMP, 9);
	make_entry(GIT_TREES "/built-now", GIT_TREE_STAMP, 8);
	make_entry(GIT_KERNELS "/older", GIT_STAMP, 7);
	make_entry(DEB_KERNELS "/6.1", DEB_STAMP, 3);
	make_entry(MEASURED "/new", MEASURED_STAMP, 0);
	assert_int_equal(cache_items(&items), 5);
	assert_string_equal(items[0].entry.name, "6.1-old");
	assert_string_equal(items[4].part->name, "result");
	free(items);
	lock = cache_lock("git-built-now", &err);
	assert_true(lock >= 0);
	assert_true(cache_fit(7 << 19, NULL, NULL) <= 7 << 19);
	assert_false(exists("cache/mmgauge/modules/6.1-old"));
	assert_true(exists("cache/mmgauge/git/built-now/large"));
	assert_false(exists("cache/mmgauge/kernels/git/older"));
	assert_true(exists("cache/mmgauge/kernels/deb/6.1/large"));
	setenv("MMGAUGE_CACHE_MAX", "1K", 1);
	cache_grew(DEB_KERNELS);
	assert_false(exists("cache/mmgauge/kernels/deb/6.1"));
	assert_true(exists("cache/mmgauge/git/built-now/large"));
	assert_true(exists("cache/mmgauge/measured/new/large"));
	close(lock);
	cache_grew(DEB_KERNELS);
	assert_false(exists("cache/mmgauge/git/built-now"));
	unsetenv("MMGAUGE_CACHE_MAX");
	assert_int_equal(cache_most(&most, &err), 0);
	assert_int_equal(most, 32ull << 30);
	setenv("MMGAUGE_CACHE_MAX", "20 gigs", 1);
	assert_int_equal(cache_most(&most, &err), -EINVAL);
	assert_error("$MMGAUGE_CACHE_MAX: '20 gigs'", "K, M and G", NULL);
	unsetenv("MMGAUGE_CACHE_MAX");
}

/* A build tree is not counted at each build. */
static void test_many_files_are_counted_once_an_hour(void **state)
{
	struct timespec times[2] = { 0 };
	char path[PATH_MAX], name[64];
	unsigned long long few, many;

	(void)state;
	make_megabyte("cache/mmgauge/git/few/one");
	make_megabyte("cache/mmgauge/git/many/one");
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "cache/mmgauge/git/many/%d", i);
		make_file(name, 0600, "");
	}
	assert_int_equal(cache_path(path, &err, "git/few"), 0);
	few = cache_bytes(path);
	make_megabyte("cache/mmgauge/git/few/two");
	assert_true(cache_bytes(path) >= few + (1 << 20));
	assert_int_equal(cache_path(path, &err, "git/many"), 0);
	many = cache_bytes(path);
	make_megabyte("cache/mmgauge/git/many/two");
	assert_int_equal(cache_bytes(path), many);
	times[0].tv_sec = times[1].tv_sec = time(NULL) - 2 * 3600;
	assert_int_equal(cache_path(path, &err, "git/many/.bytes"), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_int_equal(cache_path(path, &err, "git/many"), 0);
	assert_true(cache_bytes(path) >= many + (1 << 20));
}

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

	qemu_cannot_start(arch, -EMFILE, &err);
	assert_error("cannot start: Too many open files", "ulimit -n", NULL);
	assert_string_equal(qemu_remedy("vmlinux: Too many open files\n"),
			    "raise `ulimit -n`");
	assert_non_null(strstr(qemu_remedy("allocate 1073741824 bytes for jit "
					   "buffer: Cannot allocate memory"),
			       "ulimit -v"));
	assert_null(qemu_remedy("qemu: no such kernel"));
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
		SCRATCH_TEST(test_bytes_are_bounded),
		SCRATCH_TEST(test_many_files_are_counted_once_an_hour),
	};

	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
