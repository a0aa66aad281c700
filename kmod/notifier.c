// SPDX-License-Identifier: GPL-2.0-only
/*
 * notifier: the life of a mm-wide notifier, and the drain that mirror.c uses to
 * give up many of them at once.
 */
#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "mmgauge.h"

void mmg_drain_init(struct mmg_drain *drain)
{
	atomic_set(&drain->pending, 1);
	init_completion(&drain->done);
}

void mmg_drain_put(struct mmg_drain *drain, struct mmg_drained *notifier)
{
	notifier->drain = drain;
	atomic_inc(&drain->pending);
	mmu_notifier_put(&notifier->mn);
}

void mmg_drain_freed(struct mmg_drain *drain)
{
	if (atomic_dec_and_test(&drain->pending))
		complete(&drain->done);
}

void mmg_drain_wait(struct mmg_drain *drain)
{
	mmg_drain_freed(drain);
	wait_for_completion(&drain->done);
}

/* The memory belongs to who put it, who waits for this before freeing it. */
void mmg_drained_free(struct mmu_notifier *mn)
{
	mmg_drain_freed(container_of(mn, struct mmg_drained, mn)->drain);
}

static const struct mmu_notifier_ops mmg_register_ops = {
	.free_notifier = mmg_drained_free,
};

static int mmg_register_all(struct mmg_file *file, struct mmg_notifier *req,
			    struct mmg_drained *notifiers, u32 *count)
{
	u64 start, elapsed;
	int ret;
	u32 i;

	for (i = 0; i < req->count; i++) {
		ret = mmg_pause_some(i, MMG_PAUSE_CALLS);
		if (ret)
			break;
		notifiers[i].mn.ops = &mmg_register_ops;
		start = mmg_now(req->clock);
		ret = mmu_notifier_register(&notifiers[i].mn, file->mm);
		elapsed = mmg_now(req->clock) - start;
		if (ret)
			break;
		*(i ? &req->repeat_elapsed : &req->first_elapsed) += elapsed;
	}
	*count = i;
	return ret;
}

static void mmg_unregister_all(struct mmg_file *file, struct mmg_notifier *req,
			       struct mmg_drained *notifiers, u32 count)
{
	struct mmg_drain drain;
	u64 start;
	u32 i;

	mmg_drain_init(&drain);
	start = mmg_now(req->clock);
	for (i = 0; i < count; i++) {
		if (mmg_pause()) {
			mmg_drain_put(&drain, &notifiers[i]);
			req->freed++;
		} else {
			mmu_notifier_unregister(&notifiers[i].mn, file->mm);
		}
	}
	req->release_elapsed = mmg_now(req->clock) - start;

	start = mmg_now(req->clock);
	mmu_notifier_synchronize();
	mmg_drain_wait(&drain);
	req->synchronize_elapsed = mmg_now(req->clock) - start;
}

static int mmg_notifier_register(struct mmg_file *file,
				 struct mmg_notifier *req)
{
	struct mmg_drained *notifiers;
	u32 count;
	int ret;

	notifiers =
		kvcalloc(req->count, sizeof(*notifiers), GFP_KERNEL_ACCOUNT);
	if (!notifiers)
		return -ENOMEM;
	ret = mmg_register_all(file, req, notifiers, &count);
	mmg_unregister_all(file, req, notifiers, count);
	kvfree(notifiers);
	return ret;
}

static struct mmu_notifier *mmg_get_alloc(struct mm_struct *mm)
{
	struct mmg_drained *notifier;

	notifier = kzalloc(sizeof(*notifier), GFP_KERNEL_ACCOUNT);
	if (!notifier)
		return ERR_PTR(-ENOMEM);
	return &notifier->mn;
}

static void mmg_get_free(struct mmu_notifier *mn)
{
	struct mmg_drained *notifier = container_of(mn, struct mmg_drained, mn);
	struct mmg_drain *drain = notifier->drain;

	kfree(notifier);
	if (drain) /* else mmu_notifier_get() itself failed */
		mmg_drain_freed(drain);
}

static const struct mmu_notifier_ops mmg_get_ops = {
	.alloc_notifier = mmg_get_alloc,
	.free_notifier = mmg_get_free,
};

/*
 * The kernel knows a notifier to share by its mm and its ops. Two files of one
 * mm would share theirs, and the first get of one be a repeat for the other.
 */
static DEFINE_MUTEX(mmg_get_lock);

static struct mmg_drained *mmg_get_all(struct mmg_file *file,
				       struct mmg_notifier *req, u32 *count,
				       int *ret)
{
	struct mmu_notifier *mn, *shared = NULL;
	u64 start, elapsed;
	u32 i;

	for (i = 0; i < req->count; i++) {
		*ret = mmg_pause_some(i, MMG_PAUSE_CALLS);
		if (*ret)
			break;
		start = mmg_now(req->clock);
		mn = mmu_notifier_get(&mmg_get_ops, file->mm);
		elapsed = mmg_now(req->clock) - start;
		*ret = PTR_ERR_OR_ZERO(mn);
		if (*ret)
			break;
		shared = mn;
		*(i ? &req->repeat_elapsed : &req->first_elapsed) += elapsed;
	}
	*count = i;
	return shared ? container_of(shared, struct mmg_drained, mn) : NULL;
}

static int mmg_notifier_get(struct mmg_file *file, struct mmg_notifier *req)
{
	struct mmg_drained *shared;
	struct mmg_drain drain;
	u32 count, i;
	u64 start;
	int ret;

	mmg_drain_init(&drain);
	shared = mmg_get_all(file, req, &count, &ret);
	if (!shared)
		return ret;
	shared->drain = &drain;
	atomic_inc(&drain.pending);
	req->freed = 1;

	start = mmg_now(req->clock);
	for (i = 0; i < count; i++)
		mmu_notifier_put(&shared->mn);
	req->release_elapsed = mmg_now(req->clock) - start;

	start = mmg_now(req->clock);
	mmu_notifier_synchronize();
	mmg_drain_wait(&drain);
	req->synchronize_elapsed = mmg_now(req->clock) - start;
	return ret;
}

/* A grace period of all notifiers of all mms: there is one SRCU domain. */
static int mmg_notifier_synchronize(struct mmg_notifier *req)
{
	u64 start = mmg_now(req->clock);
	int ret = 0;
	u32 i;

	for (i = 0; i < req->count && !ret; i++) {
		mmu_notifier_synchronize();
		ret = mmg_pause();
	}
	req->synchronize_elapsed = mmg_now(req->clock) - start;
	return ret;
}

int mmg_do_notifier(struct mmg_file *file, void *arg)
{
	struct mmg_notifier *req = arg;
	int ret;

	if (req->kind > MMG_NOTIFIER_SYNCHRONIZE || !req->count ||
	    req->count > MMG_MAX_NOTIFIERS)
		return -EINVAL;
	ret = mmg_check_clock(req->clock);
	if (ret)
		return ret;
	if (req->kind == MMG_NOTIFIER_REGISTER)
		return mmg_notifier_register(file, req);
	if (req->kind == MMG_NOTIFIER_SYNCHRONIZE)
		return mmg_notifier_synchronize(req);

	if (mutex_lock_killable(&mmg_get_lock))
		return -EINTR;
	ret = mmg_notifier_get(file, req);
	mutex_unlock(&mmg_get_lock);
	return ret;
}
