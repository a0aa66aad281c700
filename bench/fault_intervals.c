// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fault.intervals: the same walk with many other interval ranges subscribed to
 * the address space, apart or on top of it. Reading a sequence count looks at
 * one of them, so it should cost the same; what costs is invalidation.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "verify.h"

enum { PLACE_DISJOINT, PLACE_OVERLAPPING };

static const struct bench_choice place_choices[] = {
	[PLACE_DISJOINT] = { "disjoint", "a page each, one after another", 0 },
	[PLACE_OVERLAPPING] = { "overlapping", "all of them over the range",
				0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{
		.name = "intervals",
		.help = "interval ranges beside the walk's own",
		.unit = "",
		.max = MMG_MAX_SUBSCRIPTIONS,
		.values = "0,1,64,4096,65536",
	},
	{
		.name = "place",
		.help = "where they are",
		.choices = place_choices,
		.values = "disjoint",
	},
	FAULT_AXIS_MODE("fault"),
	FAULT_AXIS_BATCH("16"),
	FAULT_AXIS_RANGE("512"),
	{ 0 },
};

static const struct bench_fact facts[] = {
	FAULT_FACTS,
	VERIFY_MIRROR_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "one page of the range mirrored", "page", 0 },
	{ 0 },
};

struct intervals_state {
	struct memory memory;
	struct mmg_fault request;
};

static bool excludes(const struct bench *bench)
{
	return bench_number(bench, "batch") > bench_number(bench, "range");
}

static int subscribe(struct bench *bench, const struct memory *memory)
{
	bool disjoint = bench_option(bench, "place") == PLACE_DISJOINT;
	struct mmg_mirror_add add = {
		.kind = MMG_MIRROR_INTERVAL,
		.count = (uint32_t)bench_number(bench, "intervals"),
		.start = (uint64_t)memory->start,
		.length = disjoint ? memory_page_size() : memory->length,
		.stride = disjoint ? memory_page_size() : 0,
		.clock = bench_clock(bench),
	};
	int ret;

	if (!add.count)
		return 0;
	/* Below the range: above there may be no room up to the stack's end. */
	if (disjoint)
		add.start -= add.count * memory_page_size();
	ret = bench_kernel(bench, MMG_IOC_MIRROR_ADD, &add);
	if (ret)
		return bench_fail(bench, "cannot subscribe %u times: %s",
				  add.count, strerror(-ret));
	return 0;
}

static int setup(struct bench *bench)
{
	struct intervals_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	ret = memory_make(bench, &state->memory, MEMORY_4K,
			  bench_number(bench, "range") * memory_page_size());
	state->request = fault_request(bench, &state->memory);
	return ret ? ret : subscribe(bench, &state->memory);
}

static int run(struct bench *bench, uint64_t operations)
{
	struct intervals_state *state = bench_state(bench);

	state->request.iterations = (uint32_t)operations;
	return fault_walk(bench, &state->request);
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct intervals_state *state = bench_state(bench);
	const struct mmg_fault *done = &state->request;

	bench_record(bench, 0, done->elapsed, operations * done->pages, 1);
	bench_count(bench, "calls", (double)done->calls);
	bench_count(bench, "retries", (double)done->retries);
	return fault_check_found(bench, MEMORY_4K, true, done);
}

static int check(struct bench *bench)
{
	struct intervals_state *state = bench_state(bench);
	int ret = memory_verify(bench, &state->memory, state->memory.length);

	return ret ? ret :
		     verify_mirror(bench, &state->memory, &state->request);
}

static void teardown(struct bench *bench)
{
	struct intervals_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case intervals = {
	.name = "fault.intervals",
	.summary = "hmm_range_fault() in an mm with many interval notifiers",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.excludes = excludes,
	.limit = bench_limit_module,
	.setup = setup,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(intervals);
