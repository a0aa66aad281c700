// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "subscription.h"

const struct bench_choice subscription_choices[] = {
	[SUBSCRIPTION_NONE] = { "none", "nobody ever subscribed to this mm",
				0 },
	[SUBSCRIPTION_INTERVAL] = { "interval",
				    "interval notifiers over the whole arena",
				    BENCH_NEEDS_MODULE },
	[SUBSCRIPTION_ADJACENT] = { "adjacent",
				    "one-page intervals right behind the "
				    "arena: misses",
				    BENCH_NEEDS_MODULE },
	[SUBSCRIPTION_NESTED] = { "nested",
				  "intervals inside each other, a page "
				  "shorter at both ends",
				  BENCH_NEEDS_MODULE },
	[SUBSCRIPTION_DISJOINT] = { "disjoint",
				    "one-page intervals spread over each "
				    "call's range: hits",
				    BENCH_NEEDS_MODULE },
	[SUBSCRIPTION_APART] = { "apart",
				 "one-page intervals on both sides of the "
				 "arena: misses",
				 BENCH_NEEDS_MODULE },
	[SUBSCRIPTION_OVERLAPPING] = { "overlapping",
				       "intervals over the arena, each a page "
				       "further on: hits",
				       BENCH_NEEDS_MODULE },
	[SUBSCRIPTION_MM] = { "mm-wide", "mm-wide notifiers (start and end)",
			      BENCH_NEEDS_MODULE },
	[SUBSCRIPTION_MIXED] = { "mixed",
				 "half intervals over the arena, half mm-wide",
				 BENCH_NEEDS_MODULE },
	{ NULL, NULL, 0 },
};

const struct bench_choice subscription_cost_choices[] = {
	[MMG_COST_SPIN] = { "spin", "a busy loop, as for a device's reply", 0 },
	[MMG_COST_SLEEP] = { "sleep", "asleep, as for a contended lock", 0 },
	{ NULL, NULL, 0 },
};

const char *const subscription_events[EVENT_KINDS] = {
	[EVENT_UNMAP] = "event_unmap",
	[EVENT_CLEAR] = "event_clear",
	[EVENT_PROTECTION_VMA] = "event_protection_vma",
	[EVENT_PROTECTION_PAGE] = "event_protection_page",
	[EVENT_SOFT_DIRTY] = "event_soft_dirty",
	[EVENT_RELEASE] = "event_release",
	[EVENT_MIGRATE] = "event_migrate",
	[EVENT_EXCLUSIVE] = "event_exclusive",
};

bool subscription_excludes(const struct bench *bench, uint64_t range)
{
	enum subscription_kind kind = bench_option(bench, "subscription");
	uint64_t count = bench_number(bench, "count");
	uint64_t cost = bench_number(bench, "cost"), least = 0;

	if (cost && bench_option(bench, "cost_kind") == MMG_COST_SLEEP)
		least = MMG_MIN_SLEEP_NS;
	if ((kind == SUBSCRIPTION_NONE) != !count)
		return true;
	if (kind == SUBSCRIPTION_DISJOINT && count > range)
		return true;
	if (kind == SUBSCRIPTION_MIXED && count < 2)
		return true;
	if (count * (cost > least ? cost : least) > MMG_MAX_COST_SUM_NS ||
	    (cost && !count))
		return true;
	/* How to spend nothing is no choice. */
	return !cost && bench_option(bench, "cost_kind") != MMG_COST_SPIN;
}

uint64_t subscription_ranges(enum subscription_kind kind, uint64_t count)
{
	return kind == SUBSCRIPTION_DISJOINT ? MMG_MAX_SUBSCRIPTIONS / count :
					       UINT64_MAX;
}

/* Interval @i of @subscription. */
static struct span place_span(const struct subscription *subscription,
			      const struct subscription_place *place,
			      uint64_t i)
{
	uint64_t page = place->page, count = subscription->count;
	uint64_t start = place->start, end = place->start + place->length;
	uint64_t depth;

	switch (subscription->kind) {
	case SUBSCRIPTION_ADJACENT:
		return (struct span){ end, end + page };
	case SUBSCRIPTION_NESTED:
		/* Past the innermost it begins with the outermost again. */
		depth = i % ((place->length / page + 1) / 2) * page;
		return (struct span){ start + depth, end - depth };
	case SUBSCRIPTION_DISJOINT:
		start += i / count * place->range +
			 i % count * (place->range / page / count) * page;
		return (struct span){ start, start + page };
	case SUBSCRIPTION_APART:
		/* Every other page: neighbours must not touch the arena. */
		start = i % 2 ? end + (i + 1) * page : start - (i + 2) * page;
		return (struct span){ start, start + page };
	case SUBSCRIPTION_OVERLAPPING:
		return (struct span){ start - i * page,
				      end + (count - 1 - i) * page };
	default:
		return (struct span){ start, end };
	}
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

int subscription_plan(struct subscription *subscription,
		      enum subscription_kind kind, uint64_t count,
		      const struct subscription_place *place)
{
	uint64_t intervals = kind == SUBSCRIPTION_MM	? 0 :
			     kind == SUBSCRIPTION_MIXED ? count / 2 :
							  count;

	memset(subscription, 0, sizeof(*subscription));
	subscription->kind = kind;
	subscription->device = -1;
	subscription->count = count;
	subscription->mm_count = count - intervals;
	if (kind == SUBSCRIPTION_DISJOINT)
		intervals *= place->length / place->range;
	if (!intervals)
		return 0;
	subscription->spans = calloc(intervals, sizeof(struct span));
	subscription->ends = calloc(intervals, sizeof(uint64_t));
	if (!subscription->spans || !subscription->ends) {
		subscription_free(subscription);
		return -ENOMEM;
	}
	for (uint64_t i = 0; i < intervals; i++) {
		subscription->spans[i] = place_span(subscription, place, i);
		subscription->ends[i] = subscription->spans[i].end;
	}
	/* The start is a span's first member. */
	qsort(subscription->spans, intervals, sizeof(struct span),
	      compare_numbers);
	qsort(subscription->ends, intervals, sizeof(uint64_t), compare_numbers);
	subscription->interval_count = intervals;
	return 0;
}

/* How many of @count sorted numbers, @stride bytes apart, are below @limit. */
static uint64_t count_below(const void *numbers, size_t stride, uint64_t count,
			    uint64_t limit)
{
	uint64_t low = 0, high = count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		const char *at = (const char *)numbers + middle * stride;

		if (*(const uint64_t *)at < limit)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint64_t subscription_hits(const struct subscription *subscription,
			   uint64_t start, uint64_t end)
{
	uint64_t count = subscription->interval_count, begun, over;

	/* Begun before the end, less those over at the start. */
	begun = count_below(subscription->spans, sizeof(struct span), count,
			    end);
	over = count_below(subscription->ends, sizeof(uint64_t), count,
			   start + 1);
	return subscription->mm_count + begun - over;
}

int subscription_request(struct bench *bench,
			 const struct subscription *subscription,
			 unsigned long request, void *argument)
{
	if (subscription->device >= 0)
		return bench_device_request(subscription->device, request,
					    argument);
	return bench_kernel(bench, request, argument);
}

static int add(struct bench *bench, const struct subscription *subscription,
	       enum mmg_mirror_kind kind, const struct span *first,
	       uint64_t stride, uint64_t count)
{
	struct mmg_mirror_add request = {
		.kind = kind,
		.count = (uint32_t)count,
		.start = first ? first->start : 0,
		.length = first ? first->end - first->start : 0,
		.stride = stride,
		.clock = bench_clock(bench),
		.cost_kind = bench_option(bench, "cost_kind"),
		.cost_ns = bench_number(bench, "cost"),
	};
	int ret = subscription_request(bench, subscription, MMG_IOC_MIRROR_ADD,
				       &request);

	if (ret && ret != -ENOTSUP)
		return bench_fail(bench, "cannot subscribe %u times: %s",
				  request.count, strerror(-ret));
	return ret;
}

/* The intervals, as few requests as there are even strides. */
static int add_intervals(struct bench *bench,
			 const struct subscription *subscription)
{
	const struct span *spans = subscription->spans;
	uint64_t left = subscription->interval_count;
	int ret = 0;

	while (left && !ret) {
		uint64_t stride = left > 1 ? spans[1].start - spans->start : 0;
		uint64_t length = spans->end - spans->start, run = 1;

		while (run < left &&
		       spans[run].start - spans[run - 1].start == stride &&
		       spans[run].end - spans[run].start == length)
			run++;
		ret = add(bench, subscription, MMG_MIRROR_INTERVAL, spans,
			  run > 1 ? stride : 0, run);
		spans += run;
		left -= run;
	}
	return ret;
}

int subscription_start(struct bench *bench,
		       const struct subscription *subscription)
{
	int ret = add_intervals(bench, subscription);

	if (!ret && subscription->mm_count)
		ret = add(bench, subscription, MMG_MIRROR_MM, NULL, 0,
			  subscription->mm_count);
	return ret;
}

int subscription_add(struct bench *bench, struct subscription *subscription,
		     const struct subscription_place *place)
{
	int ret = subscription_plan(subscription,
				    bench_option(bench, "subscription"),
				    bench_number(bench, "count"), place);

	return ret ? ret : subscription_start(bench, subscription);
}

int subscription_read(struct bench *bench,
		      const struct subscription *subscription,
		      struct mmg_mirror_read *read)
{
	int ret;

	memset(read, 0, sizeof(*read));
	read->reset = 1;
	ret = subscription_request(bench, subscription, MMG_IOC_MIRROR_READ,
				   read);
	if (ret)
		return bench_fail(bench, "cannot read the mirror: %s",
				  strerror(-ret));
	return 0;
}

void subscription_count(struct bench *bench, const struct mmg_mirror_read *read)
{
	bench_count(bench, "callbacks", (double)read->callbacks);
	bench_count(bench, "bytes", (double)read->bytes);
	for (int i = 0; i < EVENT_KINDS; i++)
		bench_count(bench, subscription_events[i],
			    (double)read->events[i]);
	bench_count(bench, "spent_ns", (double)read->spent_ns);
	bench_count(bench, "refused", (double)read->refused);
	bench_count(bench, "hold_missed", (double)read->hold_missed);
	if (read->write_locks != MMG_UNKNOWN)
		bench_count(bench, "write_locks", (double)read->write_locks);
}

void subscription_free(struct subscription *subscription)
{
	free(subscription->spans);
	free(subscription->ends);
	subscription->spans = NULL;
	subscription->ends = NULL;
	subscription->interval_count = 0;
}
