// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch.h"
#include "invalidate.h"

#define ARENA_BYTES (8ul << 20)
/* Kept free above the arena: intervals lie there that must hit nothing. */
#define ROOM_BYTES (1ul << 30)

enum { OPERATION, HOLD };

const struct bench_fact invalidate_facts[] = {
	INVALIDATE_FACTS,
	{ 0 },
};

const struct bench_metric invalidate_metrics[] = {
	[OPERATION] = { "operation", "the whole operation", NULL, BENCH_TIMED },
	[HOLD] = { "hold", "start to end callback, of a mm-wide notifier", NULL,
		   0 },
	{ 0 },
};

const struct bench_axis invalidate_axes[] = {
	INVALIDATE_AXES("1", "4k"),
	{ 0 },
};

/* Part of a huge page would be split, which is another case. */
bool invalidate_excludes(const struct bench *bench)
{
	uint64_t range = bench_number(bench, "range");

	return subscription_excludes(bench, range) ||
	       !memory_fits(bench_option(bench, "memory"), range);
}

bool invalidate_excludes_all_but_4k(const struct bench *bench)
{
	return bench_option(bench, "memory") != MEMORY_4K ||
	       invalidate_excludes(bench);
}

unsigned int invalidate_threads(const struct bench *bench)
{
	return (unsigned int)(bench_number(bench, "threads") +
			      bench_number(bench, "invalidators"));
}

uint64_t invalidate_limit(struct bench *bench)
{
	struct invalidate *inv = bench_state(bench);

	return inv->ranges;
}

static int map_arena(struct bench *bench, struct invalidate *inv)
{
	uint64_t length;
	void *room;
	int ret;

	inv->range = bench_number(bench, "range") * memory_page_size();
	inv->ranges = inv->range > ARENA_BYTES || inv->trigger->whole ?
			      1 :
			      ARENA_BYTES / inv->range;
	length = subscription_ranges(bench_option(bench, "subscription"),
				     bench_number(bench, "count"));
	if (inv->ranges > length)
		inv->ranges = length;
	room = mmap(NULL, ROOM_BYTES, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		return bench_fail(bench, "cannot reserve %lu bytes: %s",
				  ROOM_BYTES, strerror(errno));
	ret = memory_map(bench, &inv->memory, bench_option(bench, "memory"),
			 inv->ranges * inv->range);
	munmap(room, ROOM_BYTES);
	return ret;
}

/* A page of the thread's own: no two invalidators meet in a page table. */
static long invalidate_elsewhere(void *data)
{
	static _Thread_local char *page;
	size_t size = memory_page_size();

	(void)data;
	if (!page)
		page = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return -1;
	*(volatile char *)page = 1;
	return madvise(page, size, MADV_DONTNEED);
}

static int start_siblings(struct bench *bench, struct invalidate *inv)
{
	unsigned int threads = bench_option(bench, "threads");
	unsigned int invalidators = bench_option(bench, "invalidators");
	int ret;

	if (!threads && !invalidators)
		return 0;
	inv->siblings = siblings_new(bench);
	if (!inv->siblings)
		return -ENOMEM;
	ret = siblings_start(inv->siblings, SIBLING_RUNNING, threads, NULL,
			     NULL);
	if (invalidators)
		bench_counts_others(bench);
	if (!ret)
		ret = siblings_start(inv->siblings, SIBLING_CALLING,
				     invalidators, invalidate_elsewhere, NULL);
	return ret;
}

int invalidate_map(struct bench *bench, const struct trigger *trigger)
{
	struct invalidate *inv = calloc(1, sizeof(*inv));
	int ret;

	if (!inv)
		return -ENOMEM;
	inv->trigger = trigger;
	inv->memory.fd = -1;
	inv->fd = -1;
	bench_set_state(bench, inv);
	ret = map_arena(bench, inv);
	if (ret || trigger->unpopulated)
		return ret;
	ret = memory_populate(bench, &inv->memory, inv->memory.length);
	if (!ret)
		ret = memory_verify(bench, &inv->memory, inv->memory.length);
	return ret;
}

int invalidate_subscribe(struct bench *bench)
{
	struct invalidate *inv = bench_state(bench);
	const struct subscription_place place = {
		.start = (uint64_t)inv->memory.start,
		.length = inv->ranges * inv->range,
		.range = inv->range,
		.page = memory_page_size(),
	};
	int ret = start_siblings(bench, inv);

	return ret ? ret : subscription_add(bench, &inv->subscription, &place);
}

int invalidate_setup(struct bench *bench, const struct trigger *trigger)
{
	int ret = invalidate_map(bench, trigger);

	return ret ? ret : invalidate_subscribe(bench);
}

int invalidate_renew(struct bench *bench, struct invalidate *inv,
		     uint64_t operations)
{
	if (madvise(inv->memory.start, operations * inv->range, MADV_DONTNEED))
		return bench_fail(bench, "cannot drop the arena: %s",
				  strerror(errno));
	return memory_populate(bench, &inv->memory, operations * inv->range);
}

int invalidate_remap(struct bench *bench, struct invalidate *inv,
		     uint64_t operations)
{
	const struct memory *memory = &inv->memory;
	int flags = memory->fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	int advice =
		memory->kind == MEMORY_THP ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
	size_t length = operations * inv->range;

	if (memory->kind == MEMORY_HUGETLB)
		flags |= MAP_HUGETLB;
	if (mmap(memory->start, length, PROT_READ | PROT_WRITE,
		 flags | MAP_FIXED | MAP_NORESERVE, memory->fd,
		 0) == MAP_FAILED)
		return bench_fail(bench, "cannot map the arena again: %s",
				  strerror(errno));
	/* Without it the part does not merge with the rest. */
	madvise(memory->start, length, advice);
	return memory_populate(bench, &inv->memory, length);
}

int invalidate_prepare(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	/* All that the last sample took: mappings must be whole again. */
	uint64_t ranges = operations > inv->taken ? operations : inv->taken;
	struct mmg_mirror_read read;
	int ret;

	inv->taken = operations;
	if (inv->trigger->refill)
		ret = inv->trigger->refill(bench, inv, ranges);
	else
		ret = memory_populate(bench, &inv->memory, ranges * inv->range);
	if (!ret && inv->subscription.count)
		ret = subscription_read(bench, &inv->subscription, &read);
	if (!ret && inv->siblings)
		ret = siblings_before(inv->siblings);
	return ret;
}

void invalidate_expect(struct invalidate *inv, enum subscription_event event,
		       uint64_t start, uint64_t end)
{
	uint64_t hits = subscription_hits(&inv->subscription, start, end);

	inv->expected_events[event] += hits;
	if (end != UINT64_MAX) /* what has no size adds none */
		inv->expected_bytes += hits * (end - start);
}

void invalidate_expect_split(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i);
	uint64_t end = (uint64_t)inv->memory.start + inv->memory.length;
	uint64_t size = memory_pmd_size();
	uint64_t pmd = (at + inv->range) / size * size;

	/* Only a PMD that lies within the mapping can be split. */
	if (memory_system_has_thp() && pmd != at + inv->range && pmd >= at &&
	    pmd + size <= end)
		invalidate_expect(inv, EVENT_CLEAR, pmd, pmd + size);
}

void invalidate_expect_clear(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i);

	invalidate_expect(inv, EVENT_CLEAR, at, at + inv->range);
}

void invalidate_expect_clear_pages(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i), page;

	for (page = at; page < at + inv->range; page += memory_page_size())
		invalidate_expect(inv, EVENT_CLEAR, page,
				  page + memory_page_size());
}

/* Whether what came is what must come; *@event is the first that differs. */
static bool matches(const struct invalidate *inv,
		    const struct mmg_mirror_read *read, int *event)
{
	/* mm-wide notifiers also hear of what lies outside the arena. */
	bool more = inv->subscription.mm_count &&
		    (inv->trigger->elsewhere || inv->siblings);

	for (*event = 0; *event < MMG_EVENTS; ++*event) {
		uint64_t expected =
			*event < EVENT_KINDS ? inv->expected_events[*event] : 0;
		uint64_t got = read->events[*event];

		if (got < expected || (got > expected && !more))
			return false;
	}
	return more || read->bytes == inv->expected_bytes;
}

/* Whether all that must come came twice or more, as often each. */
static bool is_restarted(const struct invalidate *inv,
			 const struct mmg_mirror_read *read)
{
	uint64_t times = 0;

	for (int event = 0; event < EVENT_KINDS; event++) {
		uint64_t expected = inv->expected_events[event];

		if (!times && expected)
			times = read->events[event] / expected;
		if (read->events[event] != times * expected)
			return false;
	}
	return times > 1 && read->bytes == times * inv->expected_bytes;
}

int invalidate_hold(struct bench *bench, struct invalidate *inv,
		    const struct mmg_mirror_read *read, uint64_t operations)
{
	unsigned int variants = inv->trigger->variants;
	bool restarted = false;
	int event = 0;

	for (inv->variant = 0; inv->variant < (variants ? variants : 1);
	     inv->variant++) {
		memset(inv->expected_events, 0, sizeof(inv->expected_events));
		inv->expected_bytes = 0;
		for (uint64_t i = 0; i < operations; i++)
			inv->trigger->expect(inv, i);
		if (matches(inv, read, &event))
			break;
		restarted |= is_restarted(inv, read);
	}
	inv->samples++;
	if (inv->variant < (variants ? variants : 1))
		return 0;
	inv->restarted += restarted;
	if (inv->trigger->restarts && restarted &&
	    inv->restarted <= 2 + inv->samples / 4) {
		bench_reject(bench, "rejected_restarted");
		return 0;
	}
	if (event == MMG_EVENTS)
		return bench_invalid(bench,
				     "%" PRIu64 " bytes announced, not %" PRIu64
				     ", in %" PRIu64 " operations",
				     (uint64_t)read->bytes, inv->expected_bytes,
				     operations);
	return bench_invalid(
		bench,
		"%" PRIu64 " callbacks of %s, not %" PRIu64 ", in %" PRIu64
		" operations",
		(uint64_t)read->events[event],
		event < EVENT_KINDS ? subscription_events[event] : "any other",
		event < EVENT_KINDS ? inv->expected_events[event] : 0,
		operations);
}

int invalidate_finish(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	struct mmg_mirror_read read;
	int ret = 0;

	if (inv->siblings)
		ret = siblings_after(inv->siblings, operations, -1);
	if (ret || !inv->subscription.count)
		return ret;
	ret = subscription_read(bench, &inv->subscription, &read);
	if (ret)
		return ret;
	subscription_count(bench, &read);
	if (read.holds)
		bench_record(bench, HOLD, read.hold_elapsed, read.holds,
			     read.holds);
	return invalidate_hold(bench, inv, &read, operations);
}

/*
 * What the threads are there for: each was interrupted to flush its TLB, once
 * an operation at least. Half of it is proof that none was out of the way,
 * whatever a few samples of a loaded machine have lost.
 */
static int check_shootdowns(struct bench *bench)
{
	double threads = (double)(bench_number(bench, "threads") +
				  bench_number(bench, "invalidators"));
	double calls = bench_counted(bench, "function_calls");

	if (calls >= threads / 2)
		return 0;
	return bench_invalid(bench,
			     "%g function-call interrupts an operation: no TLB "
			     "shootdown of %g threads",
			     calls, threads);
}

int invalidate_check(struct bench *bench)
{
	struct invalidate *inv = bench_state(bench);
	int ret;

	if (inv->trigger->unpopulated)
		return 0;
	ret = inv->siblings ? siblings_check(inv->siblings) : 0;
	if (!ret && inv->siblings && ARCH_TLB_INTERRUPTS)
		ret = check_shootdowns(bench);
	if (ret)
		return ret;
	ret = inv->trigger->refill ?
		      inv->trigger->refill(bench, inv, inv->ranges) :
		      0;
	if (!ret)
		ret = memory_populate(bench, &inv->memory, inv->memory.length);
	if (!ret)
		ret = memory_verify(bench, &inv->memory, inv->memory.length);
	return ret;
}

void invalidate_teardown(struct bench *bench)
{
	struct invalidate *inv = bench_state(bench);

	siblings_free(inv->siblings);
	subscription_free(&inv->subscription);
	memory_unmap(&inv->memory);
	if (inv->fd >= 0)
		close(inv->fd);
	free(inv);
}
