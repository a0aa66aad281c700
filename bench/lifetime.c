// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lifetime.*: what it costs to start and to stop mirroring an address space.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

static const struct bench_axis get_axes[] = {
	{ "vmas", "extra mappings in the address space", "", NULL, 0, 60000,
	  "10,1000" },
	{ "count", "gets of one notifier", "", NULL, 1, 4096, "8" },
	{ 0 },
};

enum { GET_FIRST, GET_REPEAT, GET_PUT, GET_SYNCHRONIZE };

static const struct bench_metric get_metrics[] = {
	[GET_FIRST] = { "first_get", "the get that registers", NULL, 0 },
	[GET_REPEAT] = { "repeat_get", "a further get", NULL, 0 },
	[GET_PUT] = { "put", "a put returns", NULL, 0 },
	[GET_SYNCHRONIZE] = { "synchronize",
			      "after the last put, until all is freed", NULL,
			      BENCH_SLEEPS },
	{ 0 },
};

struct get_state {
	char *mappings; /* every other page of it is mapped */
	size_t length;
	struct mmg_notifier sum;
};

static int get_setup(struct bench *bench)
{
	struct get_state *state = calloc(1, sizeof(*state));
	size_t page = memory_page_size();
	size_t vmas = bench_number(bench, "vmas");

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	state->length = 2 * vmas * page;
	if (!vmas)
		return 0;
	state->mappings =
		mmap(NULL, state->length, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (state->mappings == MAP_FAILED) {
		state->mappings = NULL;
		return bench_fail(bench, "cannot map %zu bytes: %s",
				  state->length, strerror(errno));
	}
	/* Holes keep the kernel from merging neighbours. */
	for (size_t at = page; at < state->length; at += 2 * page)
		if (munmap(state->mappings + at, page))
			return bench_fail(bench, "cannot make %zu mappings: %s",
					  vmas, strerror(errno));
	return 0;
}

/* Each life ends in a grace period: few operations make a sample. */
static uint64_t get_limit(struct bench *bench)
{
	(void)bench;
	return 1;
}

static int get_run(struct bench *bench, uint64_t operations)
{
	struct get_state *state = bench_state(bench);
	int ret;

	(void)operations;
	state->sum = (struct mmg_notifier){
		.kind = MMG_NOTIFIER_GET,
		.count = (uint32_t)bench_number(bench, "count"),
		.clock = bench_clock(bench),
	};
	ret = bench_kernel(bench, MMG_IOC_NOTIFIER, &state->sum);
	if (ret)
		return bench_fail(bench, "mmu_notifier_get: %s",
				  strerror(-ret));
	return 0;
}

static int get_finish(struct bench *bench, uint64_t operations)
{
	struct get_state *state = bench_state(bench);
	const struct mmg_notifier *sum = &state->sum;

	bench_record(bench, GET_FIRST, sum->first_elapsed, operations, 1);
	if (sum->count > 1)
		bench_record(bench, GET_REPEAT, sum->repeat_elapsed,
			     sum->count - 1, 1);
	bench_record(bench, GET_PUT, sum->release_elapsed, sum->count, 1);
	bench_record(bench, GET_SYNCHRONIZE, sum->synchronize_elapsed,
		     operations, 1);
	bench_count(bench, "freed", (double)sum->freed);
	if (sum->freed != 1)
		return bench_invalid(bench, "%llu notifiers freed, not 1",
				     (unsigned long long)sum->freed);
	return 0;
}

static void get_teardown(struct bench *bench)
{
	struct get_state *state = bench_state(bench);

	if (state->mappings)
		munmap(state->mappings, state->length);
	free(state);
}

static const struct bench_case notifier_get = {
	.name = "lifetime.notifier_get",
	.summary = "mmu_notifier_get(), first and repeated, and the put",
	.axes = get_axes,
	.metrics = get_metrics,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true, /* synchronize sleeps */
	.limit = get_limit,
	.setup = get_setup,
	.run = get_run,
	.finish = get_finish,
	.teardown = get_teardown,
};
BENCH_CASE(notifier_get);
