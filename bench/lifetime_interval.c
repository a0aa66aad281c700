// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lifetime.interval_insert and .interval_remove: interval notifiers that come
 * and go, one at a time, beside others that stay, and while an invalidation of
 * the same mm is under way or not.
 *
 * The ones that stay, and the slow one that keeps an invalidation under way,
 * belong to devices of their own, so that the trial's device has only the one
 * that is measured.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "child.h"
#include "lifetime.h"
#include "memory.h"
#include "subscription.h"

#define SLOW_NS 5000000u

enum during { DURING_NOTHING, DURING_INVALIDATION };

static const struct bench_choice during_choices[] = {
	[DURING_NOTHING] = { "nothing", "the mm is quiet", 0 },
	[DURING_INVALIDATION] = { "invalidation",
				  "another thread is in a callback that "
				  "sleeps for 5 ms",
				  0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis interval_axes[] = {
	LIFETIME_AXES,
	{
		.name = "standing",
		.help = "intervals there already",
		.unit = "",
		.max = MMG_MAX_SUBSCRIPTIONS,
		.values = "0,64",
	},
	{
		.name = "during",
		.help = "what goes on in the same mm",
		.choices = during_choices,
		.values = "nothing,invalidation",
	},
	{ 0 },
};

enum { QUIET, DURING, FIRST };

static const struct bench_fact facts[] = {
	LIFETIME_FACTS,
	{ 0 },
};

static const struct bench_metric insert_metrics[] = {
	[QUIET] = { "insert", "one interval", NULL, 0 },
	[DURING] = { "insert_during", "one, deferred by an invalidation", NULL,
		     0 },
	[FIRST] = { "first", "the first of a mm, in a child process", NULL, 0 },
	{ 0 },
};

static const struct bench_metric remove_metrics[] = {
	[QUIET] = { "remove", "one interval", NULL, 0 },
	[DURING] = { "remove_during", "one, when an invalidation has ended",
		     NULL, BENCH_SLEEPS },
	{ 0 },
};

struct interval_state {
	struct lifetime common;
	struct subscription standing; /* only its device is used */
	struct subscription slow; /* likewise */
	char *pages; /* measured, invalidated, then the standing ones */
	size_t length;
	bool thread_runs;
	pthread_t thread;
	struct mmg_mirror_add add;
	struct mmg_mirror_remove remove;
	struct child child; /* for the first interval of a mm */
	uint64_t first;
};

static int add_intervals(struct bench *bench, struct subscription *to,
			 struct mmg_mirror_add *add)
{
	int ret;

	to->device = bench_device();
	ret = to->device < 0 ?
		      to->device :
		      subscription_request(bench, to, MMG_IOC_MIRROR_ADD, add);
	return ret ? bench_fail(bench, "cannot subscribe: %s", strerror(-ret)) :
		     0;
}

static int interval_setup(struct bench *bench)
{
	struct interval_state *state = calloc(1, sizeof(*state));
	uint64_t standing = bench_number(bench, "standing");
	size_t page = memory_page_size();
	struct mmg_mirror_add stay = {
		.kind = MMG_MIRROR_INTERVAL,
		.count = (uint32_t)standing,
		.length = page,
		.stride = page,
	};
	struct mmg_mirror_add slow = {
		.kind = MMG_MIRROR_INTERVAL,
		.count = 1,
		.length = page,
		.cost_kind = MMG_COST_SLEEP,
		.cost_ns = SLOW_NS,
	};
	int ret;

	if (!state)
		return -ENOMEM;
	state->standing.device = state->slow.device = -1;
	state->child.start[0] = state->child.start[1] = -1;
	bench_set_state(bench, state);
	ret = lifetime_setup(bench, &state->common);
	if (ret)
		return ret;
	state->length = (standing + 2) * page;
	state->pages = mmap(NULL, state->length, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (state->pages == MAP_FAILED)
		return bench_fail(bench, "mmap: %s", strerror(errno));
	slow.start = (uint64_t)state->pages + page;
	stay.start = slow.start + page;
	if (standing)
		ret = add_intervals(bench, &state->standing, &stay);
	if (!ret && bench_option(bench, "during") == DURING_INVALIDATION)
		ret = add_intervals(bench, &state->slow, &slow);
	return ret;
}

/* In its callback until long after the measurement of this sample. */
static void *invalidate(void *data)
{
	struct interval_state *state = data;
	size_t page = memory_page_size();

	*(volatile char *)(state->pages + page) = 1;
	madvise(state->pages + page, page, MADV_DONTNEED);
	return NULL;
}

/* The callback counts before it sleeps: then the invalidation is under way. */
static int start_invalidation(struct bench *bench, struct interval_state *state)
{
	struct mmg_mirror_read read;
	int ret = subscription_read(bench, &state->slow, &read);

	if (ret)
		return ret;
	ret = pthread_create(&state->thread, NULL, invalidate, state);
	if (ret)
		return bench_fail(bench, "cannot start a thread: %s",
				  strerror(ret));
	state->thread_runs = true;
	do {
		usleep(100);
		memset(&read, 0, sizeof(read));
		ret = subscription_request(bench, &state->slow,
					   MMG_IOC_MIRROR_READ, &read);
	} while (!ret && !read.callbacks);
	return ret;
}

static void end_invalidation(struct interval_state *state)
{
	if (state->thread_runs)
		pthread_join(state->thread, NULL);
	state->thread_runs = false;
}

static int insert(struct bench *bench, struct interval_state *state)
{
	int ret;

	state->add = (struct mmg_mirror_add){
		.kind = MMG_MIRROR_INTERVAL,
		.count = 1,
		.start = (uint64_t)state->pages,
		.length = memory_page_size(),
		.clock = bench_clock(bench),
	};
	ret = bench_kernel(bench, MMG_IOC_MIRROR_ADD, &state->add);
	return ret ? bench_fail(bench, "cannot insert: %s", strerror(-ret)) : 0;
}

static int take_out(struct bench *bench, struct interval_state *state)
{
	int ret;

	state->remove = (struct mmg_mirror_remove){
		.clock = bench_clock(bench),
	};
	ret = bench_kernel(bench, MMG_IOC_MIRROR_REMOVE, &state->remove);
	return ret ? bench_fail(bench, "cannot remove: %s", strerror(-ret)) : 0;
}

static int begin(struct bench *bench, struct interval_state *state)
{
	lifetime_before(&state->common);
	return bench_option(bench, "during") == DURING_INVALIDATION ?
		       start_invalidation(bench, state) :
		       0;
}

static int end(struct bench *bench, struct interval_state *state,
	       uint64_t elapsed)
{
	unsigned int during = bench_option(bench, "during");

	end_invalidation(state);
	lifetime_after(bench, &state->common);
	bench_record(bench, during == DURING_NOTHING ? QUIET : DURING, elapsed,
		     1, 1);
	return 0;
}

/* --- insert --- */

/*
 * What a mm has once it is never lost: only a new mm has a first time. The
 * child has all the mappings, and no subscription.
 */
static int first_setup(struct bench *bench, struct child *child)
{
	struct interval_state *state = bench_state(bench);
	struct subscription own = { .device = child_open_device(child) };
	struct mmg_mirror_add add = {
		.kind = MMG_MIRROR_INTERVAL,
		.count = 1,
		.start = (uint64_t)state->pages,
		.length = memory_page_size(),
		.clock = bench_clock(bench),
	};
	int ret = own.device < 0 ?
			  own.device :
			  subscription_request(bench, &own, MMG_IOC_MIRROR_ADD,
					       &add);

	child->shared->elapsed = add.elapsed;
	return ret;
}

static int measure_first(struct bench *bench, struct interval_state *state)
{
	int ret = child_start(bench, &state->child, first_setup);

	state->first = state->child.shared->elapsed;
	if (!ret)
		ret = child_end(&state->child, true);
	child_close_devices(&state->child);
	return ret;
}

static int insert_setup(struct bench *bench)
{
	int ret = interval_setup(bench);
	struct interval_state *state = bench_state(bench);

	return ret ? ret : child_init(bench, &state->child);
}

static int insert_prepare(struct bench *bench, uint64_t operations)
{
	struct interval_state *state = bench_state(bench);
	int ret = measure_first(bench, state);

	(void)operations;
	return ret ? ret : begin(bench, state);
}

static int insert_run(struct bench *bench, uint64_t operations)
{
	(void)operations;
	return insert(bench, bench_state(bench));
}

static int insert_finish(struct bench *bench, uint64_t operations)
{
	struct interval_state *state = bench_state(bench);
	int ret = end(bench, state, state->add.elapsed);

	(void)operations;
	bench_record(bench, FIRST, state->first, 1, 1);
	return ret ? ret : take_out(bench, state);
}

static void interval_teardown(struct bench *bench)
{
	struct interval_state *state = bench_state(bench);

	end_invalidation(state);
	if (state->slow.device >= 0)
		close(state->slow.device);
	if (state->standing.device >= 0)
		close(state->standing.device);
	if (state->pages && state->pages != MAP_FAILED)
		munmap(state->pages, state->length);
	child_free(&state->child);
	lifetime_teardown(&state->common);
	free(state);
}

static const struct bench_case interval_insert = {
	.name = "lifetime.interval_insert",
	.summary = "mmu_interval_notifier_insert(), beside others",
	.axes = interval_axes,
	.metrics = insert_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true, /* to the other thread */
	.limit = lifetime_limit,
	.setup = insert_setup,
	.prepare = insert_prepare,
	.run = insert_run,
	.finish = insert_finish,
	.teardown = interval_teardown,
};
BENCH_CASE(interval_insert);

/* --- remove --- */

static int remove_setup(struct bench *bench)
{
	if (bench_counts_instructions(bench) &&
	    bench_option(bench, "during") == DURING_INVALIDATION)
		return bench_skip(bench, "waits for the invalidation to end: "
					 "no instruction count, use --clock "
					 "wall");
	return interval_setup(bench);
}

static int remove_prepare(struct bench *bench, uint64_t operations)
{
	struct interval_state *state = bench_state(bench);
	int ret = insert(bench, state);

	(void)operations;
	return ret ? ret : begin(bench, state);
}

static int remove_run(struct bench *bench, uint64_t operations)
{
	(void)operations;
	return take_out(bench, bench_state(bench));
}

static int remove_finish(struct bench *bench, uint64_t operations)
{
	struct interval_state *state = bench_state(bench);

	(void)operations;
	if (state->remove.count != 1)
		return bench_invalid(bench, "%u intervals removed, not 1",
				     state->remove.count);
	return end(bench, state, state->remove.elapsed);
}

static const struct bench_case interval_remove = {
	.name = "lifetime.interval_remove",
	.summary = "mmu_interval_notifier_remove(), beside others",
	.axes = interval_axes,
	.metrics = remove_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true, /* to the other thread */
	.limit = lifetime_limit,
	.setup = remove_setup,
	.prepare = remove_prepare,
	.run = remove_run,
	.finish = remove_finish,
	.teardown = interval_teardown,
};
BENCH_CASE(interval_remove);
