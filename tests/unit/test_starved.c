// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads that get no turn: the cell is invalid and says who had how many. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/membarrier_siblings.h"
#include "bench/rivals.h"
#include "runners/trial/measure.h"

#define TURNS 5

enum { RIVAL, SIBLING };

static const struct bench_axis axes[] = {
	{
		.name = "who",
		.help = "has only so many turns",
		.choices =
			(const struct bench_choice[]){
				{ "rival", "a thread that works against", 0 },
				{ "sibling", "a thread of the process", 0 },
				{ NULL, NULL, 0 } },
		.values = "rival",
	},
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "an operation", NULL, BENCH_TIMED },
	{ 0 },
};

static const struct bench_fact facts[] = {
	{ "turns", "of the thread", BENCH_STATISTICAL },
	RIVAL_FACTS,
	SIBLING_FACTS,
	{ 0 },
};

static struct {
	struct rivals rivals; /* first: rivals.h */
	struct siblings *siblings;
	atomic_bool end;
	unsigned int turns; /* of the one thread there is */
} state;

/* As a thread that the scheduler forgets, until it shall end. */
static void turn(const atomic_bool *end)
{
	if (state.turns++ < TURNS)
		return;
	while (!atomic_load(end))
		usleep(1000);
}

static int rival_turn(struct rival *rival, void *data)
{
	(void)data;
	turn(&rival->all->stop);
	return 0;
}

static long sibling_turn(void *data)
{
	(void)data;
	turn(&state.end);
	return 0;
}

static int setup(struct bench *bench)
{
	bench_set_state(bench, &state);
	memset(&state, 0, sizeof(state));
	state.rivals.turn = rival_turn;
	if (bench_option(bench, "who") == RIVAL)
		return rivals_start(bench, &state.rivals, 1, false);
	state.siblings = siblings_new(bench);
	return state.siblings ? siblings_start(state.siblings, SIBLING_CALLING,
					       1, sibling_turn, NULL) :
				-ENOMEM;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	return state.siblings ? siblings_before(state.siblings) :
				rivals_prepare(bench, operations);
}

static int run(struct bench *bench, uint64_t operations)
{
	(void)bench;
	(void)operations;
	return 0;
}

static int finish(struct bench *bench, uint64_t operations)
{
	return state.siblings ?
		       siblings_after(state.siblings, operations, -1) :
		       rivals_count(bench, &state.rivals, 0, 1, "turns");
}

static int check(struct bench *bench)
{
	return state.siblings ? siblings_check(state.siblings) :
				rivals_check(bench, &state.rivals);
}

static void teardown(struct bench *bench)
{
	(void)bench;
	atomic_store(&state.end, true);
	siblings_free(state.siblings);
	rivals_stop(&state.rivals);
}

static const struct bench_case starved = {
	.name = "test.starved",
	.summary = "a case of this test",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.limit = bench_limit_one,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(starved);

static void assert_starved(const char *who, const char *reason)
{
	struct axis_value axis = { .axis = "who", .text = (char *)who };
	const struct measure_request request = {
		.name = "test.starved",
		.axes = &axis,
		.axis_count = 1,
		.precision = .05,
		.max_time = .2,
	};
	struct measure_reply reply;
	cpu_set_t cpus;

	/* A trial is a process: it leaves its thread on one CPU. */
	assert_int_equal(sched_getaffinity(0, sizeof(cpus), &cpus), 0);
	if (CPU_COUNT(&cpus) < 2)
		skip();
	measure_trial(&request, &reply);
	assert_int_equal(sched_setaffinity(0, sizeof(cpus), &cpus), 0);
	assert_int_equal(reply.status, CELL_INVALID);
	if (!strstr(reply.reason, reason))
		fail_msg("%s", reply.reason);
	trial_free(&reply.trial);
}

static void test_rival(void **unused)
{
	(void)unused;
	assert_starved("rival", "turns of all threads: 5:");
}

static void test_sibling(void **unused)
{
	(void)unused;
	assert_starved("sibling", "had no turn in 10 s: turns of all siblings "
				  "so far: 5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rival),
		cmocka_unit_test(test_sibling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
