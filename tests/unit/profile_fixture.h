/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scratch folder, and what a compiler makes of a few lines of C there. */
#ifndef PROFILE_FIXTURE_H
#define PROFILE_FIXTURE_H

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "results/base/error.h"
#include "results/base/process.h"
#include "scratch_fixture.h"

static struct error err;

static inline void make_file(const char *name, const void *bytes, size_t length)
{
	FILE *file = fopen(in_scratch(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

/* Run a line of the shell in the scratch folder; its output, to free(). */
static inline char *shell(const char *line)
{
	const char *argv[] = { "/bin/sh", "-ec", line, NULL };
	struct process_result result;

	assert_int_equal(process_run(argv, scratch, 120, &result), 0);
	if (result.status)
		fail_msg("%s: %s", line, result.errors);
	free(result.errors);
	return result.output;
}

static inline void run(const char *line)
{
	free(shell(line));
}

/* The line names the file, and is one: "what: why: what to do". */
static inline void assert_line(const char *word)
{
	if (!strstr(err.text, word))
		fail_msg("no '%s' in '%s'", word, err.text);
	assert_null(strchr(err.text, '\n'));
}

static inline int make_scratch(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/mmgauge-profile-XXXXXX");
	return !mkdtemp(scratch);
}

static inline int remove_scratch(void **state)
{
	(void)state;
	run("rm -rf \"$PWD\"");
	return 0;
}

#endif
