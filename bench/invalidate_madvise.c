// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.madvise_*: advice that takes pages out of the page tables.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>

#include "invalidate.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

static int advise(struct bench *bench, uint64_t operations, int advice)
{
	struct invalidate *inv = bench_state(bench);
	char *at = inv->memory.start;

	for (; operations; operations--, at += inv->range)
		if (madvise(at, inv->range, advice))
			return -errno;
	return 0;
}

/*
 * Once, whatever the kernel; but __unmap_hugepage_range() of 6.1 announces
 * reserved huge pages on its own as well.
 */
static void expect_dontneed(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i);

	invalidate_expect_clear(inv, i);
	if (inv->variant && inv->memory.kind == MEMORY_HUGETLB)
		invalidate_expect(inv, EVENT_UNMAP, at, at + inv->range);
}

static const struct trigger dontneed = {
	.expect = expect_dontneed,
	.variants = 2,
};

static int dontneed_setup(struct bench *bench)
{
	return invalidate_setup(bench, &dontneed);
}

static int dontneed_run(struct bench *bench, uint64_t operations)
{
	return advise(bench, operations, MADV_DONTNEED);
}

static const struct bench_case madvise_dontneed = {
	.name = "invalidate.madvise_dontneed",
	.summary = "MADV_DONTNEED of populated memory under notifiers",
	.axes = invalidate_axes,
	.excludes = invalidate_excludes,
	.setup = dontneed_setup,
	.run = dontneed_run,
	INVALIDATE_CASE,
};
BENCH_CASE(madvise_dontneed);

/* Pages freed lazily once are clean: only new ones are the same again. */
static const struct trigger lazily_free = {
	.refill = invalidate_renew,
	.expect = invalidate_expect_clear,
};

static int free_setup(struct bench *bench)
{
	return invalidate_setup(bench, &lazily_free);
}

static int free_run(struct bench *bench, uint64_t operations)
{
	return advise(bench, operations, MADV_FREE);
}

/* The kernel refuses it to all but private anonymous memory. */
static bool free_excludes(const struct bench *bench)
{
	unsigned int memory = bench_option(bench, "memory");

	return (memory != MEMORY_4K && memory != MEMORY_THP) ||
	       invalidate_excludes(bench);
}

static const struct bench_case madvise_free = {
	.name = "invalidate.madvise_free",
	.summary = "MADV_FREE of populated anonymous memory",
	.axes = invalidate_axes,
	.excludes = free_excludes,
	.setup = free_setup,
	.run = free_run,
	INVALIDATE_CASE,
};
BENCH_CASE(madvise_free);

/*
 * Reclaim unmaps page by page (try_to_unmap()). Lazily freed pages are
 * discarded then, which needs no swap; others are written to it.
 */
enum { PAGES_LAZYFREE, PAGES_DIRTY };

static const struct bench_choice pages_choices[] = {
	[PAGES_LAZYFREE] = { "lazyfree", "freed lazily before: discarded", 0 },
	[PAGES_DIRTY] = { "dirty", "written to swap", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis pageout_axes[] = {
	INVALIDATE_AXES("1", "4k"),
	{ "pages", "what there is to reclaim", NULL, pages_choices, 0, 0,
	  "lazyfree,dirty" },
	{ 0 },
};

static int pageout_refill(struct bench *bench, struct invalidate *inv,
			  uint64_t operations)
{
	int ret = invalidate_renew(bench, inv, operations);

	if (ret || bench_option(bench, "pages") == PAGES_DIRTY)
		return ret;
	return madvise(inv->memory.start, operations * inv->range, MADV_FREE) ?
		       bench_fail(bench, "cannot free lazily: errno %d",
				  errno) :
		       0;
}

static const struct trigger pageout = {
	.refill = pageout_refill,
	.expect = invalidate_expect_clear_pages,
};

static int pageout_setup(struct bench *bench)
{
	struct sysinfo info;

	if (bench_option(bench, "pages") == PAGES_DIRTY &&
	    (sysinfo(&info) || !info.freeswap))
		return bench_skip(bench, "no swap: anonymous pages that are "
					 "dirty have nowhere to go");
	return invalidate_setup(bench, &pageout);
}

static int pageout_run(struct bench *bench, uint64_t operations)
{
	return advise(bench, operations, MADV_PAGEOUT);
}

static const struct bench_case madvise_pageout = {
	.name = "invalidate.madvise_pageout",
	.summary = "MADV_PAGEOUT: reclaim through the reverse map",
	.axes = pageout_axes,
	.excludes = invalidate_excludes_all_but_4k,
	.setup = pageout_setup,
	.run = pageout_run,
	INVALIDATE_CASE,
};
BENCH_CASE(madvise_pageout);
