// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.munmap and .mremap: mappings that go away.
 *
 * Operations go up the arena, so that each takes the head off one mapping: no
 * mapping is split, which would be a second cost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "invalidate.h"

static void expect_unmap(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i);

	invalidate_expect(inv, EVENT_UNMAP, at, at + inv->range);
}

/* --- munmap --- */

static bool unmap_excludes(const struct bench *bench)
{
	unsigned int memory = bench_option(bench, "memory");

	return (memory > MEMORY_SHMEM && memory != MEMORY_FILE) ||
	       invalidate_excludes(bench);
}

static void expect_munmap(struct invalidate *inv, uint64_t i)
{
	invalidate_expect_split(inv, i);
	expect_unmap(inv, i);
}

static const struct trigger unmapping = {
	.refill = invalidate_remap,
	.expect = expect_munmap,
};

static int munmap_setup(struct bench *bench)
{
	return invalidate_setup(bench, &unmapping);
}

static int munmap_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	char *at = inv->memory.start;

	for (; operations; operations--, at += inv->range)
		if (munmap(at, inv->range))
			return -errno;
	return 0;
}

static const struct bench_case munmap_case = {
	.name = "invalidate.munmap",
	.summary = "munmap() of populated memory",
	.axes = invalidate_axes,
	.excludes = unmap_excludes,
	.setup = munmap_setup,
	.run = munmap_run,
	INVALIDATE_CASE,
};
BENCH_CASE(munmap_case);

/* --- munmap of reserved huge pages --- */

static const struct bench_axis hugetlb_axes[] = {
	INVALIDATE_AXES("512", "hugetlb"),
	{ 0 },
};

/* Once, and in 6.1 by __unmap_hugepage_range() a second time. */
static void expect_hugetlb(struct invalidate *inv, uint64_t i)
{
	expect_unmap(inv, i);
	if (inv->variant)
		expect_unmap(inv, i);
}

static const struct trigger unmapping_hugetlb = {
	.refill = invalidate_remap,
	.expect = expect_hugetlb,
	.variants = 2,
};

static bool hugetlb_excludes(const struct bench *bench)
{
	return bench_option(bench, "memory") != MEMORY_HUGETLB ||
	       invalidate_excludes(bench);
}

static int hugetlb_setup(struct bench *bench)
{
	return invalidate_setup(bench, &unmapping_hugetlb);
}

static const struct bench_case hugetlb_unmap = {
	.name = "invalidate.hugetlb_unmap",
	.summary = "munmap() of reserved huge pages",
	.axes = hugetlb_axes,
	.excludes = hugetlb_excludes,
	.setup = hugetlb_setup,
	.run = munmap_run,
	INVALIDATE_CASE,
};
BENCH_CASE(hugetlb_unmap);

/* --- mremap --- */

/*
 * Far below where mmap() places mappings: the target must stay free, as
 * MREMAP_FIXED would replace whatever came to lie there.
 */
#define TARGET ((char *)0x100000000000)

/* The page tables move (move_page_tables()), then the old place is unmapped. */
static void expect_mremap(struct invalidate *inv, uint64_t i)
{
	expect_unmap(inv, i);
	expect_unmap(inv, i);
	invalidate_expect_split(inv, i);
}

static int mremap_refill(struct bench *bench, struct invalidate *inv,
			 uint64_t operations)
{
	size_t length = operations * inv->range;

	if (inv->own &&
	    mremap(TARGET, length, length, MREMAP_MAYMOVE | MREMAP_FIXED,
		   inv->memory.start) == MAP_FAILED)
		return bench_fail(bench, "cannot move the arena back: %s",
				  strerror(errno));
	inv->own = NULL;
	return memory_populate(bench, &inv->memory, length);
}

/* The last sample is still away when the facts are checked. */
static int mremap_finish(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	int ret = invalidate_finish(bench, operations);

	inv->own = TARGET;
	return ret ? ret : mremap_refill(bench, inv, operations);
}

static const struct trigger moving = {
	.refill = mremap_refill,
	.expect = expect_mremap,
};

static int mremap_setup(struct bench *bench)
{
	return invalidate_setup(bench, &moving);
}

static int mremap_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	char *at = inv->memory.start, *to = TARGET;

	for (; operations; operations--, at += inv->range, to += inv->range)
		if (mremap(at, inv->range, inv->range,
			   MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED)
			return -errno;
	return 0;
}

static const struct bench_case mremap_case = {
	.name = "invalidate.mremap",
	.summary = "mremap() of populated memory to another place",
	.axes = invalidate_axes,
	.excludes = unmap_excludes,
	.metrics = invalidate_metrics,
	.facts = invalidate_facts,
	.threads = invalidate_threads,
	.limit = invalidate_limit,
	.setup = mremap_setup,
	.prepare = invalidate_prepare,
	.run = mremap_run,
	.finish = mremap_finish,
	.check = invalidate_check,
	.teardown = invalidate_teardown,
};
BENCH_CASE(mremap_case);
