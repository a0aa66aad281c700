/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the invalidate.* cases share.
 *
 * A sample works through an arena of one range per operation, made ready
 * outside the clock, so that neither the faults nor the clock are in the time.
 * After each sample the callbacks that the module counted are held against
 * those that the geometry of the subscriptions demands, event by event.
 */
#ifndef MMGAUGE_BENCH_INVALIDATE_H
#define MMGAUGE_BENCH_INVALIDATE_H

#include <sys/types.h>

#include "memory.h"
#include "membarrier_siblings.h"
#include "subscription.h"

struct invalidate;

/* What makes the kernel announce an invalidation, and which. */
struct trigger {
	/* Make the first @operations ranges ready; NULL: fault them in. */
	int (*refill)(struct bench *bench, struct invalidate *inv,
		      uint64_t operations);
	/* Say by invalidate_expect() what operation @i announces. */
	void (*expect)(struct invalidate *inv, uint64_t i);
	/* Ways in which kernels announce it (inv->variant); 0 means one. */
	unsigned int variants;
	bool unpopulated; /* the arena starts empty, and is not verified */
	bool whole; /* an operation takes all of the mm: one range, no more */
	bool elsewhere; /* other parts of the mm are announced as well */
	/* The kernel now and then starts over, and announces all of it again. */
	bool restarts;
};

struct invalidate {
	const struct trigger *trigger;
	struct memory memory;
	struct subscription subscription;
	struct siblings *siblings;
	uint64_t range; /* bytes of an operation */
	uint64_t ranges; /* in the arena */
	uint64_t taken; /* of them by the last sample */
	unsigned int variant;
	uint64_t expected_events[EVENT_KINDS];
	uint64_t expected_bytes;
	unsigned int samples, restarted; /* seen, with trigger->restarts */
	void *own; /* of the case */
	int fd; /* of the case, or -1 */
	pid_t child; /* of the case, or 0 */
};

extern const struct bench_metric invalidate_metrics[];
extern const struct bench_axis invalidate_axes[];
extern const struct bench_fact invalidate_facts[];

#define INVALIDATE_FACTS INVALIDATE_FACTS_OF(BENCH_EXACT)

#define INVALIDATE_FACTS_OF(bytes)                                         \
	SUBSCRIPTION_FACTS_OF(bytes), SIBLING_FACTS, MEMORY_FACTS,         \
	{                                                                  \
		"rejected_restarted",                                      \
			"samples in which the kernel announced all again", \
			BENCH_DIAGNOSTIC                                   \
	}

#define INVALIDATE_AXES(ranges, memories)                                       \
	SUBSCRIPTION_AXES("none,interval,mm-wide", "0,1"),                      \
		{ "range", "pages a call invalidates",                          \
		  "page",  NULL,                                                \
		  1,	   1u << 18,                                            \
		  ranges },                                                     \
		{ "memory", "what backs the range", NULL, memory_choices, 0, 0, \
		  memories },                                                   \
		{ "threads", "threads of this mm spinning on other CPUs",       \
		  "",	     NULL,                                              \
		  0,	     1023,                                              \
		  "0" },                                                        \
	{                                                                       \
		"invalidators", "threads that invalidate pages of their own",   \
			"", NULL, 0, 1023, "0"                                  \
	}

/* All of a descriptor that most cases have in common. */
#define INVALIDATE_CASE INVALIDATE_CASE_OF(invalidate_facts)

#define INVALIDATE_CASE_OF(its_facts)                             \
	.metrics = invalidate_metrics, .facts = its_facts,        \
	.threads = invalidate_threads, .limit = invalidate_limit, \
	.prepare = invalidate_prepare,                            \
	.finish = invalidate_finish, .check = invalidate_check,   \
	.teardown = invalidate_teardown

bool invalidate_excludes(const struct bench *bench);
/* The same, and only anonymous base pages will do. */
bool invalidate_excludes_all_but_4k(const struct bench *bench);
uint64_t invalidate_limit(struct bench *bench);
unsigned int invalidate_threads(const struct bench *bench);

/* Memory, siblings and subscriptions as the axes say. */
int invalidate_setup(struct bench *bench, const struct trigger *trigger);
/* The first half of it, for a case that has more to do before subscribing. */
int invalidate_map(struct bench *bench, const struct trigger *trigger);
int invalidate_subscribe(struct bench *bench);

int invalidate_prepare(struct bench *bench, uint64_t operations);
int invalidate_finish(struct bench *bench, uint64_t operations);
int invalidate_check(struct bench *bench);
void invalidate_teardown(struct bench *bench);

/*
 * Hold what was counted in @operations against what the geometry demands. Where
 * the kernel may start over, a sample in which it did is rejected; where it
 * does so in more than a quarter of them, and two, it is no exception but what
 * the kernel does.
 */
int invalidate_hold(struct bench *bench, struct invalidate *inv,
		    const struct mmg_mirror_read *read, uint64_t operations);

/* An announcement of [@start, @end), with what must come of it. */
void invalidate_expect(struct invalidate *inv, enum subscription_event event,
		       uint64_t start, uint64_t end);

/* What many triggers announce: the range, or each page of it, as CLEAR. */
void invalidate_expect_clear(struct invalidate *inv, uint64_t i);
void invalidate_expect_clear_pages(struct invalidate *inv, uint64_t i);

/*
 * An operation that goes up the arena and takes the head off a mapping, or
 * changes it, splits the mapping at its end. Inside a PMD the kernel announces
 * the whole PMD as CLEAR then, even if no huge page is there to be split
 * (split_huge_pmd_address(), up to 6.12 at least).
 */
void invalidate_expect_split(struct invalidate *inv, uint64_t i);

/* Where operation @i works. */
static inline char *invalidate_at(const struct invalidate *inv, uint64_t i)
{
	return inv->memory.start + i * inv->range;
}

/* Drop the first @operations ranges, then fault them in anew. */
int invalidate_renew(struct bench *bench, struct invalidate *inv,
		     uint64_t operations);
/* Map the first @operations ranges anew, page tables included. */
int invalidate_remap(struct bench *bench, struct invalidate *inv,
		     uint64_t operations);

#endif
