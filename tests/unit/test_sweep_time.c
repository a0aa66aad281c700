// SPDX-License-Identifier: GPL-2.0-or-later
/* How far a run of a sweep is, and how long the sweep still takes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runners/many/sweep_time.h"

/* cmocka.h wants these first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND 1000000000ull

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void assert_stage(const char *folder, const char *log,
			 const char *journal, const char *stage, size_t done,
			 size_t total)
{
	char result[128], path[160];
	struct stage_at at;

	snprintf(result, sizeof(result), "%s/r.json", folder);
	snprintf(path, sizeof(path), "%s.log", result);
	write_file(path, log);
	snprintf(path, sizeof(path), "%s.journal", result);
	write_file(path, journal);
	at = stage_read(result);
	assert_string_equal(stage_name(at.stage), stage);
	assert_int_equal(at.done, done);
	assert_int_equal(at.total, total);
}

#define BOOT "6.12: boot 1 of 2, 40 cells, instruction clock\n"

static void test_stages(void **state)
{
	char folder[] = "/tmp/mmgauge-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_stage(folder, "", "", "start", 0, 0);
	assert_stage(folder, "fetching x (70 MB)\n", "", "fetch", 0, 0);
	assert_stage(folder, "fetching x (70 MB)\nunpacking x\n", "", "fetch",
		     0, 0);
	assert_stage(folder, "unpacking x\nbuilding the module for 6.12\n", "",
		     "build", 0, 0);
	assert_stage(folder, "building x\n" BOOT, "{}\n", "boot", 0, 80);
	assert_stage(folder, BOOT, "{}\n{}\n{}\n{}\n", "measure", 2, 80);
	assert_int_equal(stage_read("/nowhere/r.json").stage, STAGE_START);
	snprintf(path, sizeof(path), "%s/r.json.log", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/r.json.journal", folder);
	unlink(path);
	rmdir(folder);
}

static void assert_text(const struct sweep *sweep, uint64_t now,
			const char *text)
{
	struct sweep_time time = sweep_time(sweep, 2, now);
	char buffer[256];

	assert_string_equal(sweep_time_text(&time, buffer, sizeof(buffer)),
			    text);
}

static void test_time_left(void **state)
{
	struct subject subjects[5] = { 0 };
	const struct sweep sweep = { .subjects = subjects, .count = 5 };

	(void)state;
	for (int i = 0; i < 5; i++) {
		strcpy(subjects[i].spec, "vm:deb:x");
		subjects[i].cached = i < 2;
	}
	/* 2 * 10 + 3 * 40 by two guests, and nothing known yet. */
	assert_text(&sweep, 0,
		    "about 70 s left, if one in the cache takes 10 s as on "
		    "idle cores and another takes 40 s as on idle cores");
	assert_int_equal(sweep_time(&sweep, 2, 0).mib, 3 * 150);

	/* One took three times that, on a loaded machine: the rest will, too. */
	subjects[0].state = SUBJECT_MEASURED;
	subjects[0].seconds = 30;
	subjects[2].state = SUBJECT_SKIPPED;
	subjects[2].seconds = 100;
	subjects[1].state = SUBJECT_RUNNING;
	subjects[1].started = 10 * SECOND;
	assert_text(&sweep, 20 * SECOND,
		    "about 2 min left, if one in the cache takes 30 s as 1 did "
		    "and another takes 100 s as 1 did");
	/* One that is late is not done in no time. */
	subjects[3].state = subjects[4].state = SUBJECT_MEASURED;
	assert_true(sweep_time(&sweep, 2, 210 * SECOND).left > 19);
	subjects[1].state = SUBJECT_MEASURED;
	assert_true(sweep_time(&sweep, 2, 210 * SECOND).left == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_time_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
