// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * writeback.*: a file's pages, written through mappings, go to the disk. For
 * every page the kernel walks all its mappings to write-protect and clean them
 * (folio_mkclean()), and the next write of each faults.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "verify.h"
#include "writeback.h"

static const struct bench_axis axes[] = {
	WRITEBACK_AXIS_MAPPERS("1,10,100"),
	WRITEBACK_AXIS_DIRTY("100"),
	WRITEBACK_AXIS_HELD("none"),
	WRITEBACK_AXIS_RANGE,
	{ 0 },
};

struct writeback_state {
	struct writeback writeback;
	struct mmg_mkclean request;
};

static int setup(struct bench *bench)
{
	struct writeback_state *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	return writeback_make(bench, &state->writeback);
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct writeback_state *state = bench_state(bench);

	(void)operations;
	return writeback_dirty(bench, &state->writeback);
}

static int check(struct bench *bench)
{
	struct writeback_state *state = bench_state(bench);

	return writeback_check(bench, &state->writeback);
}

static void teardown(struct bench *bench)
{
	struct writeback_state *state = bench_state(bench);

	writeback_unmake(&state->writeback);
	free(state);
}

/* --- The system calls --- */

static const struct bench_fact facts[] = {
	{ "refaults", "faults of writing again to what was cleaned",
	  BENCH_EXACT },
	{ "cleaned", "page table entries cleaned", BENCH_EXACT },
	VERIFY_PINS_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "the whole system call", NULL, BENCH_TIMED },
	{ 0 },
};

static int run_msync(struct bench *bench, uint64_t operations)
{
	struct writeback_state *state = bench_state(bench);
	const struct memory *memory = &state->writeback.memory;

	(void)operations;
	return msync(memory->start, memory->length, MS_SYNC) ? -errno : 0;
}

static int run_fsync(struct bench *bench, uint64_t operations)
{
	struct writeback_state *state = bench_state(bench);

	(void)operations;
	return fsync(state->writeback.memory.fd) ? -errno : 0;
}

static int run_range(struct bench *bench, uint64_t operations)
{
	struct writeback_state *state = bench_state(bench);

	(void)operations;
	return sync_file_range(state->writeback.memory.fd, 0, 0,
			       SYNC_FILE_RANGE_WAIT_BEFORE |
				       SYNC_FILE_RANGE_WRITE |
				       SYNC_FILE_RANGE_WAIT_AFTER) ?
		       -errno :
		       0;
}

#define WRITEBACK_CASE(id, what, run_it)                        \
	static const struct bench_case writeback_##id = {       \
		.name = "writeback." #id,                       \
		.summary = what " of a file dirty by mappings", \
		.axes = axes,                                   \
		.metrics = metrics,                             \
		.facts = facts,                                 \
		.yields = true,                                 \
		.limit = bench_limit_one,                       \
		.setup = setup,                                 \
		.run = run_it,                                  \
		.finish = finish,                               \
		.check = check,                                 \
		.teardown = teardown,                           \
	};                                                      \
	BENCH_CASE(writeback_##id)

WRITEBACK_CASE(msync, "msync(MS_SYNC)", run_msync);
WRITEBACK_CASE(fsync, "fsync()", run_fsync);
WRITEBACK_CASE(sync_file_range, "sync_file_range(), waiting,", run_range);

/* --- writeback.refault --- */

static const struct bench_metric refault_metrics[] = {
	{ "operation", "one write to a page that was cleaned", NULL,
	  BENCH_TIMED },
	{ 0 },
};

static int refault_setup(struct bench *bench)
{
	int ret = setup(bench);
	struct writeback_state *state = bench_state(bench);

	bench_units(bench,
		    state->writeback.dirty * (state->writeback.mappers + 1));
	return ret;
}

static int refault_prepare(struct bench *bench, uint64_t operations)
{
	return run_msync(bench, operations);
}

static int refault_run(struct bench *bench, uint64_t operations)
{
	struct writeback_state *state = bench_state(bench);

	(void)operations;
	return writeback_dirty(bench, &state->writeback);
}

static const struct bench_case writeback_refault = {
	.name = "writeback.refault",
	.summary = "the next write to pages that writeback cleaned",
	.axes = axes,
	.metrics = refault_metrics,
	.facts = facts,
	.limit = bench_limit_one,
	.setup = refault_setup,
	.prepare = refault_prepare,
	.run = refault_run,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(writeback_refault);

/* --- writeback.mkclean --- */

static const struct bench_metric mkclean_metrics[] = {
	{ "operation", "folio_mkclean() of one page, in all its mappings",
	  "page", 0 },
	{ 0 },
};

static int mkclean_setup(struct bench *bench)
{
	int ret = setup(bench);
	struct writeback_state *state = bench_state(bench);

	state->request = (struct mmg_mkclean){
		.start = (uint64_t)state->writeback.memory.start,
		.pages = (uint32_t)state->writeback.pages,
		.clock = bench_clock(bench),
	};
	return ret;
}

static int mkclean_run(struct bench *bench, uint64_t operations)
{
	struct writeback_state *state = bench_state(bench);

	(void)operations;
	return bench_kernel(bench, MMG_IOC_MKCLEAN, &state->request);
}

static int mkclean_finish(struct bench *bench, uint64_t operations)
{
	struct writeback_state *state = bench_state(bench);
	const struct writeback *writeback = &state->writeback;
	uint64_t wanted = writeback->dirty * (writeback->mappers + 1);

	bench_record(bench, 0, state->request.elapsed, writeback->pages,
		     2 * state->request.calls);
	bench_count(bench, "cleaned", (double)state->request.cleaned);
	if (state->request.cleaned != wanted)
		return bench_invalid(bench,
				     "%llu page table entries cleaned, not "
				     "%llu",
				     (unsigned long long)state->request.cleaned,
				     (unsigned long long)wanted);
	return finish(bench, operations);
}

static const struct bench_case writeback_mkclean = {
	.name = "writeback.mkclean",
	.summary = "folio_mkclean() by itself, of a file dirty by mappings",
	.axes = axes,
	.metrics = mkclean_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.limit = bench_limit_one,
	.setup = mkclean_setup,
	.run = mkclean_run,
	.finish = mkclean_finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(writeback_mkclean);
