// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fault.*: what a driver pays to mirror page tables with hmm_range_fault().
 *
 * The loop runs in the module (kmod/fault.c), which also times it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

#define MAX_RETRIES 1000

static const struct bench_choice mode_choices[] = {
	[MMG_FAULT_SNAPSHOT] = { "snapshot", "look, fault nothing in", 0 },
	[MMG_FAULT_READ] = { "fault", "fault in for reading", 0 },
	[MMG_FAULT_WRITE] = { "write", "fault in for writing", 0 },
	{ NULL, NULL, 0 },
};

enum { POPULATED, DEMAND };

static const struct bench_choice populated_choices[] = {
	[POPULATED] = { "populated", "every page is there before", 0 },
	[DEMAND] = { "demand", "every page is faulted in by the walk", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis hmm_axes[] = {
	{ "mode", "what the walk asks for", NULL, mode_choices, 0, 0, "write" },
	{ "state", "whether the pages are there", NULL, populated_choices, 0, 0,
	  "populated" },
	{ "batch", "pages a hmm_range_fault() call", "page", NULL, 1, 1u << 18,
	  "512" },
	{ "range", "pages an operation walks", "page", NULL, 1, 1u << 18,
	  "512" },
	{ "memory", "what backs the range", NULL, memory_choices, 0, 0, "4k" },
	{ 0 },
};

static const struct bench_metric hmm_metrics[] = {
	{ "operation", "one page of the range mirrored", "page", 0 },
	{ 0 },
};

struct hmm_state {
	struct memory memory;
	struct mmg_fault request;
};

static bool hmm_excludes(const struct bench *bench)
{
	uint64_t range = bench_number(bench, "range");

	/* A snapshot faults nothing in, so demand would measure holes. */
	return bench_number(bench, "batch") > range ||
	       !memory_fits(bench_option(bench, "memory"), range) ||
	       (bench_option(bench, "mode") == MMG_FAULT_SNAPSHOT &&
		bench_option(bench, "state") == DEMAND);
}

static int hmm_setup(struct bench *bench)
{
	struct hmm_state *state = calloc(1, sizeof(*state));
	size_t length = bench_number(bench, "range") * memory_page_size();
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	ret = memory_map(bench, &state->memory, bench_option(bench, "memory"),
			 length);
	if (!ret)
		ret = memory_populate(bench, &state->memory, length);
	if (!ret)
		ret = memory_verify(bench, &state->memory, length);
	state->request = (struct mmg_fault){
		.start = (uint64_t)state->memory.start,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = (uint32_t)bench_number(bench, "batch"),
		.mode = bench_option(bench, "mode"),
		.clock = bench_clock(bench),
		.max_retries = MAX_RETRIES,
	};
	return ret;
}

/* On demand each operation needs its pages gone again: one a sample. */
static uint64_t hmm_limit(struct bench *bench)
{
	return bench_option(bench, "state") == DEMAND ? 1 : MMG_MAX_ITERATIONS;
}

static int hmm_prepare(struct bench *bench, uint64_t operations)
{
	struct hmm_state *state = bench_state(bench);

	(void)operations;
	if (bench_option(bench, "state") == DEMAND &&
	    madvise(state->memory.start, state->memory.length,
		    state->memory.kind == MEMORY_SHMEM ? MADV_REMOVE :
							 MADV_DONTNEED))
		return bench_fail(bench, "cannot drop the pages: %s",
				  strerror(errno));
	return 0;
}

static int hmm_run(struct bench *bench, uint64_t operations)
{
	struct hmm_state *state = bench_state(bench);
	struct mmg_fault *request = &state->request;
	int ret;

	request->iterations = (uint32_t)operations;
	ret = bench_kernel(bench, MMG_IOC_FAULT, request);
	if (ret)
		return bench_fail(bench, "hmm_range_fault: %s", strerror(-ret));
	return 0;
}

static int hmm_finish(struct bench *bench, uint64_t operations)
{
	struct hmm_state *state = bench_state(bench);
	const struct mmg_fault *done = &state->request;

	bench_record(bench, 0, done->elapsed, operations * done->pages, 1);
	bench_count(bench, "calls", (double)done->calls);
	bench_count(bench, "first_tries", (double)done->first_tries);
	bench_count(bench, "busy", (double)done->busy);
	bench_count(bench, "retries", (double)done->retries);
	bench_fact(bench, "valid_pages", (double)done->valid);
	bench_fact(bench, "huge_pages", (double)done->huge);
	if (done->valid != done->pages ||
	    (done->mode == MMG_FAULT_WRITE && done->writable != done->pages))
		return bench_invalid(
			bench, "%llu of %u pages valid, %llu writable",
			(unsigned long long)done->valid, done->pages,
			(unsigned long long)done->writable);
	return 0;
}

static int hmm_check(struct bench *bench)
{
	struct hmm_state *state = bench_state(bench);

	return memory_verify(bench, &state->memory, state->memory.length);
}

static void hmm_teardown(struct bench *bench)
{
	struct hmm_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case fault_hmm = {
	.name = "fault.hmm",
	.summary =
		"hmm_range_fault() over a range, as a driver's fault handler",
	.axes = hmm_axes,
	.metrics = hmm_metrics,
	.needs = BENCH_NEEDS_MODULE,
	.excludes = hmm_excludes,
	.limit = hmm_limit,
	.setup = hmm_setup,
	.prepare = hmm_prepare,
	.run = hmm_run,
	.finish = hmm_finish,
	.check = hmm_check,
	.teardown = hmm_teardown,
};
BENCH_CASE(fault_hmm);
