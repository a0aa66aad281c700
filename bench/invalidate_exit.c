// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.exit: the end of a process that is mirrored.
 */
#include <errno.h>
#include <stdlib.h>

#include "child.h"
#include "memory.h"
#include "subscription.h"

static const struct bench_fact exit_facts[] = {
	SUBSCRIPTION_FACTS,
	{ "releases", "release callbacks of mm-wide notifiers", BENCH_EXACT },
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric exit_metrics[] = {
	{ "operation", "exit, and the parent hears of it", NULL, BENCH_TIMED },
	{ 0 },
};

struct exit_state {
	struct subscription subscription;
	struct child child;
};

static const struct bench_axis exit_axes[] = {
	SUBSCRIPTION_AXES("none,interval,mm-wide", "0,1"),
	{
		.name = "range",
		.help = "pages populated",
		.unit = "page",
		.min = 1,
		.max = 1u << 18,
		.values = "1,2048",
	},
	{
		.name = "memory",
		.help = "what backs the range",
		.choices = memory_choices,
		.values = "4k",
	},
	{ 0 },
};

/* How many of each sort the child will have; where is its own affair. */
static int exit_count(struct bench *bench, struct exit_state *state)
{
	uint64_t range = bench_number(bench, "range") * memory_page_size();
	const struct subscription_place anywhere = {
		.start = 1ull << 40,
		.length = range,
		.range = range,
		.page = memory_page_size(),
	};

	return subscription_plan(&state->subscription,
				 bench_option(bench, "subscription"),
				 bench_number(bench, "count"), &anywhere);
}

static int exit_setup(struct bench *bench)
{
	struct exit_state *state = calloc(1, sizeof(*state));
	unsigned int kind = bench_option(bench, "subscription");
	int ret;

	if (!state)
		return -ENOMEM;
	state->subscription.device = -1;
	bench_set_state(bench, state);
	if ((kind == SUBSCRIPTION_MM || kind == SUBSCRIPTION_MIXED) &&
	    bench_counts_instructions(bench))
		return bench_skip(bench, "exit waits for an SRCU grace period "
					 "under a mm-wide notifier: no "
					 "instruction count, use --clock wall");
	ret = exit_count(bench, state);
	return ret ? ret : child_init(bench, &state->child);
}

/* In the child, with a copy of the state. */
static int mirrored_setup(struct bench *bench, struct child *child)
{
	uint64_t range = bench_number(bench, "range") * memory_page_size();
	struct exit_state *state = bench_state(bench);
	struct subscription *subscription = &state->subscription;
	struct subscription_place place = {
		.length = range,
		.range = range,
		.page = memory_page_size(),
	};
	struct memory memory = { .fd = -1 };
	int ret = memory_make(bench, &memory, bench_option(bench, "memory"),
			      range);

	place.start = (uint64_t)memory.start;
	if (!ret)
		ret = subscription_plan(subscription,
					bench_option(bench, "subscription"),
					bench_number(bench, "count"), &place);
	if (ret || !subscription->count)
		return ret;
	subscription->device = child_open_device(child);
	if (subscription->device < 0)
		return subscription->device;
	return subscription_start(bench, subscription);
}

static int exit_prepare(struct bench *bench, uint64_t operations)
{
	struct exit_state *state = bench_state(bench);
	struct mmg_mirror_read read;
	int ret = child_start(bench, &state->child, mirrored_setup);

	(void)operations;
	if (ret || !state->subscription.count)
		return ret;
	state->subscription.device = state->child.shared->devices[0];
	return subscription_read(bench, &state->subscription, &read);
}

static int exit_run(struct bench *bench, uint64_t operations)
{
	struct exit_state *state = bench_state(bench);

	(void)operations;
	return child_end(&state->child, false);
}

/*
 * Intervals hear of it twice, as mm_release and as unmap_vmas() of everything,
 * which has no size; mm-wide notifiers once, as they are off the list then.
 */
static int exit_finish(struct bench *bench, uint64_t operations)
{
	struct exit_state *state = bench_state(bench);
	const struct subscription *subscription = &state->subscription;
	struct mmg_mirror_read read;
	int ret;

	(void)operations;
	if (!subscription->count)
		return 0;
	ret = subscription_read(bench, subscription, &read);
	child_close_devices(&state->child);
	if (ret)
		return ret;
	subscription_count(bench, &read);
	bench_count(bench, "releases", (double)read.releases);
	if (read.events[EVENT_RELEASE] == subscription->interval_count &&
	    read.events[EVENT_UNMAP] == subscription->interval_count &&
	    read.releases == subscription->mm_count)
		return 0;
	return bench_invalid(bench,
			     "%llu release and %llu unmap callbacks of "
			     "intervals, %llu releases of mm-wide notifiers",
			     (unsigned long long)read.events[EVENT_RELEASE],
			     (unsigned long long)read.events[EVENT_UNMAP],
			     (unsigned long long)read.releases);
}

static void exit_teardown(struct bench *bench)
{
	struct exit_state *state = bench_state(bench);

	child_free(&state->child);
	subscription_free(&state->subscription);
	free(state);
}

static bool exit_excludes(const struct bench *bench)
{
	uint64_t range = bench_number(bench, "range");

	return subscription_excludes(bench, range) ||
	       !memory_fits(bench_option(bench, "memory"), range);
}

static uint64_t exit_limit(struct bench *bench)
{
	(void)bench;
	return 1;
}

static const struct bench_case exit_case = {
	.name = "invalidate.exit",
	.summary = "the end of a process with a populated range",
	.axes = exit_axes,
	.metrics = exit_metrics,
	.facts = exit_facts,
	.yields = true, /* to the child */
	.excludes = exit_excludes,
	.limit = exit_limit,
	.setup = exit_setup,
	.prepare = exit_prepare,
	.run = exit_run,
	.finish = exit_finish,
	.teardown = exit_teardown,
};
BENCH_CASE(exit_case);
