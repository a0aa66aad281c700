// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.collapse and .thp_split: huge pages come and go.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "invalidate.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static int advise_arena(struct bench *bench, struct invalidate *inv, int advice)
{
	if (madvise(inv->memory.start, inv->memory.length, advice))
		return bench_fail(bench, "cannot advise the arena: %s",
				  strerror(errno));
	return 0;
}

/* --- MADV_COLLAPSE --- */

/* Base pages that may become huge ones. */
static int collapse_refill(struct bench *bench, struct invalidate *inv,
			   uint64_t operations)
{
	int ret = advise_arena(bench, inv, MADV_NOHUGEPAGE);

	if (!ret)
		ret = invalidate_renew(bench, inv, operations);
	return ret ? ret : advise_arena(bench, inv, MADV_HUGEPAGE);
}

/* One PMD after the other, each announced by collapse_huge_page(). */
static void expect_collapse(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i), pmd;
	uint64_t size = memory_pmd_size();

	for (pmd = at; pmd < at + inv->range; pmd += size)
		invalidate_expect(inv, EVENT_CLEAR, pmd, pmd + size);
}

static const struct trigger collapsing = {
	.refill = collapse_refill,
	.expect = expect_collapse,
	/* madvise_collapse() drains the LRU batches and tries once more. */
	.restarts = true,
};

static bool collapse_excludes(const struct bench *bench)
{
	return bench_number(bench, "range") % memory_folio_pages(MEMORY_THP) ||
	       invalidate_excludes_all_but_4k(bench);
}

static int collapse_setup(struct bench *bench)
{
	int ret = invalidate_map(bench, &collapsing);
	struct invalidate *inv = bench_state(bench);

	if (!ret)
		ret = collapse_refill(bench, inv, 1);
	if (ret)
		return ret;
	/* Woken by the first advice, then every 10 s: let khugepaged go by. */
	nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	ret = collapse_refill(bench, inv, 1);
	if (ret)
		return ret;
	if (madvise(inv->memory.start, inv->range, MADV_COLLAPSE))
		return bench_skip(bench,
				  "MADV_COLLAPSE: %s: needs Linux 6.1 and a "
				  "free huge page",
				  strerror(errno));
	return invalidate_subscribe(bench);
}

static int collapse_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	char *at = inv->memory.start;

	for (; operations; operations--, at += inv->range)
		if (madvise(at, inv->range, MADV_COLLAPSE))
			return -errno;
	return 0;
}

static const struct bench_axis huge_axes[] = {
	INVALIDATE_AXES("512", "4k"),
	{ 0 },
};

static const struct bench_case collapse_case = {
	.name = "invalidate.collapse",
	.summary = "MADV_COLLAPSE of base pages into huge ones",
	.axes = huge_axes,
	.needs = BENCH_NEEDS_THP,
	.excludes = collapse_excludes,
	.setup = collapse_setup,
	.run = collapse_run,
	INVALIDATE_CASE,
};
BENCH_CASE(collapse_case);

/* --- a huge page split by the end of a mapping --- */

/*
 * Huge again, and known to be: a split of base pages is announced as well. A
 * page table, once there, is in a huge page's way: it has to go first.
 */
static int split_refill(struct bench *bench, struct invalidate *inv,
			uint64_t operations)
{
	int ret = advise_arena(bench, inv, MADV_DOFORK);

	if (!ret)
		ret = invalidate_remap(bench, inv, operations);
	if (!ret)
		ret = memory_populate(bench, &inv->memory, inv->memory.length);
	return ret ? ret :
		     memory_verify(bench, &inv->memory, inv->memory.length);
}

static const struct trigger splitting = {
	.refill = split_refill,
	.expect = invalidate_expect_clear,
};

static bool split_excludes(const struct bench *bench)
{
	return bench_option(bench, "memory") != MEMORY_THP ||
	       bench_number(bench, "range") != memory_folio_pages(MEMORY_THP) ||
	       invalidate_excludes(bench);
}

static int split_setup(struct bench *bench)
{
	return invalidate_setup(bench, &splitting);
}

/*
 * MADV_DONTFORK of the first half of a huge page: the mapping is split in the
 * middle of it, and nothing else is announced than that.
 */
static int split_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	char *at = inv->memory.start;

	for (; operations; operations--, at += inv->range)
		if (madvise(at, inv->range / 2, MADV_DONTFORK))
			return -errno;
	return 0;
}

static const struct bench_axis split_axes[] = {
	INVALIDATE_AXES("512", "thp"),
	{ 0 },
};

static const struct bench_case thp_split = {
	.name = "invalidate.thp_split",
	.summary = "a huge page mapping split by the end of a mapping",
	.axes = split_axes,
	.needs = BENCH_NEEDS_THP,
	.excludes = split_excludes,
	.setup = split_setup,
	.run = split_run,
	INVALIDATE_CASE,
};
BENCH_CASE(thp_split);
