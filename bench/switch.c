// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * switch.*: what registering for membarrier() costs the switches of an address
 * space. Every cell measures registered and never registered in turns; the
 * difference is the result (docs/membarrier.md).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "switch_worker.h"

#define REGISTERED_AXIS                                       \
	{                                                     \
		.name = "registered",                         \
		.help = "what the mm is registered for with " \
			"membarrier()",                       \
		.choices = registered_choices,                \
		.values = "none,private_expedited,sync_core", \
	}

static const struct bench_axis registered_axes[] = {
	REGISTERED_AXIS,
	{ 0 },
};

static const struct bench_axis scheduled_axes[] = {
	REGISTERED_AXIS,
	{
		.name = "policy",
		.help = "how the thread is scheduled, and a kernel thread",
		.choices = policy_choices,
		.values = "fifo",
	},
	{ 0 },
};

#define TWIN_METRIC                                                                 \
	{                                                                           \
		"twin", "the same in a process never registered, sample by sample", \
			NULL, 0                                                     \
	}

/* --- Borrowing the mm, and turns with a kernel thread: the module's loops ---
 */

static const struct bench_fact facts[] = {
	SWITCH_FACTS,
	{ 0 },
};

static const struct bench_metric use_mm_metrics[] = {
	{ "operation", "one kthread_use_mm() and kthread_unuse_mm()", NULL, 0 },
	TWIN_METRIC,
	{ 0 },
};

static int ask_module(struct bench *bench, uint64_t operations, uint32_t flags,
		      struct mmg_switch *request)
{
	int ret;

	*request = (struct mmg_switch){
		.iterations = (uint32_t)operations,
		.flags = flags,
		.clock = bench_clock(bench),
	};
	ret = bench_kernel(bench, MMG_IOC_SWITCH, request);
	if (ret)
		return bench_fail(bench, "switching: %s", strerror(-ret));
	if (request->done != operations)
		return bench_invalid(bench, "%llu of %llu switches done",
				     (unsigned long long)request->done,
				     (unsigned long long)operations);
	return 0;
}

/* Each process opens the device for itself: it is the owner whose mm counts. */
static int module_open(struct bench *bench, bool is_twin, void **worker)
{
	(void)is_twin;
	(void)bench;
	*worker = NULL;
	return 0;
}

static void module_close(void *worker)
{
	(void)worker;
}

static uint64_t module_limit(struct bench *bench)
{
	(void)bench;
	return MMG_MAX_ITERATIONS;
}

static int use_mm_work_run(struct bench *bench, void *worker,
			   uint64_t operations, struct switched *switched)
{
	struct mmg_switch request;
	int ret = ask_module(bench, operations, 0, &request);

	(void)worker;
	switched->ticks = request.elapsed;
	return ret;
}

/* membarrier_update_current_mm() writes when there is any registration. */
static bool null_if_unregistered(const struct bench *bench)
{
	return bench_option(bench, "registered") == REGISTERED_NONE;
}

static int use_mm_setup(struct bench *bench)
{
	static const struct switch_work work = {
		.open = module_open,
		.run = use_mm_work_run,
		.close = module_close,
		.is_null = null_if_unregistered,
	};

	return switch_setup(bench, &work);
}

static const struct bench_case kthread_use_mm = {
	.name = "switch.kthread_use_mm",
	.summary = "a kernel thread borrows the mm and gives it back",
	.axes = registered_axes,
	.metrics = use_mm_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = module_limit,
	.setup = use_mm_setup,
	.run = switch_run,
	.finish = switch_finish,
	.check = switch_check,
	.teardown = switch_teardown,
};
BENCH_CASE(kthread_use_mm);

static const struct bench_metric kthread_metrics[] = {
	{ "operation", "two switches: to the kernel thread and back", NULL, 0 },
	TWIN_METRIC,
	{ 0 },
};

static int kthread_work_run(struct bench *bench, void *worker,
			    uint64_t operations, struct switched *switched)
{
	bool fifo = bench_option(bench, "policy") == POLICY_FIFO;
	struct mmg_switch request;
	int ret = ask_module(bench, operations,
			     MMG_SWITCH_TURNS | (fifo ? 0 : MMG_SWITCH_BATCH),
			     &request);

	(void)worker;
	switched->ticks = request.elapsed;
	/* A fair thread may have been preempted on its way to sleep. */
	switched->alone = !fifo || request.alone;
	return ret;
}

static int kthread_open(struct bench *bench, bool is_twin, void **worker)
{
	int ret = switch_set_policy(bench);

	return ret ? ret : module_open(bench, is_twin, worker);
}

/* finish_task_switch() looks for the SYNC_CORE registration only. */
static bool null_unless_sync_core(const struct bench *bench)
{
	return bench_option(bench, "registered") != REGISTERED_SYNC_CORE;
}

static int kthread_setup(struct bench *bench)
{
	static const struct switch_work work = {
		.open = kthread_open,
		.run = kthread_work_run,
		.switches_itself = true,
		.exclusive = true,
		.close = module_close,
		.is_null = null_unless_sync_core,
	};

	return switch_setup(bench, &work);
}

static const struct bench_case kthread = {
	.name = "switch.kthread",
	.summary = "to a kernel thread on the same CPU and back",
	.axes = scheduled_axes,
	.metrics = kthread_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = module_limit,
	.setup = kthread_setup,
	.run = switch_run,
	.finish = switch_finish,
	.check = switch_check,
	.teardown = switch_teardown,
};
BENCH_CASE(kthread);

/* --- To the idle task and back --- */

/* Long enough for the CPU to go idle, short for many in a sample. */
#define IDLE_NS 50000

static const struct bench_metric idle_metrics[] = {
	{ "operation", "from the timer's expiry until user space runs again",
	  NULL, 0 },
	TWIN_METRIC,
	{ 0 },
};

/* Whole: a timer that counts in tens of ns is then early or late alike. */
static uint64_t wake_time(void)
{
	uint64_t time = clock_nanoseconds(CLOCK_MONOTONIC) + IDLE_NS;

	return time - time % 1000;
}

/*
 * The clock of the wake-up is CLOCK_MONOTONIC, by which the timer is set; on
 * the instruction clock one of its nanoseconds is one instruction. How long the
 * CPU was idle is not in it: only what came after the expiry.
 */
static int idle_work_run(struct bench *bench, void *worker, uint64_t operations,
			 struct switched *switched)
{
	switched->ticks = 0;
	(void)worker;
	while (operations--) {
		uint64_t wake = wake_time();
		struct timespec until = { (time_t)(wake / 1000000000u),
					  (long)(wake % 1000000000u) };
		int ret = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME,
					  &until, NULL);

		if (ret)
			return bench_fail(bench, "clock_nanosleep: %s",
					  strerror(ret));
		switched->ticks += clock_nanoseconds(CLOCK_MONOTONIC) - wake;
	}
	return 0;
}

struct idle {
	double ticks_then; /* the CPU's idle time, in USER_HZ */
	uint64_t sleeps;
};

/* Idle and waiting-for-I/O ticks of this CPU; -1 if they cannot be read. */
static double idle_ticks(void)
{
	FILE *file = fopen("/proc/stat", "re");
	double idle = -1, waiting = 0;
	char line[512], name[16];

	snprintf(name, sizeof(name), "cpu%d ", sched_getcpu());
	while (file && idle < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, strlen(name)) &&
		    sscanf(line, "%*s %*s %*s %*s %lf %lf", &idle, &waiting) !=
			    2)
			idle = -1;
	if (file)
		fclose(file);
	return idle + waiting;
}

static int idle_open(struct bench *bench, bool is_twin, void **worker)
{
	int ret = switch_set_policy(bench);
	struct idle *idle;

	(void)is_twin;
	if (ret)
		return ret;
	idle = calloc(1, sizeof(*idle));
	if (!idle)
		return -ENOMEM;
	*worker = idle;
	/* The default 50 us would be added to every sleep. */
	prctl(PR_SET_TIMERSLACK, 1);
	idle->ticks_then = idle_ticks();
	return 0;
}

static int idle_setup(struct bench *bench)
{
	static const struct switch_work work = {
		.open = idle_open,
		.run = idle_work_run,
		.switches_itself = true,
		.close = free,
		.is_null = null_unless_sync_core,
	};

	return switch_setup(bench, &work);
}

static int idle_run(struct bench *bench, uint64_t operations)
{
	struct idle *idle = switch_worker(bench);

	idle->sleeps += operations;
	return switch_run(bench, operations);
}

/* The twin slept as often on the same CPU: what was idle is theirs together. */
static int idle_check(struct bench *bench)
{
	const struct idle *idle = switch_worker(bench);
	double asleep = 2 * (double)idle->sleeps * IDLE_NS * 1e-9;
	double share = (idle_ticks() - idle->ticks_then) /
		       (double)sysconf(_SC_CLK_TCK) / asleep;

	bench_fact(bench, "idle_share", share);
	if (share < 0.5)
		return bench_invalid(bench,
				     "the CPU was idle for %.0f %% of "
				     "the sleeps: others ran on it",
				     share * 100);
	return switch_check(bench);
}

static const struct bench_fact idle_facts[] = {
	SWITCH_FACTS,
	{ "idle_share", "of the time asleep, the CPU was idle",
	  BENCH_DIAGNOSTIC },
	{ 0 },
};

static const struct bench_case idle = {
	.name = "switch.idle",
	.summary = "from the idle task back to the thread that slept",
	.axes = scheduled_axes,
	.metrics = idle_metrics,
	.facts = idle_facts,
	.yields = true,
	.setup = idle_setup,
	.run = idle_run,
	.finish = switch_finish,
	.check = idle_check,
	.teardown = switch_teardown,
};
BENCH_CASE(idle);
