// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.first_touch and .mprotect_unpopulated: controls. They work on page
 * tables, or on nothing, without taking a page away: any callback is a mistake
 * of the kernel or of this suite.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "invalidate.h"

static void expect_nothing(struct invalidate *inv, uint64_t i)
{
	(void)inv;
	(void)i;
}

static int touch_refill(struct bench *bench, struct invalidate *inv,
			uint64_t operations)
{
	if (madvise(inv->memory.start, operations * inv->range, MADV_DONTNEED))
		return bench_fail(bench, "cannot drop the arena: %s",
				  strerror(errno));
	return 0;
}

static const struct trigger touching = {
	.refill = touch_refill,
	.expect = expect_nothing,
	.unpopulated = true,
};

static int touch_setup(struct bench *bench)
{
	return invalidate_setup(bench, &touching);
}

static int touch_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	char *end = inv->memory.start + operations * inv->range;

	for (char *at = inv->memory.start; at < end; at += memory_page_size())
		*(volatile char *)at = 1;
	return 0;
}

static const struct bench_case first_touch = {
	.name = "invalidate.first_touch",
	.summary = "first write to each page: no callback (a control)",
	.axes = invalidate_axes,
	.excludes = invalidate_excludes_all_but_4k,
	.setup = touch_setup,
	.run = touch_run,
	INVALIDATE_CASE,
};
BENCH_CASE(first_touch);

/* Never touched: even an empty page table would be announced by 6.1. */
static int unpopulated_refill(struct bench *bench, struct invalidate *inv,
			      uint64_t operations)
{
	if (mprotect(inv->memory.start, operations * inv->range,
		     PROT_READ | PROT_WRITE))
		return bench_fail(bench, "cannot allow writing again: %s",
				  strerror(errno));
	return 0;
}

static const struct trigger unpopulated = {
	.refill = unpopulated_refill,
	.expect = expect_nothing,
	.unpopulated = true,
};

static int unpopulated_setup(struct bench *bench)
{
	return invalidate_setup(bench, &unpopulated);
}

static int unpopulated_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	char *at = inv->memory.start;

	for (; operations; operations--, at += inv->range)
		if (mprotect(at, inv->range, PROT_READ))
			return -errno;
	return 0;
}

static const struct bench_case mprotect_unpopulated = {
	.name = "invalidate.mprotect_unpopulated",
	.summary =
		"mprotect() of memory never touched: no callback (a control)",
	.axes = invalidate_axes,
	.excludes = invalidate_excludes_all_but_4k,
	.setup = unpopulated_setup,
	.run = unpopulated_run,
	INVALIDATE_CASE,
};
BENCH_CASE(mprotect_unpopulated);
