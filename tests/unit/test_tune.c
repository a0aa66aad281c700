// SPDX-License-Identifier: GPL-2.0-or-later
/* What is a fine value, and that no old value is ever lost. */
#include "root_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "runners/base/sysfile.h"
#include "runners/host/tune.h"

#define KSM "/sys/kernel/mm/ksm/run"
#define WATCHDOG "/proc/sys/kernel/nmi_watchdog"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define COMPACTION "/proc/sys/vm/compaction_proactiveness"
#define NUMA "/proc/sys/kernel/numa_balancing"

static unsigned int complaints;

static void complain(const char *line)
{
	(void)line;
	complaints++;
}

static void assert_file(const char *name, const char *text)
{
	char *now = sysfile_read(name);

	assert_non_null(now);
	assert_string_equal(now, text);
	free(now);
}

static int begin(void **state)
{
	complaints = 0;
	return root_begin(state) || setenv("XDG_STATE_HOME", root, 1);
}

static int end(void **state)
{
	unsetenv("XDG_STATE_HOME");
	return root_end(state);
}

static const struct tune_setting *setting(const char *name)
{
	const struct tune_setting *at = tune_settings;

	while (at->name && strcmp(at->name, name))
		at++;
	assert_non_null(at->name);
	return at;
}

static void knows_fine_values(void **state)
{
	(void)state;
	assert_true(tune_is_fine(setting("smt"), "off"));
	assert_true(tune_is_fine(setting("smt"), "notsupported"));
	assert_false(tune_is_fine(setting("smt"), "on"));
	assert_false(tune_is_fine(setting("smt"), "not"));
	assert_true(tune_is_fine(setting("KSM"), "2"));
	assert_false(tune_is_fine(setting("KSM"), "1"));
	assert_true(tune_is_fine(setting("governor"), "performance"));
	assert_false(tune_is_fine(setting("governor"), "schedutil"));
}

static void apply(size_t expected)
{
	struct tune_plan plan;
	struct error err;
	size_t refused;

	assert_int_equal(tune_plan(NULL, &plan), 0);
	assert_int_equal(plan.count, expected);
	assert_int_equal(tune_apply(&plan, complain, &refused, &err), 0);
	assert_int_equal(refused, complaints);
	tune_plan_free(&plan);
}

static void restore(size_t expected)
{
	size_t restored, refused;
	struct error err;

	assert_int_equal(tune_restore(complain, &restored, &refused, &err), 0);
	assert_int_equal(restored, expected);
	assert_int_equal(refused, complaints);
}

static void brings_values_back(void **state)
{
	(void)state;
	put(KSM, "1\n");
	put(WATCHDOG, "1\n");
	put("/sys/kernel/mm/transparent_hugepage/enabled",
	    "[always] madvise never\n");
	assert_int_equal(tune_state(), TUNE_NOT_APPLIED);
	apply(3);
	assert_int_equal(tune_state(), TUNE_APPLIED);
	assert_file(KSM, "0");
	assert_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	restore(3);
	assert_file(KSM, "1");
	/* The word, not the brackets: a kernel accepts nothing else. */
	assert_file("/sys/kernel/mm/transparent_hugepage/enabled", "always");
	assert_int_equal(tune_state(), TUNE_NOT_APPLIED);
	restore(0);
}

/* After a crash before the first change, and between two. */
static void keeps_the_first_value(void **state)
{
	(void)state;
	put(WATCHDOG, "1\n");
	apply(1);
	/* It was set by somebody else since, and another file appeared. */
	put(WATCHDOG, "7\n");
	put(KSM, "1\n");
	apply(2);
	assert_file(WATCHDOG, "0");
	restore(2);
	assert_file(WATCHDOG, "1");
	assert_file(KSM, "1");
}

/*
 * A reboot has set everything anew: what is as it was stays so, what somebody
 * set to a third value since is told and left, what kept the tuned value (the
 * firmware had it, say) goes back, and what is gone does not hold all up.
 */
static void knows_a_reboot(void **state)
{
	size_t restored, refused;
	struct error err;
	char path[PATH_MAX];

	(void)state;
	put(BOOT_ID, "first\n");
	put(KSM, "1\n");
	put(WATCHDOG, "1\n");
	put(COMPACTION, "20\n");
	put(NUMA, "1\n");
	apply(4);
	assert_int_equal(tune_state(), TUNE_APPLIED);
	put(BOOT_ID, "second\n");
	assert_int_equal(tune_state(), TUNE_REBOOTED);
	put(KSM, "1\n");
	put(COMPACTION, "50\n");
	assert_int_equal(remove(sysfile_path(NUMA, path)), 0);
	assert_int_equal(tune_restore(complain, &restored, &refused, &err), 0);
	assert_int_equal(refused, 0);
	assert_int_equal(restored, 4);
	assert_file(KSM, "1");
	assert_file(WATCHDOG, "1");
	assert_file(COMPACTION, "50");
	assert_int_equal(complaints, 2);
	assert_int_equal(tune_state(), TUNE_NOT_APPLIED);
}

/* Tuned, rebooted, tuned again: what the second boot had is what comes back. */
static void tunes_after_a_reboot(void **state)
{
	(void)state;
	put(BOOT_ID, "first\n");
	put(COMPACTION, "20\n");
	put(WATCHDOG, "1\n");
	apply(2);
	put(BOOT_ID, "second\n");
	put(COMPACTION, "50\n");
	apply(1);
	assert_file(COMPACTION, "0");
	assert_int_equal(tune_state(), TUNE_APPLIED);
	restore(3);
	assert_file(COMPACTION, "50");
	assert_file(WATCHDOG, "1");
	assert_int_equal(complaints, 0);
}

static void tells_what_refuses(void **state)
{
	char path[PATH_MAX];

	(void)state;
	put(KSM, "1\n");
	put(WATCHDOG, "1\n");
	apply(2);
	assert_int_equal(remove(sysfile_path(KSM, path)), 0);
	size_t restored, refused;
	struct error err;

	assert_int_equal(tune_restore(complain, &restored, &refused, &err), 0);
	assert_int_equal(restored, 1);
	assert_int_equal(refused, 1);
	assert_int_equal(complaints, 1);
	/* To be tried again. */
	assert_int_equal(tune_state(), TUNE_APPLIED);
}

static void one_at_a_time(void **state)
{
	char path[PATH_MAX];
	struct tune_plan plan;
	struct error err;
	size_t refused;
	int fd;

	(void)state;
	put(KSM, "1\n");
	apply(1);
	assert_int_equal(tune_journal_path(path, &err), 0);
	fd = open(path, O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	put(KSM, "1\n");
	assert_int_equal(tune_plan(NULL, &plan), 0);
	assert_int_equal(tune_apply(&plan, complain, &refused, &err), -EBUSY);
	assert_file(KSM, "1");
	tune_plan_free(&plan);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_fine_values),
		cmocka_unit_test_setup_teardown(brings_values_back, begin, end),
		cmocka_unit_test_setup_teardown(keeps_the_first_value, begin,
						end),
		cmocka_unit_test_setup_teardown(knows_a_reboot, begin, end),
		cmocka_unit_test_setup_teardown(tunes_after_a_reboot, begin,
						end),
		cmocka_unit_test_setup_teardown(tells_what_refuses, begin, end),
		cmocka_unit_test_setup_teardown(one_at_a_time, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
