// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.fork and .fork_cow: the copy of an address space, and what the
 * parent pays for it afterwards.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "invalidate.h"

/* Not fork(): the C library's handlers are no part of the cost. */
static pid_t fork_raw(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
}

/* --- fork --- */

/* The child must not run, and exit, in the middle of the measurement. */
static int outrank_children(bool on)
{
	struct sched_param parameter = { .sched_priority = on ? 1 : 0 };

	return sched_setscheduler(
		0, on ? SCHED_FIFO | SCHED_RESET_ON_FORK : SCHED_OTHER,
		&parameter);
}

static void expect_fork(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i);

	invalidate_expect(inv, EVENT_PROTECTION_PAGE, at, at + inv->range);
}

static const struct trigger forking = {
	.expect = expect_fork,
	.whole = true,
	.elsewhere = true, /* every private mapping */
};

static int fork_setup(struct bench *bench)
{
	return invalidate_setup(bench, &forking);
}

static int fork_prepare(struct bench *bench, uint64_t operations)
{
	int ret = invalidate_prepare(bench, operations);

	if (!ret && outrank_children(true))
		return bench_skip(bench, "cannot outrank the child: %s",
				  strerror(errno));
	return ret;
}

static int fork_run(struct bench *bench, uint64_t operations)
{
	(void)bench;
	while (operations--) {
		pid_t pid = fork_raw();

		if (!pid)
			_exit(0);
		if (pid < 0)
			return -errno;
	}
	return 0;
}

static int fork_finish(struct bench *bench, uint64_t operations)
{
	outrank_children(false);
	for (uint64_t i = 0; i < operations; i++)
		if (waitpid(-1, NULL, 0) < 0)
			return bench_fail(bench, "no child: %s",
					  strerror(errno));
	return invalidate_finish(bench, operations);
}

static const struct bench_axis fork_axes[] = {
	INVALIDATE_AXES("1,512", "4k"),
	{ 0 },
};

static bool fork_excludes(const struct bench *bench)
{
	unsigned int memory = bench_option(bench, "memory");

	/* What is shared is not copied at all. */
	return (memory != MEMORY_4K && memory != MEMORY_THP) ||
	       invalidate_excludes(bench);
}

static const struct bench_case fork_case = {
	.name = "invalidate.fork",
	.summary = "fork() with one populated range",
	.axes = fork_axes,
	.metrics = invalidate_metrics,
	.facts = invalidate_facts,
	.excludes = fork_excludes,
	.threads = invalidate_threads,
	.limit = invalidate_limit,
	.setup = fork_setup,
	.prepare = fork_prepare,
	.run = fork_run,
	.finish = fork_finish,
	.check = invalidate_check,
	.teardown = invalidate_teardown,
};
BENCH_CASE(fork_case);

/* --- writing after fork --- */

/* A child that holds the pages, and is known to have stopped running. */
static int cow_refill(struct bench *bench, struct invalidate *inv,
		      uint64_t operations)
{
	int ret = memory_populate(bench, &inv->memory, operations * inv->range);
	pid_t pid;

	if (ret)
		return ret;
	pid = fork_raw();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		syscall(SYS_kill, syscall(SYS_getpid), SIGSTOP);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, WUNTRACED) != pid)
		return bench_fail(bench, "cannot fork: %s", strerror(errno));
	inv->child = pid;
	return 0;
}

static const struct trigger copying = {
	.refill = cow_refill,
	.expect = invalidate_expect_clear_pages,
	.elsewhere = true, /* the stack is copied, too */
};

static int cow_setup(struct bench *bench)
{
	return invalidate_setup(bench, &copying);
}

static int cow_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	char *end = inv->memory.start + operations * inv->range;

	for (char *at = inv->memory.start; at < end; at += memory_page_size())
		*(volatile char *)at = 1;
	return 0;
}

static void cow_reap(struct invalidate *inv)
{
	if (inv->child <= 0)
		return;
	kill(inv->child, SIGKILL);
	waitpid(inv->child, NULL, 0);
	inv->child = 0;
}

static int cow_finish(struct bench *bench, uint64_t operations)
{
	int ret = invalidate_finish(bench, operations);

	cow_reap(bench_state(bench));
	return ret;
}

static void cow_teardown(struct bench *bench)
{
	cow_reap(bench_state(bench));
	invalidate_teardown(bench);
}

static const struct bench_case fork_cow = {
	.name = "invalidate.fork_cow",
	.summary = "the parent writes to each page after a fork",
	.axes = invalidate_axes,
	.metrics = invalidate_metrics,
	.facts = invalidate_facts,
	.excludes = invalidate_excludes_all_but_4k,
	.threads = invalidate_threads,
	.limit = invalidate_limit,
	.setup = cow_setup,
	.prepare = invalidate_prepare,
	.run = cow_run,
	.finish = cow_finish,
	.check = invalidate_check,
	.teardown = cow_teardown,
};
BENCH_CASE(fork_cow);
