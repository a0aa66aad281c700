/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A store of our own in a scratch folder. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <errno.h>
#include <regex.h>
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
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/store/store.h"

static char scratch[64];

/* Each test has a folder of its own as the store, and nothing else is set. */
static inline int make_store(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/mmgauge-store-XXXXXX");
	if (!mkdtemp(scratch))
		return -1;
	unsetenv("XDG_DATA_HOME");
	setenv("HOME", scratch, 1);
	return setenv("MMGAUGE_STORE", scratch, 1);
}

static inline int remove_store(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
	return system(command);
}

static inline const char *in_store(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

static inline void write_text(const char *name, const char *text)
{
	FILE *file = fopen(in_store(name), "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static inline void assert_text(const char *name, const char *expected)
{
	char text[4096];
	FILE *file = fopen(in_store(name), "r");
	size_t length;

	assert_non_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}

/* A run whose file is @age seconds old. */
static inline void add_run(const char *id, time_t age)
{
	struct timespec times[2] = { { .tv_sec = time(NULL) - age } };
	char path[PATH_MAX], name[160];
	struct error err;

	times[1] = times[0];
	assert_int_equal(store_runs(path, &err), 0);
	snprintf(name, sizeof(name), "runs/%s.json", id);
	write_text(name, "{}");
	assert_int_equal(utimensat(0, in_store(name), times, 0), 0);
}

static inline void assert_resolves(const char *name, const char *id)
{
	char path[PATH_MAX], expected[PATH_MAX];
	struct error err = { "" };

	if (store_find(name, path, &err))
		fail_msg("%s", err.text);
	snprintf(expected, sizeof(expected), "%s/runs/%s.json", scratch, id);
	assert_string_equal(path, expected);
}

static inline void assert_unresolved(const char *name, int code,
				     const char *part)
{
	char path[PATH_MAX];
	struct error err = { "" };

	assert_int_equal(store_find(name, path, &err), code);
	if (!strstr(err.text, part))
		fail_msg("no '%s' in '%s'", part, err.text);
}

#define STORE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, make_store, remove_store)

#endif
