// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fault.contended: a mirror faulted in while others invalidate it.
 *
 * Every invalidation moves the sequence count that a walk must find unchanged
 * at its end, or start over. How often, how long until it succeeds, and how
 * often it gives up are the answer, as much as the time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fault.h"
#include "rivals.h"

/* Walks of the range in one operation: the others need time to interfere. */
#define ROUNDS 64

enum { BY_DONTNEED, BY_MPROTECT };

static const struct bench_choice by_choices[] = {
	[BY_DONTNEED] = { "dontneed", "MADV_DONTNEED of the range", 0 },
	[BY_MPROTECT] = { "mprotect", "write protection on and off", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{ "invalidators", "threads that invalidate the range", "", NULL, 0,
	  RIVALS_MAX, "0,1" },
	{ "faulters", "threads that fault, the measured one included", "", NULL,
	  1, RIVALS_MAX, "1" },
	{ "by", "how the range is invalidated", NULL, by_choices, 0, 0,
	  "dontneed" },
	{ "bound", "retries after which a call gives up", "", NULL, 0, 100000,
	  "16" },
	FAULT_AXIS_MODE("fault"),
	FAULT_AXIS_BATCH("64"),
	FAULT_AXIS_RANGE("512"),
	{ 0 },
};

enum { METRIC_OPERATION, METRIC_P50, METRIC_P99, METRIC_MAX };

static const struct bench_metric metrics[] = {
	[METRIC_OPERATION] = { "operation", "one page of the range mirrored",
			       "page", BENCH_SLEEPS },
	[METRIC_P50] = { "success_p50", "time to success, the median call",
			 NULL, BENCH_SLEEPS },
	[METRIC_P99] = { "success_p99", "time to success, 99 calls in 100",
			 NULL, BENCH_SLEEPS },
	[METRIC_MAX] = { "success_max", "time to success, the slowest call",
			 NULL, BENCH_SLEEPS },
	{ 0 },
};

struct contended_state {
	struct memory memory;
	struct mmg_fault request; /* what all faulters ask for */
	struct mmg_fault done;
	struct rivals rivals;
	unsigned int faulters; /* of the rivals, the first so many */
	unsigned int by;
	uint64_t ticks[MMG_MAX_SAMPLES];
};

static bool excludes(const struct bench *bench)
{
	/* Asking to write what is write-protected fails: no retry. */
	return bench_number(bench, "batch") > bench_number(bench, "range") ||
	       (bench_option(bench, "by") == BY_MPROTECT &&
		bench_option(bench, "mode") == MMG_FAULT_WRITE);
}

static int turn(struct rival *rival, void *data)
{
	const struct contended_state *state = data;
	char *start = state->memory.start;
	size_t length = state->memory.length;

	if (rival->number < state->faulters) {
		struct mmg_fault request = state->request;

		request.iterations = 1;
		return bench_device_request(rival->device, MMG_IOC_FAULT,
					    &request);
	}
	if (state->by == BY_DONTNEED)
		return madvise(start, length, MADV_DONTNEED) ? -errno : 0;
	return mprotect(start, length, PROT_READ) ||
			       mprotect(start, length, PROT_READ | PROT_WRITE) ?
		       -errno :
		       0;
}

static int setup(struct bench *bench)
{
	struct contended_state *state = calloc(1, sizeof(*state));
	unsigned int invalidators =
		(unsigned int)bench_number(bench, "invalidators");
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	ret = rivals_need_wall(bench);
	if (ret)
		return ret;
	state->faulters = (unsigned int)bench_number(bench, "faulters") - 1;
	state->by = bench_option(bench, "by");
	ret = memory_make(bench, &state->memory, MEMORY_4K,
			  bench_number(bench, "range") * memory_page_size());
	state->request = fault_request(bench, &state->memory);
	state->request.max_retries = (uint32_t)bench_number(bench, "bound");
	state->request.flags = MMG_FAULT_GIVE_UP | MMG_FAULT_SAMPLES;
	state->rivals.turn = turn;
	state->rivals.data = state;
	if (!ret)
		ret = rivals_start(bench, &state->rivals,
				   invalidators + state->faulters, true);
	return ret;
}

static uint64_t limit(struct bench *bench)
{
	struct contended_state *state = bench_state(bench);
	uint32_t calls = (state->request.pages + state->request.batch - 1) /
			 state->request.batch * ROUNDS;

	return calls < MMG_MAX_SAMPLES ? MMG_MAX_SAMPLES / calls : 1;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);

	(void)operations;
	rivals_mark(&state->rivals);
	return 0;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);

	state->done = state->request;
	state->done.iterations = (uint32_t)operations * ROUNDS;
	return fault_walk(bench, &state->done);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int record_successes(struct bench *bench, struct contended_state *state)
{
	struct mmg_samples samples = {
		.buffer = (uint64_t)state->ticks,
		.capacity = MMG_MAX_SAMPLES,
	};
	int ret = bench_kernel(bench, MMG_IOC_SAMPLES, &samples);
	uint64_t *ticks = state->ticks, count = samples.count;

	if (ret)
		return bench_fail(bench, "the calls one by one: %s",
				  strerror(-ret));
	if (!count)
		return 0; /* every call gave up */
	qsort(ticks, count, sizeof(*ticks), by_value);
	bench_record(bench, METRIC_P50, ticks[(count - 1) / 2], 1, 1);
	bench_record(bench, METRIC_P99, ticks[(count * 99 + 99) / 100 - 1], 1,
		     1);
	bench_record(bench, METRIC_MAX, ticks[count - 1], 1, 1);
	return 0;
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);
	const struct mmg_fault *done = &state->done;
	int ret;

	bench_record(bench, METRIC_OPERATION, done->elapsed,
		     operations * ROUNDS * done->pages, 1);
	bench_count(bench, "calls", (double)done->calls);
	bench_count(bench, "first_tries", (double)done->first_tries);
	bench_count(bench, "busy", (double)done->busy);
	bench_count(bench, "retries", (double)done->retries);
	bench_count(bench, "given_up", (double)done->given_up);
	ret = record_successes(bench, state);
	return ret ? ret : rivals_count(bench, &state->rivals, "turns");
}

/* The shares, which the counts per operation do not tell at once. */
static int check(struct bench *bench)
{
	double calls = bench_counted(bench, "calls");
	double given_up = bench_counted(bench, "given_up");
	double retries =
		bench_counted(bench, "retries") + bench_counted(bench, "busy");

	if (calls > 0)
		bench_fact(bench, "retries_per_success", retries / calls);
	if (calls + given_up > 0)
		bench_fact(bench, "given_up_share",
			   given_up / (calls + given_up));
	return 0;
}

static void teardown(struct bench *bench)
{
	struct contended_state *state = bench_state(bench);

	rivals_stop(&state->rivals);
	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case contended = {
	.name = "fault.contended",
	.summary =
		"hmm_range_fault() against threads that invalidate the range",
	.axes = axes,
	.metrics = metrics,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.excludes = excludes,
	.limit = limit,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(contended);
