// SPDX-License-Identifier: GPL-2.0-only
/*
 * mirror: subscriptions to the owner's address space, their coming and going,
 * and what they counted.
 */
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "mirror.h"

#define MMG_SUMS (offsetof(struct mmg_counts, hold_max) / sizeof(u64))

static void mmg_subs_free(struct list_head *subs)
{
	struct mmg_sub *sub, *next;

	list_for_each_entry_safe(sub, next, subs, node) {
		list_del(&sub->node);
		kfree(sub);
		cond_resched();
	}
}

/* One object each, as drivers have them, and not in vmalloc space. */
static int mmg_subs_alloc(struct mmg_mirror *mirror,
			  const struct mmg_mirror_add *req,
			  struct list_head *subs)
{
	u32 holds = req->kind == MMG_MIRROR_MM ? MMG_HOLDS : 0;
	struct mmg_sub *sub;
	int ret;
	u32 i;

	for (i = 0; i < req->count; i++) {
		ret = mmg_pause_some(i, MMG_PAUSE_CALLS);
		if (ret)
			return ret;
		sub = kzalloc(struct_size(sub, holds, holds),
			      GFP_KERNEL_ACCOUNT);
		if (!sub)
			return -ENOMEM;
		sub->mirror = mirror;
		mutex_init(&sub->lock);
		sub->kind = req->kind;
		sub->cost_kind = req->cost_kind;
		sub->cost_ns = req->cost_ns;
		list_add_tail(&sub->node, subs);
	}
	return 0;
}

/* On an error @done says which of @subs were inserted until then. */
static int mmg_subs_insert(struct mmg_file *file, struct mmg_mirror_add *req,
			   struct list_head *subs, struct list_head *done)
{
	u64 begin = mmg_now(req->clock);
	u64 start = req->start;
	struct mmg_sub *sub;
	u32 i = 0;
	int ret;

	list_for_each_entry(sub, subs, node) {
		ret = mmg_pause_some(i, MMG_PAUSE_CALLS);
		if (ret)
			goto stop;
		if (req->kind == MMG_MIRROR_MM) {
			sub->mm.mn.ops = &mmg_mm_ops;
			ret = mmu_notifier_register(&sub->mm.mn, file->mm);
		} else {
			ret = mmu_interval_notifier_insert(&sub->interval,
							   file->mm, start,
							   req->length,
							   &mmg_interval_ops);
		}
		if (ret)
			goto stop;
		start += req->stride;
		if (!i++)
			req->first_elapsed = mmg_now(req->clock) - begin;
	}
	req->elapsed = mmg_now(req->clock) - begin;
	return 0;

stop:
	list_cut_before(done, subs, &sub->node);
	return ret;
}

/* @hurry when nobody times it: thousands of mm-wide ones take minutes. */
static void mmg_subs_remove(struct list_head *subs, bool hurry)
{
	struct mmg_drain drain;
	struct mmg_sub *sub;
	u32 i = 0;

	mmg_drain_init(&drain);
	list_for_each_entry(sub, subs, node) {
		bool waits = !hurry && sub->kind == MMG_MIRROR_MM;

		if (mmg_pause_some(i++, waits ? 0 : MMG_PAUSE_CALLS))
			hurry = true;
		if (sub->kind == MMG_MIRROR_INTERVAL)
			mmu_interval_notifier_remove(&sub->interval);
		else if (hurry)
			mmg_drain_put(&drain, &sub->mm);
		else
			mmu_notifier_unregister(&sub->mm.mn, sub->mm.mn.mm);
	}
	mmg_drain_wait(&drain);
}

static int mmg_add_check(const struct mmg_mirror *mirror,
			 const struct mmg_mirror_add *req)
{
	u64 last;

	if (req->kind > MMG_MIRROR_MM || req->cost_kind > MMG_COST_SLEEP ||
	    !req->count || req->count > MMG_MAX_SUBSCRIPTIONS ||
	    req->cost_ns > MMG_MAX_COST_NS)
		return -EINVAL;
	if (mirror->count && mirror->clock != req->clock)
		return -EINVAL;
	if (req->count > MMG_MAX_SUBSCRIPTIONS - mirror->count)
		return -E2BIG;
	if (req->kind == MMG_MIRROR_MM)
		return req->start || req->length || req->stride ? -EINVAL : 0;

	if (!PAGE_ALIGNED(req->stride) ||
	    check_mul_overflow(req->stride, (u64)(req->count - 1), &last) ||
	    check_add_overflow(req->start, last, &last))
		return -EINVAL;
	return mmg_check_range(req->start, req->length) ?:
		       mmg_check_range(last, req->length);
}

/* What one call of each of them takes: a sleep is never a short one. */
static u64 mmg_add_cost(const struct mmg_mirror_add *req)
{
	if (!req->cost_ns || req->cost_kind == MMG_COST_SPIN)
		return req->count * req->cost_ns;
	return req->count * max_t(u64, req->cost_ns, MMG_MIN_SLEEP_NS);
}

static int mmg_mirror_charge(struct mmg_file *file, u32 count, u64 cost_ns)
{
	int ret = mmg_charge(file, MMG_CHARGE_CALLBACKS, count);

	if (ret)
		return ret;
	if (cost_ns)
		ret = mmg_charge(file, MMG_CHARGE_COST, cost_ns);
	if (ret)
		mmg_uncharge(file, MMG_CHARGE_CALLBACKS, count);
	else
		WRITE_ONCE(file->mirror.cost_ns,
			   file->mirror.cost_ns + cost_ns);
	return ret;
}

static void mmg_mirror_uncharge(struct mmg_file *file, u32 count, u64 cost_ns)
{
	WRITE_ONCE(file->mirror.cost_ns, file->mirror.cost_ns - cost_ns);
	mmg_uncharge(file, MMG_CHARGE_CALLBACKS, count);
	mmg_uncharge(file, MMG_CHARGE_COST, cost_ns);
}

int mmg_do_mirror_add(struct mmg_file *file, void *arg)
{
	struct mmg_mirror *mirror = &file->mirror;
	struct mmg_mirror_add *req = arg;
	u64 cost_ns;
	LIST_HEAD(subs);
	LIST_HEAD(done);
	int ret;

	ret = mmg_check_clock(req->clock) ?: mmg_add_check(mirror, req);
	if (ret)
		return ret;
	cost_ns = mmg_add_cost(req);
	ret = mmg_mirror_charge(file, req->count, cost_ns);
	if (ret)
		return ret;
	ret = mmg_subs_alloc(mirror, req, &subs);
	if (ret)
		goto free_subs;
	mirror->clock = req->clock;
	ret = mmg_subs_insert(file, req, &subs, &done);
	if (ret)
		goto remove_done;

	list_splice_tail(&subs, &mirror->subs);
	mirror->count += req->count;
	return 0;

remove_done:
	mmg_subs_remove(&done, true);
	mmg_subs_free(&done);
free_subs:
	mmg_subs_free(&subs);
	mmg_mirror_uncharge(file, req->count, cost_ns);
	return ret;
}

int mmg_do_mirror_remove(struct mmg_file *file, void *arg)
{
	struct mmg_mirror *mirror = &file->mirror;
	struct mmg_mirror_remove *req = arg;
	u64 start;
	int ret;

	ret = mmg_check_clock(req->clock);
	if (ret)
		return ret;
	start = mmg_now(req->clock);
	mmg_subs_remove(&mirror->subs, false);
	req->elapsed = mmg_now(req->clock) - start;
	req->count = mirror->count;

	mmg_subs_free(&mirror->subs);
	mmg_mirror_uncharge(file, mirror->count, mirror->cost_ns);
	mirror->count = 0;
	return 0;
}

static void mmg_sum(const struct mmg_mirror *mirror, struct mmg_counts *sum)
{
	u64 *to = (u64 *)sum;
	int cpu;
	u32 i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		struct mmg_counts *counts = per_cpu_ptr(mirror->counts, cpu);
		u64 *from = (u64 *)counts;

		for (i = 0; i < MMG_SUMS; i++)
			to[i] += READ_ONCE(from[i]);
		sum->hold_max = max(sum->hold_max, READ_ONCE(counts->hold_max));
	}
}

static void mmg_reset(struct mmg_mirror *mirror, const struct mmg_counts *sum)
{
	int cpu;

	*mirror->base = *sum;
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(mirror->counts, cpu)->hold_max, 0);
}

int mmg_do_mirror_read(struct mmg_file *file, void *arg)
{
	const struct mmg_counts *base = file->mirror.base;
	u32 write_locks = mmg_write_locks(file->mm);
	struct mmg_mirror_read *req = arg;
	struct mmg_counts sum;
	u32 i;

	if (req->reset > 1)
		return -EINVAL;
	mmg_sum(&file->mirror, &sum);
	req->subscriptions = file->mirror.count;
	req->bytes = sum.bytes - base->bytes;
	req->holds = sum.holds - base->holds;
	req->hold_elapsed = sum.hold_elapsed - base->hold_elapsed;
	req->hold_max = sum.hold_max;
	req->hold_missed = sum.hold_missed - base->hold_missed;
	req->releases = sum.releases - base->releases;
	req->refused = sum.refused - base->refused;
	req->spent_ns = sum.spent_ns - base->spent_ns;
	req->write_locks = MMG_WRITE_LOCKS_TOLD ?
				   write_locks - file->mirror.write_locks :
				   MMG_UNKNOWN;
	for (i = 0; i < MMG_EVENTS; i++) {
		req->events[i] = sum.events[i] - base->events[i];
		req->callbacks += req->events[i];
	}
	if (req->reset) {
		mmg_reset(&file->mirror, &sum);
		file->mirror.write_locks = write_locks;
	}
	return 0;
}

int mmg_mirror_open(struct mmg_file *file)
{
	struct mmg_mirror *mirror = &file->mirror;

	INIT_LIST_HEAD(&mirror->subs);
	mirror->base = kzalloc(sizeof(*mirror->base), GFP_KERNEL_ACCOUNT);
	if (!mirror->base)
		return -ENOMEM;
	mirror->counts =
		alloc_percpu_gfp(struct mmg_counts, GFP_KERNEL_ACCOUNT);
	if (!mirror->counts) {
		kfree(mirror->base);
		return -ENOMEM;
	}
	return 0;
}

void mmg_mirror_close(struct mmg_file *file)
{
	struct mmg_mirror *mirror = &file->mirror;

	mmg_subs_remove(&mirror->subs, true);
	mmg_subs_free(&mirror->subs);
	free_percpu(mirror->counts);
	kfree(mirror->base);
}
