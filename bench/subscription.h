/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subscriptions as an axis: who mirrors the address space, where their ranges
 * lie, how long their callbacks take, and how many callbacks an announced
 * range must therefore cause.
 *
 * The geometry is computed here, without the kernel, so that the counts of the
 * module are held against something independent of it.
 */
#ifndef MMGAUGE_BENCH_SUBSCRIPTION_H
#define MMGAUGE_BENCH_SUBSCRIPTION_H

#include "bench.h"

enum subscription_kind {
	SUBSCRIPTION_NONE,
	SUBSCRIPTION_INTERVAL,
	SUBSCRIPTION_ADJACENT,
	SUBSCRIPTION_NESTED,
	SUBSCRIPTION_DISJOINT,
	SUBSCRIPTION_APART,
	SUBSCRIPTION_OVERLAPPING,
	SUBSCRIPTION_MM,
	SUBSCRIPTION_MIXED,
};

extern const struct bench_choice subscription_choices[];
extern const struct bench_choice subscription_cost_choices[];

/* The rows of an axis table; see subscription_excludes() for what fits. */
#define SUBSCRIPTION_AXES(kinds, counts)                             \
	{ "subscription",                                            \
	  "what is subscribed to the address space",                 \
	  NULL,                                                      \
	  subscription_choices,                                      \
	  0,                                                         \
	  0,                                                         \
	  kinds },                                                   \
		{ "count", "subscriptions; 0 goes with none",        \
		  "",	   NULL,                                     \
		  0,	   MMG_MAX_SUBSCRIPTIONS,                    \
		  counts },                                          \
		{ "cost", "time each callback takes",                \
		  "ns",	  NULL,                                      \
		  0,	  MMG_MAX_COST_NS,                           \
		  "0" },                                             \
	{                                                            \
		"cost_kind", "how a callback spends its cost", NULL, \
			subscription_cost_choices, 0, 0, "spin"      \
	}

struct span {
	uint64_t start, end;
};

struct subscription {
	enum subscription_kind kind;
	uint64_t count; /* as the axis says */
	struct span *spans; /* of the intervals, sorted by start */
	uint64_t *ends; /* of the intervals, sorted */
	uint64_t interval_count;
	uint64_t mm_count; /* mm-wide ones */
	int device; /* opened for it, or -1: the trial's own */
};

/* Where subscriptions go: an arena of ranges, one an operation. */
struct subscription_place {
	uint64_t start;
	uint64_t length;
	uint64_t range;
	uint64_t page;
};

/* Whether the four axes, and @range pages, make no cell. */
bool subscription_excludes(const struct bench *bench, uint64_t range);

/* The most ranges that @kind can have in an arena. */
uint64_t subscription_ranges(enum subscription_kind kind, uint64_t count);

/* Lay @count subscriptions of @kind out. Touches no kernel. -ENOMEM */
int subscription_plan(struct subscription *subscription,
		      enum subscription_kind kind, uint64_t count,
		      const struct subscription_place *place);

/* Callbacks that one announcement of [@start, @end) must cause. */
uint64_t subscription_hits(const struct subscription *subscription,
			   uint64_t start, uint64_t end);

/*
 * To subscribe an address space other than the trial's, set ->device, one that
 * it opened (bench_device()), after subscription_plan().
 */
int subscription_request(struct bench *bench,
			 const struct subscription *subscription,
			 unsigned long request, void *argument);

/* Subscribe as planned; a reason is kept in @bench. */
int subscription_start(struct bench *bench,
		       const struct subscription *subscription);

/* Plan from the axes and subscribe; a reason is kept in @bench. */
int subscription_add(struct bench *bench, struct subscription *subscription,
		     const struct subscription_place *place);

/* What was called since the last read, and start anew. */
int subscription_read(struct bench *bench,
		      const struct subscription *subscription,
		      struct mmg_mirror_read *read);

/* Count what @read says as facts: callbacks, bytes and events by type. */
void subscription_count(struct bench *bench,
			const struct mmg_mirror_read *read);

/* enum mmu_notifier_event of Linux 5.15 and later; the last is for others. */
enum subscription_event {
	EVENT_UNMAP,
	EVENT_CLEAR,
	EVENT_PROTECTION_VMA,
	EVENT_PROTECTION_PAGE,
	EVENT_SOFT_DIRTY,
	EVENT_RELEASE,
	EVENT_MIGRATE,
	EVENT_EXCLUSIVE,
	EVENT_KINDS,
};

/* For the facts of a case that counts what a mirror saw. */
#define SUBSCRIPTION_FACTS SUBSCRIPTION_FACTS_OF(BENCH_EXACT)

/* @kind: of the bytes, where those of an operation hang on its turn. */
#define SUBSCRIPTION_FACTS_OF(kind)                                            \
	{ "callbacks", "of all subscriptions", BENCH_EXACT },                  \
		{ "bytes", "announced, summed over callbacks", kind },         \
		{ "event_unmap", "callbacks of MMU_NOTIFY_UNMAP",              \
		  BENCH_EXACT },                                               \
		{ "event_clear", "... of MMU_NOTIFY_CLEAR", BENCH_EXACT },     \
		{ "event_protection_vma", "... of MMU_NOTIFY_PROTECTION_VMA",  \
		  BENCH_EXACT },                                               \
		{ "event_protection_page",                                     \
		  "... of MMU_NOTIFY_PROTECTION_PAGE", BENCH_EXACT },          \
		{ "event_soft_dirty", "... of MMU_NOTIFY_SOFT_DIRTY",          \
		  BENCH_EXACT },                                               \
		{ "event_release", "... of MMU_NOTIFY_RELEASE", BENCH_EXACT }, \
		{ "event_migrate", "... of MMU_NOTIFY_MIGRATE", BENCH_EXACT }, \
		{ "event_exclusive", "... of MMU_NOTIFY_EXCLUSIVE",            \
		  BENCH_EXACT },                                               \
		{ "write_locks", "times the mmap_lock was taken for writing",  \
		  BENCH_EXACT },                                               \
		{ "spent_ns", "what the callbacks' costs took",                \
		  BENCH_STATISTICAL },                                         \
		{ "refused", "callbacks that would have blocked and must not", \
		  BENCH_EXACT_ALONE },                                         \
	{                                                                      \
		"hold_missed", "start callbacks whose hold was not timed",     \
			BENCH_EXACT_ALONE                                      \
	}

extern const char *const subscription_events[EVENT_KINDS];

void subscription_free(struct subscription *subscription);

#endif
