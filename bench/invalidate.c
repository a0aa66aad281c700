// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.*: what a system call that changes page tables costs when
 * somebody mirrors the address space.
 *
 * A sample works through an arena of one range per operation, populated
 * outside the clock, so that neither the faults nor the clock are in the time.
 * Interval subscriptions cover the whole arena: every operation hits each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

#define ARENA_BYTES (8ul << 20)

enum subscription {
	SUBSCRIPTION_NONE,
	SUBSCRIPTION_INTERVAL,
	SUBSCRIPTION_MM,
};

static const struct bench_choice subscription_choices[] = {
	[SUBSCRIPTION_NONE] = { "none", "nobody ever subscribed to this mm",
				0 },
	[SUBSCRIPTION_INTERVAL] = { "interval",
				    "interval notifiers over the whole arena",
				    BENCH_NEEDS_MODULE },
	[SUBSCRIPTION_MM] = { "mm-wide", "mm-wide notifiers (start and end)",
			      BENCH_NEEDS_MODULE },
	{ NULL, NULL, 0 },
};

static const struct bench_axis madvise_axes[] = {
	{ "subscription", "what is subscribed to the address space", NULL,
	  subscription_choices, 0, 0, "none,interval,mm-wide" },
	{ "count", "subscriptions; 0 goes with none", "", NULL, 0,
	  MMG_MAX_SUBSCRIPTIONS, "0,1" },
	{ "range", "pages a call invalidates", "page", NULL, 1, 1u << 18, "1" },
	{ "memory", "what backs the range", NULL, memory_choices, 0, 0, "4k" },
	{ 0 },
};

enum { MADVISE_OPERATION, MADVISE_HOLD };

static const struct bench_metric madvise_metrics[] = {
	[MADVISE_OPERATION] = { "operation", "the whole system call", NULL,
				BENCH_TIMED },
	[MADVISE_HOLD] = { "hold",
			   "start to end callback, of an mm-wide notifier",
			   NULL, 0 },
	{ 0 },
};

struct madvise_state {
	struct memory memory;
	size_t range;
	enum subscription subscription;
	uint64_t count; /* subscriptions */
};

/* Part of a huge page would be split, which is another case. */
static bool madvise_excludes(const struct bench *bench)
{
	bool none = bench_option(bench, "subscription") == SUBSCRIPTION_NONE;

	return none != !bench_number(bench, "count") ||
	       !memory_fits(bench_option(bench, "memory"),
			    bench_number(bench, "range"));
}

static uint64_t madvise_limit(struct bench *bench)
{
	struct madvise_state *state = bench_state(bench);

	return state->memory.length / state->range;
}

static int subscribe(struct bench *bench, struct madvise_state *state)
{
	struct mmg_mirror_add add = {
		.kind = state->subscription == SUBSCRIPTION_MM ?
				MMG_MIRROR_MM :
				MMG_MIRROR_INTERVAL,
		.count = (uint32_t)state->count,
		.clock = bench_clock(bench),
	};
	int ret;

	if (state->subscription == SUBSCRIPTION_NONE)
		return 0;
	if (state->subscription == SUBSCRIPTION_INTERVAL) {
		add.start = (uint64_t)state->memory.start;
		add.length = state->memory.length;
	}
	ret = bench_kernel(bench, MMG_IOC_MIRROR_ADD, &add);
	if (ret)
		return bench_fail(bench, "cannot subscribe %u times: %s",
				  add.count, strerror(-ret));
	return 0;
}

static int madvise_setup(struct bench *bench)
{
	struct madvise_state *state = calloc(1, sizeof(*state));
	enum memory_kind kind = bench_option(bench, "memory");
	size_t length;
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	state->subscription = bench_option(bench, "subscription");
	state->count = bench_number(bench, "count");
	state->range = bench_number(bench, "range") * memory_page_size();

	length = state->range > ARENA_BYTES ? state->range : ARENA_BYTES;
	ret = memory_map(bench, &state->memory, kind,
			 length / state->range * state->range);
	if (!ret)
		ret = memory_populate(bench, &state->memory,
				      state->memory.length);
	if (!ret)
		ret = memory_verify(bench, &state->memory,
				    state->memory.length);
	if (!ret)
		ret = subscribe(bench, state);
	return ret;
}

static int mirror_read(struct bench *bench, struct mmg_mirror_read *read)
{
	int ret;

	memset(read, 0, sizeof(*read));
	read->reset = 1;
	ret = bench_kernel(bench, MMG_IOC_MIRROR_READ, read);
	if (ret)
		return bench_fail(bench, "cannot read the mirror: %s",
				  strerror(-ret));
	return 0;
}

static int madvise_prepare(struct bench *bench, uint64_t operations)
{
	struct madvise_state *state = bench_state(bench);
	struct mmg_mirror_read read;
	int ret = memory_populate(bench, &state->memory,
				  operations * state->range);

	if (!ret && state->count)
		ret = mirror_read(bench, &read);
	return ret;
}

static int madvise_run(struct bench *bench, uint64_t operations)
{
	struct madvise_state *state = bench_state(bench);
	char *at = state->memory.start;

	for (; operations; operations--, at += state->range)
		if (madvise(at, state->range, MADV_DONTNEED))
			return -errno;
	return 0;
}

static int madvise_finish(struct bench *bench, uint64_t operations)
{
	struct madvise_state *state = bench_state(bench);
	struct mmg_mirror_read read;
	int ret;

	if (!state->count)
		return 0;
	ret = mirror_read(bench, &read);
	if (ret)
		return ret;
	bench_count(bench, "callbacks", (double)read.callbacks);
	bench_count(bench, "bytes", (double)read.bytes);
	if (read.holds)
		bench_record(bench, MADVISE_HOLD, read.hold_elapsed, read.holds,
			     read.holds);
	(void)operations;
	return 0;
}

static int madvise_check(struct bench *bench)
{
	struct madvise_state *state = bench_state(bench);
	double callbacks = bench_counted(bench, "callbacks");
	int ret;

	/* MADV_DONTNEED announces its range once, whatever the kernel. */
	if (callbacks != (double)state->count)
		return bench_invalid(bench, "%g callbacks an operation, not %g",
				     callbacks, (double)state->count);
	ret = memory_populate(bench, &state->memory, state->memory.length);
	if (!ret)
		ret = memory_verify(bench, &state->memory,
				    state->memory.length);
	return ret;
}

static void madvise_teardown(struct bench *bench)
{
	struct madvise_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case madvise_dontneed = {
	.name = "invalidate.madvise_dontneed",
	.summary = "MADV_DONTNEED of populated memory under notifiers",
	.axes = madvise_axes,
	.metrics = madvise_metrics,
	.excludes = madvise_excludes,
	.limit = madvise_limit,
	.setup = madvise_setup,
	.prepare = madvise_prepare,
	.run = madvise_run,
	.finish = madvise_finish,
	.check = madvise_check,
	.teardown = madvise_teardown,
};
BENCH_CASE(madvise_dontneed);
