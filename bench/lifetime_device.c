// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lifetime.open_close and .bond: devices that come and go.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lifetime.h"
#include "memory.h"
#include "subscription.h"

/* --- open, mirror, close --- */

enum mirror { MIRROR_NONE, MIRROR_INTERVAL, MIRROR_MM };

static const struct bench_choice mirror_choices[] = {
	[MIRROR_NONE] = { "none", "the device only", 0 },
	[MIRROR_INTERVAL] = { "interval", "with an interval notifier", 0 },
	[MIRROR_MM] = { "mm-wide", "with a mm-wide notifier", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis open_axes[] = {
	LIFETIME_AXES,
	{
		.name = "mirror",
		.help = "what the device subscribes",
		.choices = mirror_choices,
		.values = "none,interval,mm-wide",
	},
	{ 0 },
};

static const struct bench_fact facts[] = {
	LIFETIME_FACTS,
	{ 0 },
};

static const struct bench_metric open_metrics[] = {
	{ "operation", "open, subscribe and close", NULL, BENCH_TIMED },
	{ 0 },
};

struct open_state {
	struct lifetime common;
	struct mmg_mirror_add add;
};

static int open_setup(struct bench *bench)
{
	struct open_state *state = calloc(1, sizeof(*state));
	unsigned int mirror = bench_option(bench, "mirror");
	size_t page = memory_page_size();

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	if (mirror == MIRROR_MM && bench_counts_instructions(bench))
		return bench_skip(bench, "closing waits for a grace period: "
					 "no instruction count, use --clock "
					 "wall");
	state->add.count = 1;
	state->add.kind =
		mirror == MIRROR_MM ? MMG_MIRROR_MM : MMG_MIRROR_INTERVAL;
	if (mirror == MIRROR_INTERVAL) {
		state->add.start = (uint64_t)state / page * page;
		state->add.length = page;
	}
	return lifetime_setup(bench, &state->common);
}

static int open_run(struct bench *bench, uint64_t operations)
{
	struct open_state *state = bench_state(bench);
	bool subscribe = bench_option(bench, "mirror") != MIRROR_NONE;
	int ret = 0;

	while (operations-- && !ret) {
		struct subscription own = { .device = bench_device() };
		struct mmg_mirror_add add = state->add;

		if (own.device < 0)
			return own.device;
		if (subscribe)
			ret = subscription_request(bench, &own,
						   MMG_IOC_MIRROR_ADD, &add);
		close(own.device);
	}
	return ret;
}

static void open_teardown(struct bench *bench)
{
	struct open_state *state = bench_state(bench);

	lifetime_teardown(&state->common);
	free(state);
}

static const struct bench_case open_close = {
	.name = "lifetime.open_close",
	.summary = "a mirror created and dropped: open, subscribe, close",
	.axes = open_axes,
	.metrics = open_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true, /* a mm-wide one waits */
	.setup = open_setup,
	.run = open_run,
	.teardown = open_teardown,
};
BENCH_CASE(open_close);

/* --- devices bound to one mm --- */

#define MAX_BONDS 256

static const struct bench_axis bond_axes[] = {
	LIFETIME_AXES,
	{
		.name = "bonds",
		.help = "devices bound to the mm, sharing a notifier",
		.unit = "",
		.min = 1,
		.max = MAX_BONDS,
		.values = "1,8,64",
	},
	{ 0 },
};

enum { FIRST_BIND, NEXT_BIND, UNBIND, LAST_UNBIND };

static const struct bench_metric bond_metrics[] = {
	[FIRST_BIND] = { "first_bind", "the bind that registers", NULL, 0 },
	[NEXT_BIND] = { "next_bind", "a further one", NULL, 0 },
	[UNBIND] = { "unbind", "one that is not the last", NULL, 0 },
	[LAST_UNBIND] = { "last_unbind", "the one that drops the notifier",
			  NULL, 0 },
	{ 0 },
};

struct bond_state {
	struct lifetime common;
	unsigned int count;
	struct subscription devices[MAX_BONDS];
	uint64_t bind[MAX_BONDS], unbind[MAX_BONDS];
};

static int bond_setup(struct bench *bench)
{
	struct bond_state *state = calloc(1, sizeof(*state));
	unsigned int wanted = bench_option(bench, "bonds");

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	while (state->count < wanted) {
		int device = bench_device();

		if (device < 0)
			return bench_fail(bench, "cannot open the device: %s",
					  strerror(-device));
		state->devices[state->count++].device = device;
	}
	return lifetime_setup(bench, &state->common);
}

static int bond_prepare(struct bench *bench, uint64_t operations)
{
	struct bond_state *state = bench_state(bench);

	(void)operations;
	lifetime_before(&state->common);
	return 0;
}

static int bond_run(struct bench *bench, uint64_t operations)
{
	struct bond_state *state = bench_state(bench);
	int ret = 0;

	(void)operations;
	for (unsigned int i = 0; i < state->count && !ret; i++) {
		struct mmg_bind bind = { .clock = bench_clock(bench) };

		ret = subscription_request(bench, &state->devices[i],
					   MMG_IOC_BIND, &bind);
		state->bind[i] = bind.elapsed;
		if (!ret && bind.bonds != i + 1)
			return bench_invalid(bench, "%llu bonds, not %u",
					     (unsigned long long)bind.bonds,
					     i + 1);
	}
	for (unsigned int i = 0; i < state->count && !ret; i++) {
		struct mmg_unbind unbind = { .clock = bench_clock(bench) };

		ret = subscription_request(bench, &state->devices[i],
					   MMG_IOC_UNBIND, &unbind);
		state->unbind[i] = unbind.elapsed;
		if (!ret && unbind.bonds != state->count - 1 - i)
			return bench_invalid(bench, "%llu bonds left, not %u",
					     (unsigned long long)unbind.bonds,
					     state->count - 1 - i);
	}
	return ret ? bench_fail(bench, "cannot bind: %s", strerror(-ret)) : 0;
}

static int bond_finish(struct bench *bench, uint64_t operations)
{
	struct bond_state *state = bench_state(bench);
	unsigned int others = state->count - 1;
	uint64_t bind = 0, unbind = 0;

	(void)operations;
	lifetime_after(bench, &state->common);
	for (unsigned int i = 0; i < others; i++) {
		bind += state->bind[i + 1];
		unbind += state->unbind[i];
	}
	bench_record(bench, FIRST_BIND, state->bind[0], 1, 1);
	bench_record(bench, NEXT_BIND, bind, others, others);
	bench_record(bench, UNBIND, unbind, others, others);
	bench_record(bench, LAST_UNBIND, state->unbind[others], 1, 1);
	return 0;
}

static void bond_teardown(struct bench *bench)
{
	struct bond_state *state = bench_state(bench);

	while (state->count)
		close(state->devices[--state->count].device);
	lifetime_teardown(&state->common);
	free(state);
}

static const struct bench_case bond = {
	.name = "lifetime.bond",
	.summary = "devices bound to one mm, then unbound one by one",
	.axes = bond_axes,
	.metrics = bond_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = lifetime_limit,
	.setup = bond_setup,
	.prepare = bond_prepare,
	.run = bond_run,
	.finish = bond_finish,
	.teardown = bond_teardown,
};
BENCH_CASE(bond);
