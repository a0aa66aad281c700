/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scratch folder for result files. */
#ifndef RESULT_FIXTURE_H
#define RESULT_FIXTURE_H

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

static inline int make_scratch(void **state)
{
	(void)state;
	return mkdtemp(scratch) ? 0 : -1;
}

static inline int count_scratch(void)
{
	DIR *dir = opendir(scratch);
	int count = -2;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static inline int remove_scratch(void **state)
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

static inline const char *in_scratch(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

static inline char *read_all(const char *path, size_t *length)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	assert_non_null(file);
	*length = fread(text, 1, (1 << 20) - 1, file);
	fclose(file);
	return text;
}

static inline void write_all(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static inline void load(const char *path, struct result *result)
{
	struct error err = { "" };

	if (result_load(path, result, &err))
		fail_msg("%s", err.text);
}

static struct axis_value two_axes[] = {
	{ .axis = (char *)"pages", .number = 512 },
	{ .axis = (char *)"thp", .text = (char *)"never" },
};

static inline uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

#endif
