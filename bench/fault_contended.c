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
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fault.h"
#include "rivals.h"
#include "verify.h"

enum { BY_DONTNEED, BY_MPROTECT };

static const struct bench_choice by_choices[] = {
	[BY_DONTNEED] = { "dontneed", "MADV_DONTNEED of the range", 0 },
	[BY_MPROTECT] = { "mprotect", "write protection on and off", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{
		.name = "invalidators",
		.help = "threads that invalidate the range",
		.unit = "",
		.max = RIVALS_MAX,
		.values = "0,1",
	},
	{
		.name = "faulters",
		.help = "threads that fault, the measured one included",
		.unit = "",
		.min = 1,
		.max = RIVALS_MAX,
		.values = "1",
	},
	{
		.name = "by",
		.help = "how the range is invalidated",
		.choices = by_choices,
		.values = "dontneed",
	},
	{
		.name = "bound",
		.help = "retries after which a call gives up",
		.unit = "",
		.max = 100000,
		.values = "16",
	},
	FAULT_AXIS_MODE("fault"),
	FAULT_AXIS_BATCH("64"),
	FAULT_AXIS_RANGE("512"),
	{ 0 },
};

enum { METRIC_OPERATION, METRIC_SUCCESS };

static const struct bench_fact facts[] = {
	{ "calls", "calls of the measured thread that succeeded",
	  BENCH_STATISTICAL },
	{ "first_tries", "of these, with no retry", BENCH_STATISTICAL },
	{ "busy", "calls answered with -EBUSY", BENCH_STATISTICAL },
	{ "retries", "times mmu_interval_read_retry() said so",
	  BENCH_STATISTICAL },
	{ "given_up", "calls that needed too many retries", BENCH_STATISTICAL },
	{ "given_up_failures", "retries of these", BENCH_STATISTICAL },
	{ "retries_per_success", "of calls that succeeded", BENCH_STATISTICAL },
	{ "given_up_share", "of all calls", BENCH_STATISTICAL },
	{ "others_walks", "turns of the other faulting threads",
	  BENCH_STATISTICAL },
	{ "others_calls", "their calls that succeeded", BENCH_STATISTICAL },
	{ "others_failures", "their retries", BENCH_STATISTICAL },
	{ "others_given_up", "their calls that needed too many",
	  BENCH_STATISTICAL },
	{ "others_given_up_share", "of all their calls", BENCH_STATISTICAL },
	{ "invalidator_turns", "turns of the invalidating threads",
	  BENCH_STATISTICAL },
	RIVAL_FACTS,
	VERIFY_MIRROR_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	[METRIC_OPERATION] = { "operation", "one page of the range mirrored",
			       "page", BENCH_CONTENDS },
	BENCH_CALLS("success_", "time to success", BENCH_CONTENDS),
	{ 0 },
};

/* Calls of all faulters but the measured one. */
struct others {
	atomic_ullong calls, failures, given_up;
};

struct contended_state {
	struct rivals rivals;
	struct memory memory;
	struct mmg_fault request; /* what all faulters ask for */
	struct mmg_fault done;
	unsigned int faulters; /* of the rivals, the first so many */
	unsigned int by;
	struct others others;
};

static bool excludes(const struct bench *bench)
{
	/* Asking to write what is write-protected fails: no retry. */
	return bench_number(bench, "batch") > bench_number(bench, "range") ||
	       (bench_option(bench, "by") == BY_MPROTECT &&
		bench_option(bench, "mode") == MMG_FAULT_WRITE);
}

/* Attempts that failed of calls that gave up: the bound, and one more. */
static uint64_t given_up_failures(const struct mmg_fault *done)
{
	return done->given_up * (done->max_retries + 1);
}

/*
 * The counts must agree: every call succeeded or gave up, and one that
 * succeeded did so at the first try or failed at least once and at most
 * @max_retries times.
 */
static bool is_consistent(const struct mmg_fault *done)
{
	uint64_t calls = (uint64_t)done->iterations *
			 ((done->pages + done->batch - 1) / done->batch);
	uint64_t failures = done->retries + done->busy;
	uint64_t lost = given_up_failures(done);
	uint64_t later = done->calls - done->first_tries;

	return done->calls + done->given_up == calls &&
	       done->first_tries <= done->calls && failures >= lost + later &&
	       failures <= lost + later * done->max_retries;
}

static int turn_fault(const struct rival *rival, struct contended_state *state)
{
	struct mmg_fault request = state->request;
	struct others *others = &state->others;
	int ret;

	request.iterations = 1;
	ret = bench_device_request(rival->device, MMG_IOC_FAULT, &request);
	if (ret)
		return ret;
	atomic_fetch_add(&others->calls, request.calls);
	atomic_fetch_add(&others->given_up, request.given_up);
	atomic_fetch_add(&others->failures, request.retries + request.busy);
	return is_consistent(&request) ? 0 : -EILSEQ;
}

static int turn(struct rival *rival, void *data)
{
	struct contended_state *state = data;
	char *start = state->memory.start;
	size_t length = state->memory.length;

	if (rival->number < state->faulters)
		return turn_fault(rival, state);
	if (state->by == BY_DONTNEED)
		return madvise(start, length, MADV_DONTNEED) ? -errno : 0;
	return mprotect(start, length, PROT_READ) ||
			       mprotect(start, length, PROT_READ | PROT_WRITE) ?
		       -errno :
		       0;
}

static unsigned int threads(const struct bench *bench)
{
	return (unsigned int)(bench_number(bench, "invalidators") +
			      bench_number(bench, "faulters") - 1);
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
	/* Where CPUs take turns a walk lasts many, and minutes 64 of them. */
	if (bench_counts_instructions(bench))
		state->rivals.rounds = 1;
	return ret;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);

	(void)operations;
	state->done = state->request;
	state->done.iterations = state->rivals.rounds;
	return fault_walk(bench, &state->done);
}

/* What the other faulters counted since the last sample. */
static void count_others(struct bench *bench, struct others *others)
{
	bench_count(bench, "others_calls",
		    (double)atomic_exchange(&others->calls, 0));
	bench_count(bench, "others_failures",
		    (double)atomic_exchange(&others->failures, 0));
	bench_count(bench, "others_given_up",
		    (double)atomic_exchange(&others->given_up, 0));
}

static int count_threads(struct bench *bench, struct contended_state *state)
{
	struct rivals *rivals = &state->rivals;
	int ret =
		rivals_count(bench, rivals, 0, state->faulters, "others_walks");

	if (!ret)
		ret = rivals_count(bench, rivals, state->faulters,
				   rivals->count, "invalidator_turns");
	if (!ret && state->faulters)
		count_others(bench, &state->others);
	return ret;
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);
	const struct mmg_fault *done = &state->done;
	int ret;

	(void)operations;
	bench_record(bench, METRIC_OPERATION, done->elapsed,
		     (uint64_t)done->iterations * done->pages, 1);
	bench_count(bench, "calls", (double)done->calls);
	bench_count(bench, "first_tries", (double)done->first_tries);
	bench_count(bench, "busy", (double)done->busy);
	bench_count(bench, "retries", (double)done->retries);
	bench_count(bench, "given_up", (double)done->given_up);
	bench_count(bench, "given_up_failures",
		    (double)given_up_failures(done));
	if (!is_consistent(done))
		return bench_invalid(
			bench,
			"%llu calls, %llu given up, %llu first tries, %llu "
			"retries and %llu busy do not agree",
			(unsigned long long)done->calls,
			(unsigned long long)done->given_up,
			(unsigned long long)done->first_tries,
			(unsigned long long)done->retries,
			(unsigned long long)done->busy);
	ret = bench_record_calls(bench, METRIC_SUCCESS);
	return ret ? ret : count_threads(bench, state);
}

/* The shares, which the counts per operation do not tell at once. */
static int check(struct bench *bench)
{
	struct contended_state *state = bench_state(bench);
	double calls = bench_counted(bench, "calls");
	double given_up = bench_counted(bench, "given_up");
	double failures = bench_counted(bench, "retries") +
			  bench_counted(bench, "busy") -
			  bench_counted(bench, "given_up_failures");
	double others = bench_counted(bench, "others_calls");
	double others_given_up = bench_counted(bench, "others_given_up");
	int ret = rivals_check(bench, &state->rivals);

	if (ret)
		return ret;
	/* Of calls that succeeded: the others are told apart. */
	if (calls > 0)
		bench_fact(bench, "retries_per_success",
			   fmax(failures, 0) / calls);
	bench_fact(bench, "given_up_share", given_up / (calls + given_up));
	if (others + others_given_up > 0)
		bench_fact(bench, "others_given_up_share",
			   others_given_up / (others + others_given_up));
	/* With nobody else there any more. */
	rivals_stop(&state->rivals);
	return verify_mirror(bench, &state->memory, &state->request);
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
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.excludes = excludes,
	.limit = bench_limit_one,
	.threads = threads,
	.setup = setup,
	.prepare = rivals_prepare,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(contended);
