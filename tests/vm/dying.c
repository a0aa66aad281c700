// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process with all the callbacks and bonds that its mm may have, each as dear
 * as it may be, is gone soon after SIGKILL; and what may not block pays nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/clock.h"
#include "bench/memory.h"
#include "bench/subscription.h"

#define FILES 64
#define ARENA (64ul << 20)
#define HUGE_PAGE (2ul << 20)
#define GONE_NS 500000000ull
#define REAPED_NS 10000000ull

enum { INTERVALS, WIDE, BONDS, MANY, REAPED, HUGE };

static const struct bench_choice hows[] = {
	[INTERVALS] = { "intervals", "all cost in intervals of many files", 0 },
	[WIDE] = { "mm-wide", "all cost in mm-wide ones of many files", 0 },
	[BONDS] = { "bonds", "all cost in bonds", 0 },
	[MANY] = { "many", "as many intervals as there may be", 0 },
	[REAPED] = { "reaped", "intervals, and another takes the memory", 0 },
	[HUGE] = { "huge", "intervals over mappings of huge pages", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{ "how", "what its mm has", NULL, hows, 0, 0,
	  "intervals,mm-wide,bonds,many,reaped,huge" },
	{ 0 },
};

static const struct bench_fact facts[] = {
	{ "reaped_ns", "from the kill to the end of the process",
	  BENCH_DIAGNOSTIC },
	{ "files", "open devices", BENCH_DIAGNOSTIC },
	{ "gone_ns", "from the kill until all is given back",
	  BENCH_DIAGNOSTIC },
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "one such end", NULL, BENCH_TIMED },
	{ 0 },
};

struct dying {
	struct child child;
	char *page;
	bool done;
};

/* One more of the kind, on @device; -E2BIG when that is too much. */
static int add_one(struct bench *bench, const struct dying *dying, int device)
{
	unsigned int how = bench_option(bench, "how");
	struct mmg_bind bind = {
		.stop_ns = MMG_MAX_COST_NS,
		.flags = MMG_BOND_WORK,
	};
	struct mmg_mirror_add add = {
		.kind = how == WIDE ? MMG_MIRROR_MM : MMG_MIRROR_INTERVAL,
		.count = how == MANY ? MMG_MAX_SUBSCRIPTIONS : 1,
		.cost_ns = how == MANY ? 0 : MMG_MAX_COST_NS,
	};

	if (add.kind == MMG_MIRROR_INTERVAL) {
		add.start = (uint64_t)dying->page;
		add.length = ARENA;
	}
	return how == BONDS ?
		       bench_device_request(device, MMG_IOC_BIND, &bind) :
		       bench_device_request(device, MMG_IOC_MIRROR_ADD, &add);
}

/* Empty, no two side by side: the end of each is told by itself, up to 6.1. */
static int map_huge(const struct dying *dying)
{
	char *first = (char *)(((uintptr_t)dying->page + 2 * HUGE_PAGE - 1) &
			       ~(HUGE_PAGE - 1));

	for (char *at = first; at + HUGE_PAGE <= dying->page + ARENA;
	     at += 2 * HUGE_PAGE)
		if (mmap(at, HUGE_PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB |
				 MAP_NORESERVE,
			 -1, 0) == MAP_FAILED)
			return -errno;
	return 0;
}

/* In the child: as much as it gets, spread over all files. */
static int take_all(struct bench *bench, struct child *child)
{
	struct dying *dying = bench_state(bench);
	int ret = 0;

	*(volatile char *)dying->page = 1;
	if (bench_option(bench, "how") == HUGE)
		ret = map_huge(dying);
	for (int i = 0; i < FILES && !ret; i++) {
		int device = child_open_device(child);

		ret = device < 0 ? device : add_one(bench, dying, device);
	}
	return !ret || ret == -E2BIG ? 0 : ret;
}

static int setup(struct bench *bench)
{
	const struct sched_param first = { .sched_priority = 50 };
	struct dying *dying = calloc(1, sizeof(*dying));

	if (!dying)
		return -ENOMEM;
	bench_set_state(bench, dying);
	dying->page = mmap(NULL, ARENA, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (dying->page == MAP_FAILED)
		return bench_fail(bench, "mmap: %s", strerror(errno));
	/* So that its memory is taken before it has a turn to end. */
	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first))
		return bench_fail(bench, "fifo: %s", strerror(errno));
	return child_init(bench, &dying->child);
}

/* As the oom reaper does it: __oom_reap_task_mm(). */
static int reap(struct bench *bench, pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	uint64_t start, took;
	long ret;

	if (fd < 0)
		return bench_fail(bench, "pidfd_open: %s", strerror(errno));
	kill(pid, SIGKILL);
	start = clock_nanoseconds(CLOCK_MONOTONIC);
	ret = syscall(SYS_process_mrelease, fd, 0);
	took = clock_nanoseconds(CLOCK_MONOTONIC) - start;
	close(fd);
	if (ret)
		return bench_fail(bench, "process_mrelease: %s",
				  strerror(errno));
	bench_fact(bench, "reaped_ns", (double)took);
	if (took > REAPED_NS)
		return bench_invalid(bench, "reaping took %.1f ms",
				     took * 1e-6);
	return 0;
}

static int end(struct bench *bench, struct dying *dying)
{
	uint64_t start = clock_nanoseconds(CLOCK_MONOTONIC), took;
	int ret = 0;

	if (bench_option(bench, "how") == REAPED)
		ret = reap(bench, dying->child.pid);
	if (!ret)
		ret = child_end(&dying->child, true);
	took = clock_nanoseconds(CLOCK_MONOTONIC) - start;
	bench_fact(bench, "files", dying->child.shared->count);
	bench_fact(bench, "gone_ns", (double)took);
	if (!ret && took > GONE_NS)
		return bench_invalid(bench, "gone after %.3f s", took * 1e-9);
	return ret;
}

/* Once, in the first sample. */
static int run(struct bench *bench, uint64_t operations)
{
	struct dying *dying = bench_state(bench);
	int ret;

	(void)operations;
	if (dying->done)
		return 0;
	dying->done = true;
	ret = child_start(bench, &dying->child, take_all);
	if (!ret)
		ret = end(bench, dying);
	child_close_devices(&dying->child);
	return ret;
}

static void teardown(struct bench *bench)
{
	struct dying *dying = bench_state(bench);

	child_free(&dying->child);
	munmap(dying->page, ARENA);
	free(dying);
}

static const struct bench_case dying_case = {
	.name = "test.dying",
	.summary = "the end of a process with all the cost that there may be",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = bench_limit_one,
	.setup = setup,
	.run = run,
	.teardown = teardown,
};
BENCH_CASE(dying_case);
