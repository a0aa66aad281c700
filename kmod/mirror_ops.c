// SPDX-License-Identifier: GPL-2.0-only
/*
 * mirror: what the kernel calls when the owner's address space changes.
 *
 * All of this lands in the system calls that user space times, so it does the
 * least a driver must: take a lock of its own, mark the sequence, count on this
 * CPU, and spend the cost that the request asked for.
 */
#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "mirror.h"

static u64 mmg_sleep(u64 ns)
{
	ktime_t delay = ns_to_ktime(ns);
	u64 start = ktime_get_ns();

	set_current_state(TASK_KILLABLE);
	schedule_hrtimeout(&delay, HRTIMER_MODE_REL);
	return ktime_get_ns() - start;
}

/*
 * What ends is told twice, of its release and of the unmapping; more than that
 * (5.15 to 6.1 tell the latter once a mapping of huge pages) costs nothing, or
 * the end would take as long as somebody made mappings.
 */
static bool mmg_has_paid(const struct mmg_sub *sub)
{
	struct mmg_mirror *mirror = sub->mirror;
	struct mmg_file *file = container_of(mirror, struct mmg_file, mirror);

	if (likely(!(current->flags & PF_EXITING) &&
		   atomic_read(&file->mm->mm_users)))
		return false;
	return atomic64_add_return(sub->cost_ns, &mirror->dying_ns) >
	       2 * READ_ONCE(mirror->cost_ns);
}

/*
 * The oom reaper may not block, and somebody waits for the memory: thousands of
 * subscriptions that spin there would be a lockup.
 */
static noinline void mmg_spend_some(const struct mmg_sub *sub, bool may_block)
{
	u64 spent;

	if (!may_block || fatal_signal_pending(current) || mmg_has_paid(sub))
		return;
	if (sub->cost_kind == MMG_COST_SPIN)
		spent = mmg_spin(sub->cost_ns);
	else
		spent = mmg_sleep(sub->cost_ns);
	this_cpu_add(sub->mirror->counts->spent_ns, spent);
	/* Thousands of subscriptions may overlap: a long spin in all. */
	cond_resched();
}

static __always_inline void mmg_spend(const struct mmg_sub *sub, bool may_block)
{
	if (unlikely(sub->cost_ns))
		mmg_spend_some(sub, may_block);
}

static __always_inline void mmg_count(const struct mmg_sub *sub,
				      const struct mmu_notifier_range *range)
{
	struct mmg_counts __percpu *counts = sub->mirror->counts;
	u32 event = min_t(u32, range->event, MMG_EVENTS - 1);

	this_cpu_inc(counts->events[event]);
	/* exit and clear_refs announce everything: no size, and it would wrap
	 */
	if (likely(range->end != ULONG_MAX))
		this_cpu_add(counts->bytes, range->end - range->start);
}

static noinline bool mmg_interval_trylock(struct mmg_sub *sub)
{
	bool must_sleep = sub->cost_ns && sub->cost_kind == MMG_COST_SLEEP;

	if (!must_sleep && mutex_trylock(&sub->lock))
		return true;
	this_cpu_inc(sub->mirror->counts->refused);
	return false;
}

static bool mmg_interval_invalidate(struct mmu_interval_notifier *interval,
				    const struct mmu_notifier_range *range,
				    unsigned long cur_seq)
{
	struct mmg_sub *sub = container_of(interval, struct mmg_sub, interval);
	bool may_block = mmu_notifier_range_blockable(range);

	if (likely(may_block))
		mutex_lock(&sub->lock);
	else if (!mmg_interval_trylock(sub))
		return false;
	mmu_interval_set_seq(interval, cur_seq);
	mmg_count(sub, range);
	mmg_spend(sub, may_block);
	mutex_unlock(&sub->lock);
	return true;
}

const struct mmu_interval_notifier_ops mmg_interval_ops = {
	.invalidate = mmg_interval_invalidate,
};

/* The innermost slot of this task: nested starts end in reverse order. */
static struct mmg_hold *mmg_hold_find(struct mmg_sub *sub)
{
	struct mmg_hold *found = NULL;
	int i;

	for (i = 0; i < MMG_HOLDS; i++) {
		struct mmg_hold *hold = &sub->holds[i];

		if (READ_ONCE(hold->task) != current)
			continue;
		if (!found || hold->start >= found->start)
			found = hold;
	}
	return found;
}

/* A slot belongs to the task in it, so that cmpxchg() is all the locking. */
static void mmg_hold_start(struct mmg_sub *sub)
{
	struct mmg_hold *hold;
	int i;

	for (i = 0; i < MMG_HOLDS; i++) {
		hold = &sub->holds[i];
		if (READ_ONCE(hold->task) ||
		    cmpxchg(&hold->task, NULL, current))
			continue;
		hold->nested = 0;
		hold->start = mmg_now(sub->mirror->clock);
		return;
	}
	this_cpu_inc(sub->mirror->counts->hold_missed);
	hold = mmg_hold_find(sub);
	if (hold)
		hold->nested++;
}

static void mmg_hold_end(struct mmg_sub *sub)
{
	u64 now = mmg_now(sub->mirror->clock);
	struct mmg_hold *hold = mmg_hold_find(sub);
	struct mmg_counts *counts;
	u64 elapsed;

	if (!hold) /* subscribed between start and end, or missed */
		return;
	if (hold->nested) {
		hold->nested--;
		return;
	}
	elapsed = now - hold->start;
	/* The slot is read before it is free for another task to fill. */
	smp_store_release(&hold->task, NULL);

	counts = get_cpu_ptr(sub->mirror->counts);
	counts->holds++;
	counts->hold_elapsed += elapsed;
	counts->hold_max = max(counts->hold_max, elapsed);
	put_cpu_ptr(sub->mirror->counts);
}

/*
 * Never -EAGAIN: __mmu_notifier_invalidate_range_start() allows that only to
 * notifiers without an end callback.
 */
static int mmg_mm_start(struct mmu_notifier *mn,
			const struct mmu_notifier_range *range)
{
	struct mmg_sub *sub = container_of(mn, struct mmg_sub, mm.mn);

	mmg_count(sub, range);
	mmg_spend(sub, mmu_notifier_range_blockable(range));
	mmg_hold_start(sub);
	return 0;
}

static void mmg_mm_end(struct mmu_notifier *mn,
		       const struct mmu_notifier_range *range)
{
	mmg_hold_end(container_of(mn, struct mmg_sub, mm.mn));
}

static void mmg_mm_release(struct mmu_notifier *mn, struct mm_struct *mm)
{
	struct mmg_sub *sub = container_of(mn, struct mmg_sub, mm.mn);

	this_cpu_inc(sub->mirror->counts->releases);
	mmg_spend(sub, true);
}

const struct mmu_notifier_ops mmg_mm_ops = {
	.release = mmg_mm_release,
	.invalidate_range_start = mmg_mm_start,
	.invalidate_range_end = mmg_mm_end,
	.free_notifier = mmg_drained_free,
};
