// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.madvise_*: advice that takes pages out of the page tables.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "invalidate.h"
#include "swap.h"

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

static const struct bench_fact pageout_facts[] = {
	INVALIDATE_FACTS,
	{ "swapped_bytes", "bytes in swap afterwards", BENCH_EXACT },
	{ 0 },
};

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
	{
		.name = "pages",
		.help = "what there is to reclaim",
		.choices = pages_choices,
		.values = "lazyfree,dirty",
	},
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
	int ret = invalidate_map(bench, &pageout);
	struct invalidate *inv = bench_state(bench);

	if (!ret && bench_option(bench, "pages") == PAGES_DIRTY) {
		inv->own = calloc(1, sizeof(struct swap));
		ret = inv->own ? swap_on(bench, inv->own) : -ENOMEM;
	}
	return ret ? ret : invalidate_subscribe(bench);
}

/* The callbacks say what was unmapped, not what became of it. */
static int pageout_finish(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	size_t length = operations * inv->range;
	size_t swapped = swap_bytes(inv->memory.start, length);
	int ret = invalidate_finish(bench, operations);

	bench_count(bench, "swapped_bytes", (double)swapped);
	if (ret || swapped == (inv->own ? length : 0))
		return ret;
	return bench_invalid(bench, "%zu of %zu bytes are in swap", swapped,
			     length);
}

static void pageout_teardown(struct bench *bench)
{
	struct invalidate *inv = bench_state(bench);
	struct swap *swap = inv->own;

	/* The memory first: what is in swap would be read back. */
	invalidate_teardown(bench);
	if (swap)
		swap_off(swap);
	free(swap);
}

static int pageout_run(struct bench *bench, uint64_t operations)
{
	return advise(bench, operations, MADV_PAGEOUT);
}

static const struct bench_case madvise_pageout = {
	.name = "invalidate.madvise_pageout",
	.summary = "MADV_PAGEOUT: reclaim through the reverse map",
	.axes = pageout_axes,
	.metrics = invalidate_metrics,
	.facts = pageout_facts,
	.excludes = invalidate_excludes_all_but_4k,
	.threads = invalidate_threads,
	.limit = invalidate_limit,
	.setup = pageout_setup,
	.prepare = invalidate_prepare,
	.run = pageout_run,
	.finish = pageout_finish,
	.check = invalidate_check,
	.teardown = pageout_teardown,
};
BENCH_CASE(madvise_pageout);
