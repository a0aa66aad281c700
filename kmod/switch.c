// SPDX-License-Identifier: GPL-2.0-only
/*
 * switch: a kernel thread borrows the owner's mm and gives it back, or takes
 * turns with the caller on its CPU.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mmu_context.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/sched/task.h>
#include <linux/smp.h>

#include "mmgauge.h"

#define MMG_QUIET_TRIES 10 /* ticks to wait for others to have run */

struct mmg_switching {
	struct mm_struct *mm;
	struct mmg_switch *req;
	struct completion done; /* the thread's work; or its turn */
	struct completion turn; /* the thread's */
	bool stop; /* instead of a turn */
};

static void mmg_switch_pair(struct mmg_switching *switching)
{
	struct mmg_switch *req = switching->req;
	u64 start, used, unused;

	if (!(req->flags & MMG_SWITCH_APART)) {
		kthread_use_mm(switching->mm);
		kthread_unuse_mm(switching->mm);
		return;
	}
	start = mmg_now(req->clock);
	kthread_use_mm(switching->mm);
	used = mmg_now(req->clock);
	kthread_unuse_mm(switching->mm);
	unused = mmg_now(req->clock);
	req->use_elapsed += used - start;
	req->unuse_elapsed += unused - used;
}

static int mmg_switch_thread(void *data)
{
	struct mmg_switching *switching = data;
	struct mmg_switch *req = switching->req;
	u64 start = mmg_now(req->clock);
	int ret = 0;

	while (req->done < req->iterations) {
		if (!(req->done & MMG_PAUSE_CALLS)) {
			cond_resched();
			if (kthread_should_stop()) {
				ret = -EINTR;
				break;
			}
		}
		mmg_switch_pair(switching);
		req->done++;
	}
	req->elapsed = mmg_now(req->clock) - start;
	complete(&switching->done);
	return ret;
}

/*
 * Neither preempts the other when woken if both are of one real-time priority
 * or both of SCHED_BATCH (check_preempt_wakeup()); but the fair scheduler has
 * more than one kind of round, as the histories of both are.
 */
static int mmg_turn_policy(u32 flags)
{
	if (flags & MMG_SWITCH_BATCH)
		return mmg_sched_set_batch();
	sched_set_fifo_low(current);
	return 0;
}

static int mmg_turn_thread(void *data)
{
	struct mmg_switching *switching = data;
	int ret = mmg_turn_policy(switching->req->flags);

	for (;;) {
		wait_for_completion(&switching->turn);
		if (READ_ONCE(switching->stop))
			return ret;
		complete(&switching->done);
	}
}

static int mmg_turn(struct mmg_switching *switching)
{
	complete(&switching->turn);
	return wait_for_completion_killable(&switching->done) ? -EINTR : 0;
}

/*
 * A task left waiting for the CPU, such as kthreadd preempted by what it has
 * just created, is waiting all along: real-time tasks that take turns let
 * nobody in, but each switch then finds one more in the queue, and takes
 * longer. Let it run.
 */
static int mmg_let_others_run(void)
{
	unsigned int tries = 0;

	while (!single_task_running() && tries++ < MMG_QUIET_TRIES)
		if (schedule_timeout_killable(1))
			return fatal_signal_pending(current) ? -EINTR : 0;
	return 0;
}

/*
 * Some turns and a look at signals: where the thread preempts the caller, each
 * wait finds its turn come and looks at none.
 */
static int mmg_take_some_turns(struct mmg_switching *switching)
{
	struct mmg_switch *req = switching->req;
	u64 last = min_t(u64, req->done + MMG_PAUSE_CALLS + 1, req->iterations);
	int ret = mmg_pause();

	while (req->done < last && !ret) {
		ret = mmg_turn(switching);
		if (!ret)
			req->done++;
	}
	return ret;
}

/*
 * A round is two switches, from the caller to a thread without an mm, which
 * borrows the caller's for lazy TLB, and back. The first, in which the thread
 * sets itself up, does not count. Killed, the caller leaves at once.
 */
static int mmg_take_turns(struct mmg_switching *switching)
{
	struct mmg_switch *req = switching->req;
	int ret = mmg_turn(switching);
	bool alone;
	u64 start;

	if (!ret)
		ret = mmg_let_others_run();
	alone = single_task_running();
	start = mmg_now(req->clock);
	while (req->done < req->iterations && !ret)
		ret = mmg_take_some_turns(switching);
	req->elapsed = mmg_now(req->clock) - start;
	req->alone = alone && single_task_running();
	WRITE_ONCE(switching->stop, true);
	complete(&switching->turn);
	return ret;
}

/*
 * The caller waits until the thread is gone, so its own hold on current->mm
 * keeps the mm alive for the thread. The thread gets the caller's CPU: where a
 * caller was pinned is where it expects to have measured.
 */
int mmg_do_switch(struct mmg_file *file, void *arg)
{
	struct mmg_switching switching = { .mm = file->mm, .req = arg };
	struct mmg_switch *req = arg;
	bool turns = req->flags & MMG_SWITCH_TURNS;
	struct task_struct *task;
	int ret, stopped;

	if (!req->iterations || req->iterations > MMG_MAX_ITERATIONS ||
	    req->flags & ~(turns ? MMG_SWITCH_TURNS | MMG_SWITCH_BATCH :
				   MMG_SWITCH_APART))
		return -EINVAL;
	ret = mmg_check_clock(req->clock);
	if (ret)
		return ret;

	init_completion(&switching.done);
	init_completion(&switching.turn);
	task = kthread_create(turns ? mmg_turn_thread : mmg_switch_thread,
			      &switching, "mmgauge");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task); /* it may be gone before kthread_stop() */
	kthread_bind(task, raw_smp_processor_id());
	wake_up_process(task);

	/* Killed: kthread_stop() ends the loop early. Either way it waits. */
	if (turns)
		ret = mmg_take_turns(&switching);
	else
		wait_for_completion_killable(&switching.done);
	stopped = kthread_stop(task);
	put_task_struct(task);
	/*
	 * A preemptible kernel may go on here from within the thread's
	 * do_exit(), which told its end: the caller would not be alone then.
	 */
	if (turns)
		mmg_let_others_run();
	return ret ? ret : stopped;
}
