// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * switch.thread and switch.process: two tasks on one CPU hand each other a
 * turn through a futex. A round is two switches and no idle task in between:
 * the other one is made runnable before the first goes to sleep.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "switch_worker.h"

enum turn { TURN_OWN, TURN_PEER, TURN_END };

struct turns {
	atomic_uint *turn; /* shared memory, for a process as the peer */
	pthread_t thread;
	bool has_thread;
	pid_t process;
};

static void hand_over(atomic_uint *turn, enum turn to)
{
	atomic_store(turn, to);
	syscall(SYS_futex, turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Sleep as long as it is @other's turn. */
static void await(atomic_uint *turn, enum turn other)
{
	while (atomic_load(turn) == other)
		syscall(SYS_futex, turn, FUTEX_WAIT, other, NULL, NULL, 0);
}

static void *peer_main(void *data)
{
	atomic_uint *turn = data;

	for (;;) {
		await(turn, TURN_OWN);
		if (atomic_load(turn) == TURN_END)
			return NULL;
		hand_over(turn, TURN_OWN);
	}
}

#define SHARED_AXES                                                          \
	{ "registered",                                                      \
	  "what the mm is registered for with membarrier()",                 \
	  NULL,                                                              \
	  registered_choices,                                                \
	  0,                                                                 \
	  0,                                                                 \
	  "none,private_expedited,sync_core" },                              \
	{                                                                    \
		"policy", "how both are scheduled", NULL, policy_choices, 0, \
			0, "fifo"                                            \
	}

static int turns_new(struct bench *bench, void **worker)
{
	struct turns *turns;
	void *page;
	int ret = switch_set_policy(bench);

	if (ret)
		return ret;
	turns = calloc(1, sizeof(*turns));
	if (!turns)
		return -ENOMEM;
	page = mmap(NULL, sizeof(*turns->turn), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED) {
		free(turns);
		return -ENOMEM;
	}
	turns->turn = page;
	*worker = turns;
	return 0;
}

static int turns_run(struct bench *bench, void *worker, uint64_t operations,
		     struct switched *switched)
{
	struct turns *turns = worker;
	bool instructions = bench_counts_instructions(bench);
	uint64_t start = clock_read(instructions);

	while (operations--) {
		hand_over(turns->turn, TURN_PEER);
		await(turns->turn, TURN_PEER);
	}
	switched->ticks = clock_read(instructions) - start;
	return 0;
}

static void turns_close(void *worker)
{
	struct turns *turns = worker;

	hand_over(turns->turn, TURN_END);
	if (turns->has_thread)
		pthread_join(turns->thread, NULL);
	if (turns->process > 0)
		waitpid(turns->process, NULL, 0);
	munmap(turns->turn, sizeof(*turns->turn));
	free(turns);
}

static const struct bench_fact facts[] = {
	SWITCH_FACTS,
	{ 0 },
};

static const struct bench_metric turns_metrics[] = {
	{ "operation", "two switches: to the peer and back", NULL, 0 },
	{ "twin", "the same in a process never registered, sample by sample",
	  NULL, 0 },
	{ 0 },
};

/* --- Threads of one process --- */

static const struct bench_axis thread_axes[] = {
	SHARED_AXES,
	{ 0 },
};

/* The peer inherits the CPU that the trial is pinned to. */
static int thread_open(struct bench *bench, bool is_twin, void **worker)
{
	struct turns *turns;
	int ret = turns_new(bench, worker);

	(void)is_twin;
	if (ret)
		return ret;
	turns = *worker;
	ret = pthread_create(&turns->thread, NULL, peer_main, turns->turn);
	if (ret)
		return bench_fail(bench, "cannot start a thread: %s",
				  strerror(ret));
	turns->has_thread = true;
	return 0;
}

/* prev->active_mm == next->mm: context_switch() looks at nothing. */
static bool thread_is_null(const struct bench *bench)
{
	(void)bench;
	return true;
}

static int thread_setup(struct bench *bench)
{
	static const struct switch_work work = {
		.open = thread_open,
		.run = turns_run,
		.switches_itself = true,
		.exclusive = true,
		.close = turns_close,
		.is_null = thread_is_null,
	};

	return switch_setup(bench, &work);
}

static const struct bench_case thread = {
	.name = "switch.thread",
	.summary = "to another thread of the process and back (a null control)",
	.axes = thread_axes,
	.metrics = turns_metrics,
	.facts = facts,
	.yields = true,
	.setup = thread_setup,
	.run = switch_run,
	.finish = switch_finish,
	.check = switch_check,
	.teardown = switch_teardown,
};
BENCH_CASE(thread);

/* --- Two processes --- */

enum { PEER_ALIKE, PEER_NEVER };

static const struct bench_choice peer_choices[] = {
	[PEER_ALIKE] = { "alike", "registered for the same (a null control)",
			 0 },
	[PEER_NEVER] = { "never", "not registered", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis process_axes[] = {
	SHARED_AXES,
	{
		.name = "peer",
		.help = "the other process",
		.choices = peer_choices,
		.values = "alike,never",
	},
	{ 0 },
};

static bool process_excludes(const struct bench *bench)
{
	return bench_option(bench, "registered") == REGISTERED_NONE &&
	       bench_option(bench, "peer") == PEER_NEVER;
}

/* The twin's peer is like the twin: never registered. */
static int process_open(struct bench *bench, bool is_twin, void **worker)
{
	bool registers = !is_twin && bench_option(bench, "peer") == PEER_ALIKE;
	struct turns *turns;
	int ret = turns_new(bench, worker);

	if (ret)
		return ret;
	turns = *worker;
	turns->process = fork();
	if (!turns->process) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!registers || !registered_register(bench))
			peer_main(turns->turn);
		_exit(0);
	}
	if (turns->process < 0)
		return bench_fail(bench, "fork: %s", strerror(errno));
	return 0;
}

/* membarrier_switch_mm() writes only when the two mms differ in it. */
static bool process_is_null(const struct bench *bench)
{
	return bench_option(bench, "peer") == PEER_ALIKE;
}

static int process_setup(struct bench *bench)
{
	static const struct switch_work work = {
		.open = process_open,
		.run = turns_run,
		.switches_itself = true,
		.exclusive = true,
		.close = turns_close,
		.is_null = process_is_null,
	};

	return switch_setup(bench, &work);
}

static const struct bench_case process = {
	.name = "switch.process",
	.summary = "to another process and back",
	.axes = process_axes,
	.metrics = turns_metrics,
	.facts = facts,
	.yields = true,
	.excludes = process_excludes,
	.setup = process_setup,
	.run = switch_run,
	.finish = switch_finish,
	.check = switch_check,
	.teardown = switch_teardown,
};
BENCH_CASE(process);
