// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fault.dying: a device faults in the memory of a process that lives, is being
 * killed, or is dead.
 *
 * The thread that serves a device's faults is none of the process's own, so it
 * must take the mm each time (mmget_not_zero()), and learns that it is too late
 * when nobody uses it any more. It may hold the last reference: then the memory
 * is torn down there, in the device's time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "child.h"
#include "clock.h"
#include "fault.h"

enum { OWNER_ALIVE, OWNER_DEAD, OWNER_KILLED };

static const struct bench_choice owner_choices[] = {
	[OWNER_ALIVE] = { "alive", "the process waits", 0 },
	[OWNER_DEAD] = { "dead", "it is gone, its mm without users", 0 },
	[OWNER_KILLED] = { "killed", "it is killed as the walks begin", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{
		.name = "owner",
		.help = "the process whose memory it is",
		.choices = owner_choices,
		.values = "alive,dead,killed",
	},
	FAULT_AXIS_MODE("write"),
	FAULT_AXIS_BATCH("1,64"),
	FAULT_AXIS_RANGE("512"),
	{ 0 },
};

enum { METRIC_CALL, METRIC_END };

static const struct bench_fact facts[] = {
	{ "calls", "walks of the living", BENCH_STATISTICAL },
	{ "gone", "calls that found no user of the mm", BENCH_STATISTICAL },
	{ "calls_after_kill", "calls that still succeeded then",
	  BENCH_STATISTICAL },
	FAULT_FOUND_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	[METRIC_CALL] = { "call", "one call of the handler, or its refusal",
			  NULL, 0 },
	[METRIC_END] = { "end", "from the kill until a call is refused", NULL,
			 BENCH_SLEEPS },
	{ 0 },
};

struct dying_state {
	struct memory memory;
	struct mmg_fault request;
	struct child child;
	unsigned int owner;
	uint64_t late; /* calls that succeeded after the kill */
	uint64_t end; /* ns from it to the first that was refused */
};

static bool excludes(const struct bench *bench)
{
	return bench_number(bench, "batch") > bench_number(bench, "range");
}

/* In the child: memory of its own, and the interval over it. */
static int live(struct bench *bench, struct child *child)
{
	struct dying_state *state = bench_state(bench);
	struct mmg_fault request = state->request;
	int device = child_open_device(child);
	int ret = memory_renew(bench, &state->memory);

	request.iterations = 1;
	request.flags = 0;
	if (device < 0 || ret)
		return ret ? ret : device;
	return bench_device_request(device, MMG_IOC_FAULT, &request);
}

static int setup(struct bench *bench)
{
	struct dying_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	state->owner = bench_option(bench, "owner");
	if (state->owner == OWNER_KILLED && bench_counts_instructions(bench))
		return bench_skip(bench, "the end of a process waits: measure "
					 "with --clock wall");
	ret = child_init(bench, &state->child);
	if (!ret)
		ret = memory_map(bench, &state->memory, MEMORY_4K,
				 bench_number(bench, "range") *
					 memory_page_size());
	state->request = fault_request(bench, &state->memory);
	state->request.flags = MMG_FAULT_OUTSIDE;
	if (ret || state->owner == OWNER_KILLED)
		return ret;
	ret = child_start(bench, &state->child, live);
	if (!ret && state->owner == OWNER_DEAD)
		ret = child_end(&state->child, true);
	return ret;
}

static uint64_t limit(struct bench *bench)
{
	struct dying_state *state = bench_state(bench);

	return state->owner == OWNER_KILLED ? 1 : MMG_MAX_ITERATIONS;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct dying_state *state = bench_state(bench);

	(void)operations;
	return state->owner == OWNER_KILLED ?
		       child_start(bench, &state->child, live) :
		       0;
}

/* One walk a request: what succeeded before it was refused is counted, too. */
static int walk_to_the_end(struct dying_state *state)
{
	int device = state->child.shared->devices[0], ret;

	state->request.iterations = 1;
	state->late = 0;
	state->end = clock_nanoseconds(CLOCK_MONOTONIC_RAW);
	kill(state->child.pid, SIGKILL);
	do {
		ret = bench_device_request(device, MMG_IOC_FAULT,
					   &state->request);
		state->late += state->request.calls;
	} while (!ret);
	state->end = clock_nanoseconds(CLOCK_MONOTONIC_RAW) - state->end;
	return ret;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct dying_state *state = bench_state(bench);
	int wanted = state->owner == OWNER_ALIVE ? 0 : -ESRCH;
	int ret;

	state->request.iterations = (uint32_t)operations;
	if (state->owner == OWNER_KILLED)
		ret = walk_to_the_end(state);
	else
		ret = bench_device_request(state->child.shared->devices[0],
					   MMG_IOC_FAULT, &state->request);
	if (ret == -EOPNOTSUPP)
		return bench_skip(bench, "this kernel has no hmm_range_fault()"
					 ": needs CONFIG_HMM_MIRROR");
	if (ret != wanted)
		return bench_fail(bench, "a walk from outside: %s",
				  ret ? strerror(-ret) : "of a dead mm");
	return 0;
}

static int finish_killed(struct bench *bench, struct dying_state *state)
{
	bench_record(bench, METRIC_END, state->end, 1, 0);
	bench_count(bench, "calls_after_kill", (double)state->late);
	if (waitpid(state->child.pid, NULL, 0) != state->child.pid)
		return bench_fail(bench, "waitpid: %s", strerror(errno));
	state->child.pid = 0;
	child_close_devices(&state->child);
	return 0;
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct dying_state *state = bench_state(bench);
	const struct mmg_fault *done = &state->request;
	uint64_t calls =
		operations * ((done->pages + done->batch - 1) / done->batch);

	bench_count(bench, "calls", (double)done->calls);
	bench_count(bench, "gone", (double)done->gone);
	if (state->owner == OWNER_KILLED)
		return finish_killed(bench, state);
	bench_record(bench, METRIC_CALL, done->elapsed, calls, 1);
	if (done->calls != (state->owner == OWNER_ALIVE ? calls : 0) ||
	    done->gone != (state->owner == OWNER_DEAD ? calls : 0))
		return bench_invalid(bench,
				     "%llu calls succeeded and %llu were "
				     "refused",
				     (unsigned long long)done->calls,
				     (unsigned long long)done->gone);
	return state->owner == OWNER_ALIVE ?
		       fault_check_found(bench, MEMORY_4K, true, done) :
		       0;
}

static void teardown(struct bench *bench)
{
	struct dying_state *state = bench_state(bench);

	child_free(&state->child);
	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case dying = {
	.name = "fault.dying",
	.summary =
		"faults by a device in a process that lives, dies or is dead",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.excludes = excludes,
	.limit = limit,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.teardown = teardown,
};
BENCH_CASE(dying);
