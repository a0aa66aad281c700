// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's first file system, read back. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utime.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "runners/vm/cache.h"
#include "runners/vm/initramfs.h"

static char scratch[64];

static int make_scratch(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/mmgauge-initramfs-XXXXXX");
	return mkdtemp(scratch) ? 0 : -1;
}

static int remove_scratch(void **state)
{
	(void)state;
	remove_tree(scratch);
	return 0;
}

static char *in_scratch(const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", scratch, name) > 0);
	return path;
}

static char *make_file(const char *name, const char *text)
{
	char *path = in_scratch(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

/* All of a file, @length bytes. */
static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "r");
	char *bytes = calloc(1, 65536);

	assert_non_null(file);
	*length = fread(bytes, 1, 65536, file);
	fclose(file);
	return bytes;
}

static void assert_entry(struct archive *archive, const char *name, mode_t mode,
			 const char *text)
{
	struct archive_entry *entry;
	char bytes[256] = "";

	assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
	assert_string_equal(archive_entry_pathname(entry), name);
	assert_int_equal(archive_entry_mode(entry), mode);
	assert_int_equal(archive_entry_uid(entry), 0);
	assert_int_equal(archive_entry_gid(entry), 0);
	assert_int_equal(archive_entry_mtime(entry), 0);
	assert_null(archive_entry_hardlink(entry));
	if (S_ISCHR(mode))
		assert_int_equal(archive_entry_rdev(entry), makedev(5, 1));
	if (!text)
		return;
	assert_int_equal(archive_entry_size(entry), strlen(text));
	assert_int_equal(archive_read_data(archive, bytes, sizeof(bytes)),
			 strlen(text));
	assert_string_equal(bytes, text);
}

static void test_contents(void **state)
{
	char *path = in_scratch("initramfs");
	struct initramfs contents = {
		.agent = make_file("agent", "the agent"),
		.module = make_file("module", "the module"),
		.plan = "[{\"case\":\"null.loop\"}]",
		.frames = "/dev/ttyS1",
	};
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;

	(void)state;
	assert_int_equal(initramfs_write(path, &contents, NULL), 0);
	archive_read_support_format_cpio(archive);
	assert_int_equal(archive_read_open_filename(archive, path, 512),
			 ARCHIVE_OK);
	assert_entry(archive, "dev", S_IFDIR | 0755, NULL);
	assert_entry(archive, "proc", S_IFDIR | 0755, NULL);
	assert_entry(archive, "sys", S_IFDIR | 0755, NULL);
	assert_entry(archive, "tmp", S_IFDIR | 0755, NULL);
	assert_entry(archive, "dev/console", S_IFCHR | 0600, NULL);
	assert_entry(archive, "frames", S_IFLNK | 0777, NULL);
	assert_entry(archive, "init", S_IFREG | 0755, "the agent");
	assert_entry(archive, "mmgauge.ko", S_IFREG | 0644, "the module");
	assert_entry(archive, "plan.json", S_IFREG | 0644, contents.plan);
	assert_int_equal(archive_read_next_header(archive, &entry),
			 ARCHIVE_EOF);
	archive_read_free(archive);
	free((char *)contents.agent);
	free((char *)contents.module);
	free(path);
}

static void test_format_is_what_the_kernel_reads(void **state)
{
	char *path = in_scratch("initramfs"), *bytes;
	struct initramfs contents = { .agent = make_file("agent", "x"),
				      .plan = "[]",
				      .frames = "/dev/ttyS1" };
	size_t length;

	(void)state;
	assert_int_equal(initramfs_write(path, &contents, NULL), 0);
	bytes = read_file(path, &length);
	assert_memory_equal(bytes, "070701", 6); /* init/initramfs.c */
	assert_non_null(memmem(bytes, length, "TRAILER!!!", 10));
	assert_null(memmem(bytes, length, "mmgauge.ko", 10));
	free(bytes);
	free((char *)contents.agent);
	free(path);
}

static void test_same_contents_same_bytes(void **state)
{
	char *one = in_scratch("one"), *two = in_scratch("two");
	char *first, *second;
	struct initramfs contents = { .agent = make_file("agent", "an agent"),
				      .plan = "[]",
				      .frames = "/dev/ttyS1" };
	struct utimbuf then = { 1, 1 };
	size_t first_length, second_length;

	(void)state;
	assert_int_equal(initramfs_write(one, &contents, NULL), 0);
	free((char *)contents.agent);
	contents.agent = make_file("another path", "an agent");
	utime(contents.agent, &then);
	chmod(contents.agent, 0700);
	assert_int_equal(initramfs_write(two, &contents, NULL), 0);
	first = read_file(one, &first_length);
	second = read_file(two, &second_length);
	assert_int_equal(first_length, second_length);
	assert_memory_equal(first, second, first_length);
	free(first);
	free(second);
	free((char *)contents.agent);
	free(one);
	free(two);
}

static void test_failures_are_told(void **state)
{
	char *missing = in_scratch("missing"), *path = in_scratch("initramfs");
	struct initramfs contents = { .agent = missing, .plan = "[]" };
	struct error err = { "" };

	(void)state;
	assert_int_equal(initramfs_write(path, &contents, &err), -ENOENT);
	assert_non_null(strstr(err.text, missing));
	assert_non_null(strstr(err.text, "build it first"));

	contents.agent = scratch;
	assert_int_equal(initramfs_write(path, &contents, &err), -EINVAL);
	assert_non_null(strstr(err.text, "not a regular file"));

	contents.agent = make_file("agent", "x");
	assert_int_equal(initramfs_write("/dev/full", &contents, &err),
			 -ENOSPC);
	assert_non_null(strstr(err.text, "free some space"));
	assert_int_equal(initramfs_write("/nowhere/at/all", &contents, &err),
			 -ENOENT);
	free((char *)contents.agent);
	free(missing);
	free(path);
}

#define SCRATCH_TEST(test) \
	cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_contents),
		SCRATCH_TEST(test_format_is_what_the_kernel_reads),
		SCRATCH_TEST(test_same_contents_same_bytes),
		SCRATCH_TEST(test_failures_are_told),
	};

	return cmocka_run_group_tests_name("initramfs", tests, NULL, NULL);
}
