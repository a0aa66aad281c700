// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.mprotect*, .soft_dirty and .first_touch: permissions that change,
 * and two controls that must announce nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "invalidate.h"

#define GIB (1ul << 30)

static int protect(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	char *at = inv->memory.start;

	for (; operations; operations--, at += inv->range)
		if (mprotect(at, inv->range, PROT_READ))
			return -errno;
	return 0;
}

static int allow_writing(struct bench *bench, struct invalidate *inv,
			 uint64_t operations)
{
	if (mprotect(inv->memory.start, operations * inv->range,
		     PROT_READ | PROT_WRITE))
		return bench_fail(bench, "cannot allow writing again: %s",
				  strerror(errno));
	return 0;
}

/* --- mprotect of populated memory --- */

static int mprotect_refill(struct bench *bench, struct invalidate *inv,
			   uint64_t operations)
{
	int ret = allow_writing(bench, inv, operations);

	return ret ? ret :
		     memory_populate(bench, &inv->memory,
				     operations * inv->range);
}

/*
 * One announcement per page of PMDs that is there, that is per GiB begun,
 * until 6.11 (change_pmd_range()); per page of PUDs, 512 GiB, since then
 * (change_pud_range()).
 */
static void expect_mprotect(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i), end = at + inv->range;
	uint64_t span = inv->variant ? 512 * GIB : GIB, next;

	invalidate_expect_split(inv, i);
	for (; at < end; at = next) {
		next = (at / span + 1) * span;
		if (next > end)
			next = end;
		invalidate_expect(inv, EVENT_PROTECTION_VMA, at, next);
	}
}

static const struct trigger protecting = {
	.refill = mprotect_refill,
	.expect = expect_mprotect,
	.variants = 2,
};

static int mprotect_setup(struct bench *bench)
{
	return invalidate_setup(bench, &protecting);
}

static const struct bench_case mprotect_case = {
	.name = "invalidate.mprotect",
	.summary = "mprotect() of populated memory to read-only",
	.axes = invalidate_axes,
	.excludes = invalidate_excludes,
	.setup = mprotect_setup,
	.run = protect,
	INVALIDATE_CASE,
};
BENCH_CASE(mprotect_case);

/* --- clear_refs --- */

/* It announces the whole address space, which has no size, at once. */
static void expect_soft_dirty(struct invalidate *inv, uint64_t i)
{
	(void)i;
	invalidate_expect(inv, EVENT_SOFT_DIRTY, 0, UINT64_MAX);
}

static const struct trigger clearing = {
	.expect = expect_soft_dirty,
	.whole = true,
};

static int soft_dirty_setup(struct bench *bench)
{
	int ret = invalidate_setup(bench, &clearing);
	struct invalidate *inv = bench_state(bench);

	if (ret)
		return ret;
	inv->fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	if (inv->fd < 0 || write(inv->fd, "4", 1) != 1)
		return bench_skip(bench,
				  "/proc/self/clear_refs: %s: needs "
				  "CONFIG_MEM_SOFT_DIRTY",
				  strerror(errno));
	return 0;
}

static int soft_dirty_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);

	while (operations--)
		if (write(inv->fd, "4", 1) != 1)
			return -errno;
	return 0;
}

static const struct bench_case soft_dirty = {
	.name = "invalidate.soft_dirty",
	.summary =
		"clear_refs: soft-dirty bits of an mm with one populated range",
	.axes = invalidate_axes,
	.excludes = invalidate_excludes,
	.setup = soft_dirty_setup,
	.run = soft_dirty_run,
	INVALIDATE_CASE,
};
BENCH_CASE(soft_dirty);

/* --- mprotect over several GiB, of which little is there --- */

static const struct bench_axis sparse_axes[] = {
	SUBSCRIPTION_AXES("none,interval,mm-wide", "0,1"),
	{
		.name = "gibibytes",
		.help = "GiB of address space, one page populated in each",
		.unit = "",
		.min = 1,
		.max = 64,
		.values = "1,2,8",
	},
	{ 0 },
};

struct sparse_state {
	struct subscription subscription;
	char *start;
	uint64_t length;
};

static bool sparse_excludes(const struct bench *bench)
{
	unsigned int kind = bench_option(bench, "subscription");

	return (kind != SUBSCRIPTION_NONE && kind != SUBSCRIPTION_INTERVAL &&
		kind != SUBSCRIPTION_MM) ||
	       subscription_excludes(bench, 1);
}

static int sparse_map(struct bench *bench, struct sparse_state *state)
{
	uint64_t total = state->length + GIB;
	char *raw = mmap(NULL, total, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint64_t before;

	if (raw == MAP_FAILED)
		return bench_fail(bench, "cannot map %llu bytes: %s",
				  (unsigned long long)total, strerror(errno));
	before = -(uint64_t)raw % GIB;
	state->start = raw + before;
	munmap(raw, before);
	munmap(state->start + state->length, GIB - before);
	madvise(state->start, state->length, MADV_NOHUGEPAGE);
	for (uint64_t at = 0; at < state->length; at += GIB)
		*(volatile char *)(state->start + at) = 1;
	return 0;
}

static int sparse_setup(struct bench *bench)
{
	struct sparse_state *state = calloc(1, sizeof(*state));
	struct subscription_place place = { .page = memory_page_size() };
	int ret;

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	state->length = bench_number(bench, "gibibytes") * GIB;
	ret = sparse_map(bench, state);
	place.start = (uint64_t)state->start;
	place.length = place.range = state->length;
	return ret ? ret :
		     subscription_add(bench, &state->subscription, &place);
}

static int sparse_prepare(struct bench *bench, uint64_t operations)
{
	struct sparse_state *state = bench_state(bench);
	struct mmg_mirror_read read;

	(void)operations;
	return state->subscription.count ?
		       subscription_read(bench, &state->subscription, &read) :
		       0;
}

/* Back and forth is two operations: there is no state to restore. */
static int sparse_run(struct bench *bench, uint64_t operations)
{
	struct sparse_state *state = bench_state(bench);

	while (operations--)
		if (mprotect(state->start, state->length, PROT_READ) ||
		    mprotect(state->start, state->length,
			     PROT_READ | PROT_WRITE))
			return -errno;
	return 0;
}

static int sparse_finish(struct bench *bench, uint64_t operations)
{
	struct sparse_state *state = bench_state(bench);
	uint64_t count = state->subscription.count;
	uint64_t gibibytes = bench_number(bench, "gibibytes"), calls;
	struct mmg_mirror_read read;
	int ret;

	if (!count)
		return 0;
	ret = subscription_read(bench, &state->subscription, &read);
	if (ret)
		return ret;
	subscription_count(bench, &read);
	if (read.holds)
		bench_record(bench, 1, read.hold_elapsed, read.holds,
			     read.holds);
	/* All of them PROTECTION_VMA; per GiB, or once: nothing in between. */
	calls = 2 * operations * count;
	if (read.callbacks == read.events[EVENT_PROTECTION_VMA] &&
	    read.bytes == calls * state->length &&
	    (read.callbacks == calls || read.callbacks == calls * gibibytes))
		return 0;
	return bench_invalid(bench,
			     "%llu callbacks over %llu bytes in %llu calls",
			     (unsigned long long)read.callbacks,
			     (unsigned long long)read.bytes,
			     (unsigned long long)(2 * operations));
}

static void sparse_teardown(struct bench *bench)
{
	struct sparse_state *state = bench_state(bench);

	subscription_free(&state->subscription);
	if (state->start)
		munmap(state->start, state->length);
	free(state);
}

static const struct bench_case mprotect_sparse = {
	.name = "invalidate.mprotect_sparse",
	.summary = "mprotect() to read-only and back, of one page a GiB",
	.axes = sparse_axes,
	.metrics = invalidate_metrics,
	.facts = invalidate_facts,
	.excludes = sparse_excludes,
	.setup = sparse_setup,
	.prepare = sparse_prepare,
	.run = sparse_run,
	.finish = sparse_finish,
	.teardown = sparse_teardown,
};
BENCH_CASE(mprotect_sparse);
