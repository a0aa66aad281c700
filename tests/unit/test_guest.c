// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that lie, hang or are stopped: a script in QEMU's place says what they
 * say. Every boot ends, whatever comes, by limits made small here; that none
 * ends too early is for the vm tests.
 */
#define _GNU_SOURCE
#include <sched.h>

#include "guest_fixture.h"

/* Boot what @script says; both cells end with a reason that has the word. */
static void boot(const char *script, const struct guest_limits *limits,
		 const char *first, const char *second)
{
	volatile sig_atomic_t stop = 0;
	const char *words[CELLS] = { first, second };
	struct guest guest;
	struct error err = { "" };

	install(script);
	guest_make(&guest, limits, &stop);
	if (run_guest_boot(&guest.run, &guest.target, 0, &err))
		fail_msg("%s: %s", script, err.text);
	assert_int_equal(guest.target.result.cell_count, CELLS);
	for (int i = 0; i < CELLS; i++)
		if (!strstr(guest.target.result.cells[i].reason, words[i]))
			fail_msg("%s: cell %d: %s", script, i,
				 guest.target.result.cells[i].reason);
	guest_free(&guest);
}

static void test_honest(void **state)
{
	(void)state;
	boot("cat hello begin0 trial0 begin1 trial1 done", &long_limits,
	     "said so", "said so");
	/* One frame lost on the line is no lie. */
	boot("cat hello trial0 begin1 trial1", &long_limits, "said so",
	     "said so");
	/* The next boot's first cell is what this one did not get to. */
	boot("cat hello begin0 trial0 trial0 begin0 done", &long_limits,
	     "said so", "said so");
}

/* Each never ends by itself. */
static void test_liars(void **state)
{
	static const char *const scripts[] = {
		"sleep 1000",
		"cat hello; sleep 1000",
		"cat hello begin0; sleep 1000",
		"forever hello",
		"cat hello; forever begin0",
		"cat hello; forever begin0 begin1",
		"cat hello begin0; forever trial2",
		"yes '#mmg ' | tr -d '\\n'",
		"cat hello; yes '#mmg trial 16777216 00000000' | tr -d '\\n'",
		"cat hello begin0; yes >\"$OLDPWD/" QEMU_CONSOLE "\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++)
		boot(scripts[i], &short_limits, "hung", "hung");
	boot("forever trial0", &short_limits, "said so", "said so");
	boot("forever done", &short_limits, "", "");
}

static void test_stopped(void **state)
{
	(void)state;
	boot("cat hello begin0; kill -STOP $$", &long_limits,
	     "stopped from outside", "stopped from outside");
}

/* What is left to read delays no signal: it is noticed before the end. */
static void test_interrupt(void **state)
{
	volatile sig_atomic_t stop = 0;
	struct guest guest;
	struct vm_options options;
	enum frame_type type;
	struct error err;
	json_t *payload;
	struct vm *vm;

	(void)state;
	install("yes '#mmg ' | tr -d '\\n' | head -c 16M; cat hello; "
		"touch flooded; sleep 1000");
	guest_make(&guest, &long_limits, &stop);
	options = (struct vm_options){ .kernel = &guest.target.kernel,
				       .agent = getenv("MMGAUGE_AGENT"),
				       .plan = "[]",
				       .accelerator = ACCELERATOR_ICOUNT,
				       .memory_mib = 512 };
	assert_int_equal(vm_start(&options, &vm, &err), 0);
	for (char path[PATH_MAX];
	     in_folder("flooded", path), access(path, F_OK);)
		usleep(10000);
	process_interrupted = SIGINT;
	assert_int_equal(vm_wait(vm, 1000, &type, &payload), VM_TIMEOUT);
	process_interrupted = 0;
	assert_int_equal(vm_wait(vm, 1000, &type, &payload), VM_FRAME);
	json_decref(payload);
	vm_stop(vm);
	guest_free(&guest);
}

/* More cells than a guest takes: two guests, each of which waits for the other. */
static void test_side_by_side(void **state)
{
	enum { MANY = 120 };
	static const char *const names[] = { "null.loop" };
	char text[MANY * 4 + 16] = "iterations=1";
	const char *values[] = { text };
	const struct text_list parameters = { values, 1 };
	volatile sig_atomic_t stop = 0;
	struct guest guest;
	struct error err = { "" };
	cpu_set_t cpus;

	(void)state;
	if (sched_getaffinity(0, sizeof(cpus), &cpus) || CPU_COUNT(&cpus) < 2)
		skip();
	install("touch up-$$; while [ \"$(ls up-* | wc -l)\" -lt 2 ]; do "
		"sleep 0.01; done; cat hello begin1 trial1 done");
	guest_make(&guest, &long_limits, &stop);
	plan_free(&guest.run.plan);
	free(guest.target.done);
	for (int i = 2; i <= MANY; i++)
		sprintf(text + strlen(text), ",%d", i);
	assert_int_equal(
		plan_build(&guest.run.plan, names, 1, &parameters, &err), 0);
	assert_int_equal(guest.run.plan.count, MANY);
	guest.target.done = calloc(MANY, sizeof(bool));
	assert_int_equal(run_guest_boot(&guest.run, &guest.target, 0, &err), 0);
	assert_int_equal(guest.target.result.cell_count, MANY);
	for (int i = 0; i < MANY; i++)
		assert_null(
			strstr(guest.target.result.cells[i].reason, "hung"));
	guest_free(&guest);
}

/* The limits of a slow host are longer, but each step's is given once. */
static void test_watch(void **state)
{
	const struct guest_limits usual = {
		.boot = 240, .boot_usual = 4, .trial = 100, .stopped = 10
	};
	struct guest_watch watch;

	(void)state;
	guest_watch_start(&watch, &usual, 3, 1000);
	assert_false(guest_watch_is_over(&watch, false, 1239));
	assert_true(guest_watch_is_over(&watch, false, 1240));
	assert_true(guest_watch_frame(&watch, FRAME_HELLO, -1, 1060));
	assert_float_equal(guest_watch_limit(&watch), 1500, 1e-9);
	assert_false(guest_watch_frame(&watch, FRAME_HELLO, -1, 1100));
	assert_true(guest_watch_frame(&watch, FRAME_BEGIN, 0, 2000));
	assert_false(guest_watch_frame(&watch, FRAME_BEGIN, 0, 3000));
	assert_false(guest_watch_frame(&watch, FRAME_BEGIN, 3, 3000));
	assert_false(guest_watch_is_over(&watch, false, 3499));
	assert_true(guest_watch_is_over(&watch, false, 3500));
	assert_true(guest_watch_frame(&watch, FRAME_TRIAL, 0, 3600));
	assert_false(guest_watch_frame(&watch, FRAME_TRIAL, 0, 3700));
	assert_false(guest_watch_frame(&watch, FRAME_BEGIN, 0, 3700));
	assert_false(guest_watch_is_over(&watch, true, 3700));
	assert_false(guest_watch_is_over(&watch, false, 3709));
	assert_false(guest_watch_is_over(&watch, true, 3711));
	assert_true(guest_watch_is_over(&watch, true, 3721));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_liars),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_side_by_side),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
