// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fault.hmm, fault.phases: what a driver pays to mirror page tables with
 * hmm_range_fault().
 *
 * The loop runs in the module (kmod/fault.c), which also times it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "swap.h"
#include "verify.h"

enum { STATE_POPULATED, STATE_DEMAND, STATE_SWAPPED };

static const struct bench_choice state_choices[] = {
	[STATE_POPULATED] = { "populated", "the page tables are filled", 0 },
	[STATE_DEMAND] = { "demand", "every page is faulted in by the walk",
			   0 },
	[STATE_SWAPPED] = { "swapped", "every page is read from swap", 0 },
	{ NULL, NULL, 0 },
};

enum { FLAGS_DEFAULT, FLAGS_PER_PFN };

static const struct bench_choice flags_choices[] = {
	[FLAGS_DEFAULT] = { "default", "one wish for all: default_flags", 0 },
	[FLAGS_PER_PFN] = { "per-pfn", "a wish a page: pfn_flags_mask", 0 },
	{ NULL, NULL, 0 },
};

enum { STORE_OFF, STORE_ON };

static const struct bench_choice store_choices[] = {
	[STORE_OFF] = { "off", "look at the pages, keep nothing", 0 },
	[STORE_ON] = { "on", "copy them into the mirror under the lock", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	FAULT_AXIS_MODE("write"),
	{
		.name = "flags",
		.help = "how the walk is told so",
		.choices = flags_choices,
		.values = "default",
	},
	{
		.name = "store",
		.help = "what becomes of the result",
		.choices = store_choices,
		.values = "off",
	},
	{
		.name = "state",
		.help = "where the pages are",
		.choices = state_choices,
		.values = "populated",
	},
	FAULT_AXIS_BATCH("512"),
	FAULT_AXIS_RANGE("512"),
	FAULT_AXIS_MEMORY,
	{ 0 },
};

struct hmm_state {
	struct memory memory;
	struct mmg_fault request;
	struct swap swap;
	unsigned int state; /* STATE_*, as in the cell */
	bool has_zero_page; /* the kernel */
};

/*
 * A first read gives anonymous memory the zero page, whatever its kind; a huge
 * page split once leaves a page table in its place; and the rest would be 4k.
 */
static bool demand_fits(enum memory_kind kind, unsigned int mode)
{
	switch (kind) {
	case MEMORY_4K:
	case MEMORY_SHMEM:
	case MEMORY_FILE:
		return true;
	case MEMORY_THP:
	case MEMORY_MTHP16K:
	case MEMORY_MTHP64K:
	case MEMORY_MTHP1M:
	case MEMORY_HUGETLB:
		return mode == MMG_FAULT_WRITE;
	default:
		return false;
	}
}

static bool excludes(const struct bench *bench)
{
	unsigned int mode = bench_option(bench, "mode");
	unsigned int state = bench_option(bench, "state");
	enum memory_kind kind = bench_option(bench, "memory");
	uint64_t range = bench_number(bench, "range");
	bool look = mode == MMG_FAULT_SNAPSHOT;

	if (bench_number(bench, "batch") > range || !memory_fits(kind, range))
		return true;
	switch (state) {
	case STATE_DEMAND:
		return look || !demand_fits(kind, mode);
	case STATE_SWAPPED:
		return look || kind != MEMORY_4K;
	default:
		/* Walks that fault change these, or fail. */
		return (kind == MEMORY_READONLY || kind == MEMORY_ZERO) ?
			       mode == MMG_FAULT_WRITE :
			       kind == MEMORY_HOLES && !look;
	}
}

static int setup(struct bench *bench)
{
	struct hmm_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	state->state = bench_option(bench, "state");
	state->has_zero_page = memory_has_zero_page();
	ret = memory_make(bench, &state->memory, bench_option(bench, "memory"),
			  bench_number(bench, "range") * memory_page_size());
	if (!ret && state->state == STATE_SWAPPED)
		ret = swap_on(bench, &state->swap);
	state->request = fault_request(bench, &state->memory);
	if (bench_option(bench, "flags") == FLAGS_PER_PFN)
		state->request.flags |= MMG_FAULT_PER_PFN;
	if (bench_option(bench, "store") == STORE_ON)
		state->request.flags |= MMG_FAULT_STORE;
	return ret;
}

/* On demand each operation needs its pages gone again: one a sample. */
static uint64_t limit(struct bench *bench)
{
	struct hmm_state *state = bench_state(bench);

	return state->state == STATE_POPULATED ? MMG_MAX_ITERATIONS : 1;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct hmm_state *state = bench_state(bench);

	(void)operations;
	if (state->state == STATE_DEMAND)
		return memory_drop(bench, &state->memory, state->memory.length);
	if (state->state == STATE_SWAPPED)
		return swap_out(bench, &state->memory);
	return 0;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct hmm_state *state = bench_state(bench);

	state->request.iterations = (uint32_t)operations;
	state->request.flags &= ~(uint32_t)MMG_FAULT_SAMPLES;
	if (bench_times_calls(bench))
		state->request.flags |= MMG_FAULT_SAMPLES;
	return fault_walk(bench, &state->request);
}

/*
 * What the walk must find: on demand a first read gives the zero page, where
 * the kernel has one.
 */
static enum memory_kind found_kind(const struct hmm_state *state)
{
	if (state->state == STATE_DEMAND && state->memory.kind == MEMORY_4K &&
	    state->request.mode == MMG_FAULT_READ && state->has_zero_page)
		return MEMORY_ZERO;
	return state->memory.kind;
}

static void count(struct bench *bench, const struct mmg_fault *done)
{
	bench_count(bench, "calls", (double)done->calls);
	bench_count(bench, "first_tries", (double)done->first_tries);
	bench_count(bench, "busy", (double)done->busy);
	bench_count(bench, "retries", (double)done->retries);
}

static int check(struct bench *bench)
{
	struct hmm_state *state = bench_state(bench);
	struct memory now = state->memory;
	int ret;

	now.kind = found_kind(state);
	ret = memory_verify(bench, &now, now.length);
	return ret ? ret : verify_mirror(bench, &now, &state->request);
}

static void teardown(struct bench *bench)
{
	struct hmm_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	swap_off(&state->swap);
	free(state);
}

/* --- fault.hmm --- */

enum { HMM_OPERATION, HMM_BYTE };

static const struct bench_fact facts[] = {
	FAULT_FACTS,
	VERIFY_MIRROR_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric hmm_metrics[] = {
	[HMM_OPERATION] = { "operation", "one page of the range mirrored",
			    "page", 0 },
	[HMM_BYTE] = { "byte", "one byte of it", "byte", 0 },
	{ 0 },
};

static int finish(struct bench *bench, uint64_t operations)
{
	struct hmm_state *state = bench_state(bench);
	const struct mmg_fault *done = &state->request;
	uint64_t pages = operations * done->pages;

	bench_record(bench, HMM_OPERATION, done->elapsed, pages, 1);
	bench_record(bench, HMM_BYTE, done->elapsed, pages * memory_page_size(),
		     1);
	count(bench, done);
	return fault_check_found(bench, found_kind(state),
				 state->state == STATE_POPULATED, done);
}

static const struct bench_case fault_hmm = {
	.name = "fault.hmm",
	.summary =
		"hmm_range_fault() over a range, as a driver's fault handler",
	.axes = axes,
	.metrics = hmm_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.times_calls = true,
	.excludes = excludes,
	.limit = limit,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(fault_hmm);

/* --- fault.phases --- */

enum { PHASE_BEGIN, PHASE_WALK, PHASE_COMMIT, PHASE_STORE };

static const struct bench_metric phases_metrics[] = {
	[PHASE_BEGIN] = { "begin", "mmu_interval_read_begin()", "call", 0 },
	[PHASE_WALK] = { "walk", "hmm_range_fault() under the mmap_lock",
			 "page", 0 },
	[PHASE_COMMIT] = { "commit", "the driver's lock and the retry check",
			   "call", 0 },
	[PHASE_STORE] = { "store", "the pages copied into the mirror", "page",
			  0 },
	{ 0 },
};

static int phases_setup(struct bench *bench)
{
	int ret = setup(bench);
	struct hmm_state *state = bench_state(bench);

	if (!ret)
		state->request.flags |= MMG_FAULT_PHASES;
	return ret;
}

static int phases_finish(struct bench *bench, uint64_t operations)
{
	struct hmm_state *state = bench_state(bench);
	const struct mmg_fault *done = &state->request;
	uint64_t pages = operations * done->pages, calls = done->calls;
	bool stored = done->flags & MMG_FAULT_STORE;

	/* Commit is cut in two where the store is timed inside it. */
	bench_record(bench, PHASE_BEGIN, done->begin_elapsed, calls, calls);
	bench_record(bench, PHASE_WALK, done->walk_elapsed, pages, calls);
	bench_record(bench, PHASE_COMMIT, done->commit_elapsed, calls,
		     stored ? 2 * calls : calls);
	if (stored)
		bench_record(bench, PHASE_STORE, done->store_elapsed, pages,
			     calls);
	count(bench, done);
	return fault_check_found(bench, found_kind(state),
				 state->state == STATE_POPULATED, done);
}

static const struct bench_case fault_phases = {
	.name = "fault.phases",
	.summary = "the phases of mirroring a range, timed apart",
	.axes = axes,
	.metrics = phases_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.excludes = excludes,
	.limit = limit,
	.setup = phases_setup,
	.prepare = prepare,
	.run = run,
	.finish = phases_finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(fault_phases);
