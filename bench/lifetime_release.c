// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lifetime.release: a process ends while devices are bound to its mm. All must
 * be stopped, and their queued work cancelled, before its pages are freed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "child.h"
#include "lifetime.h"
#include "subscription.h"

enum end { END_EXIT, END_KILL };

static const struct bench_choice end_choices[] = {
	[END_EXIT] = { "exit", "the process exits", 0 },
	[END_KILL] = { "kill", "the process is killed", 0 },
	{ NULL, NULL, 0 },
};

enum work { WORK_NONE, WORK_QUEUED };

static const struct bench_choice work_choices[] = {
	[WORK_NONE] = { "none", "the devices are idle", 0 },
	[WORK_QUEUED] = { "queued", "each has work on the mm queued", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis release_axes[] = {
	LIFETIME_AXES,
	{
		.name = "bonds",
		.help = "devices bound to the mm",
		.unit = "",
		.min = 1,
		.max = CHILD_DEVICES,
		.values = "1,8",
	},
	{
		.name = "stop",
		.help = "time a device takes to stop",
		.unit = "ns",
		.max = MMG_MAX_COST_NS,
		.values = "0,10000,100000",
	},
	{
		.name = "work",
		.help = "what the devices do",
		.choices = work_choices,
		.values = "none,queued",
	},
	{
		.name = "end",
		.help = "how the process ends",
		.choices = end_choices,
		.values = "exit,kill",
	},
	{ 0 },
};

enum { OPERATION, RELEASE };

static const struct bench_fact release_facts[] = {
	LIFETIME_FACTS,
	{ "released", "bonds released", BENCH_EXACT },
	{ "cancelled", "bonds whose queued work was cancelled",
	  BENCH_STATISTICAL },
	{ 0 },
};

static const struct bench_metric release_metrics[] = {
	[OPERATION] = { "operation", "the end, and the parent hears of it",
			NULL, BENCH_TIMED | BENCH_SLEEPS },
	[RELEASE] = { "release", "the release callback", NULL, 0 },
	{ 0 },
};

struct release_state {
	struct lifetime common;
	struct child child;
};

/* The child has the mappings from the fork, and the devices of its own. */
static int bind_all(struct bench *bench, struct child *child)
{
	struct mmg_bind bind = {
		.clock = bench_clock(bench),
		.stop_ns = bench_number(bench, "stop"),
		.flags = bench_option(bench, "work") == WORK_QUEUED ?
				 MMG_BOND_WORK :
				 0,
	};
	int ret = 0;

	for (uint64_t i = 0; i < bench_number(bench, "bonds") && !ret; i++) {
		struct subscription own = { .device =
						    child_open_device(child) };
		struct mmg_bind request = bind;

		ret = own.device < 0 ?
			      own.device :
			      subscription_request(bench, &own, MMG_IOC_BIND,
						   &request);
	}
	return ret;
}

static bool release_excludes(const struct bench *bench)
{
	return bench_number(bench, "bonds") * bench_number(bench, "stop") >
	       MMG_MAX_COST_SUM_NS;
}

static int release_setup(struct bench *bench)
{
	struct release_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	ret = child_init(bench, &state->child);
	return ret ? ret : lifetime_setup(bench, &state->common);
}

/* The jobs that a bond has run until now, or a negative errno. */
static int bond_read(struct bench *bench, int device,
		     struct mmg_bond_read *read)
{
	const struct subscription own = { .device = device };

	memset(read, 0, sizeof(*read));
	return subscription_request(bench, &own, MMG_IOC_BOND_READ, read);
}

static int release_prepare(struct bench *bench, uint64_t operations)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct release_state *state = bench_state(bench);
	struct mmg_bond_read read = { 0 };
	int ret = child_start(bench, &state->child, bind_all);

	(void)operations;
	lifetime_before(&state->common);
	/* Work that has run once is queued from then on. */
	while (!ret && bench_option(bench, "work") == WORK_QUEUED &&
	       !read.jobs) {
		nanosleep(&pause, NULL);
		ret = bond_read(bench, state->child.shared->devices[0], &read);
	}
	return ret;
}

static int release_run(struct bench *bench, uint64_t operations)
{
	struct release_state *state = bench_state(bench);

	(void)operations;
	return child_end(&state->child, bench_option(bench, "end") == END_KILL);
}

static int release_finish(struct bench *bench, uint64_t operations)
{
	struct release_state *state = bench_state(bench);
	const struct child_shared *shared = state->child.shared;
	uint64_t released = 0, cancelled = 0, elapsed = 0;
	uint64_t bonds = bench_number(bench, "bonds");

	(void)operations;
	lifetime_after(bench, &state->common);
	for (unsigned int i = 0; i < shared->count; i++) {
		struct mmg_bond_read read;
		int ret = bond_read(bench, shared->devices[i], &read);

		if (ret)
			return bench_fail(bench, "cannot read a bond: %s",
					  strerror(-ret));
		released += read.released;
		cancelled += read.cancelled;
		elapsed = read.release_elapsed;
	}
	child_close_devices(&state->child);
	bench_record(bench, RELEASE, elapsed, 1, 1);
	bench_count(bench, "released", (double)released);
	bench_count(bench, "cancelled", (double)cancelled);
	if (released != bonds)
		return bench_invalid(bench, "%llu of %llu bonds released",
				     (unsigned long long)released,
				     (unsigned long long)bonds);
	return 0;
}

/* Seldom is a job not queued but running; that it never is would be a lie. */
static int release_check(struct bench *bench)
{
	if (bench_option(bench, "work") == WORK_QUEUED &&
	    bench_counted(bench, "cancelled") <= 0)
		return bench_invalid(bench, "no work was queued at the end");
	return 0;
}

static void release_teardown(struct bench *bench)
{
	struct release_state *state = bench_state(bench);

	child_free(&state->child);
	lifetime_teardown(&state->common);
	free(state);
}

static const struct bench_case release = {
	.name = "lifetime.release",
	.summary = "the end of a process with devices bound to its mm",
	.axes = release_axes,
	.metrics = release_metrics,
	.facts = release_facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true, /* to the child */
	.excludes = release_excludes,
	.limit = lifetime_limit,
	.setup = release_setup,
	.prepare = release_prepare,
	.run = release_run,
	.finish = release_finish,
	.check = release_check,
	.teardown = release_teardown,
};
BENCH_CASE(release);
