// SPDX-License-Identifier: GPL-2.0-only
/*
 * switch: a kernel thread borrows the owner's mm and gives it back.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mmu_context.h>
#include <linux/sched/task.h>
#include <linux/smp.h>

#include "mmgauge.h"

struct mmg_switching {
	struct mm_struct *mm;
	struct mmg_switch *req;
	struct completion done;
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
		if (!(req->done % 64)) {
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
 * The caller waits until the thread is gone, so its own hold on current->mm
 * keeps the mm alive for the thread. The thread gets the caller's CPU: where a
 * caller was pinned is where it expects to have measured.
 */
int mmg_do_switch(struct mmg_file *file, void *arg)
{
	struct mmg_switching switching = { .mm = file->mm, .req = arg };
	struct mmg_switch *req = arg;
	struct task_struct *task;
	int ret;

	if (!req->iterations || req->iterations > MMG_MAX_ITERATIONS ||
	    req->flags & ~MMG_SWITCH_APART)
		return -EINVAL;
	ret = mmg_check_clock(req->clock);
	if (ret)
		return ret;

	init_completion(&switching.done);
	task = kthread_create(mmg_switch_thread, &switching, "mmgauge");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task); /* it may be gone before kthread_stop() */
	kthread_bind(task, raw_smp_processor_id());
	wake_up_process(task);

	/* Killed: kthread_stop() ends the loop early. Either way it waits. */
	wait_for_completion_killable(&switching.done);
	ret = kthread_stop(task);
	put_task_struct(task);
	return ret;
}
