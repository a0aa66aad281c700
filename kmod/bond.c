// SPDX-License-Identifier: GPL-2.0-only
/*
 * bond: several devices, each an open file, bound to one mm and sharing one
 * notifier, as IOMMU drivers do it for shared virtual addressing. The release
 * callback must stop every device before the pages of the mm are freed.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "mmgauge.h"

/* Soon enough to be queued at any time, rare enough to cost nothing. */
#define MMG_WORK_DELAY 1

/* Owned by its notifier: freed by mmg_bond_free() after the last put. */
struct mmg_bond_mm {
	struct mmu_notifier mn;
	struct mutex lock; /* of the list, and what the release sets in it */
	struct list_head bonds;
	u32 count;
};

/*
 * Notifiers of bonds that are not freed yet, to be waited for before the code that
 * frees them goes. mmu_notifier_synchronize() waits for a grace period, not for
 * what other CPUs call after it: synchronize_srcu() is no srcu_barrier().
 */
static struct mmg_drain mmg_bonds;

/*
 * A job for the mm, which needs it but takes no reference: the last mmput()
 * would call the release from here, and that waits for this very work. Its
 * asynchronous form is not exported by every kernel that this must build on.
 */
static void mmg_bond_work(struct work_struct *work)
{
	struct mmg_bond *bond =
		container_of(to_delayed_work(work), struct mmg_bond, work);

	if (!atomic_read(&bond->mm->mm_users))
		return;
	WRITE_ONCE(bond->jobs, bond->jobs + 1);
	if (!READ_ONCE(bond->stopped))
		schedule_delayed_work(&bond->work, MMG_WORK_DELAY);
}

/* May run twice, for a release and for an unbind: once is enough. */
static void mmg_bond_stop(struct mmg_bond *bond)
{
	if (bond->stopped)
		return;
	WRITE_ONCE(bond->stopped, true);
	if (bond->flags & MMG_BOND_WORK)
		bond->cancelled = cancel_delayed_work_sync(&bond->work);
	if (bond->stop_ns)
		mmg_spin(bond->stop_ns);
}

static void mmg_bond_release(struct mmu_notifier *mn, struct mm_struct *mm)
{
	struct mmg_bond_mm *shared = container_of(mn, struct mmg_bond_mm, mn);
	struct mmg_bond *bond;
	u64 start, elapsed;

	mutex_lock(&shared->lock);
	if (list_empty(&shared->bonds))
		goto unlock;
	bond = list_first_entry(&shared->bonds, struct mmg_bond, node);
	start = mmg_now(bond->clock);
	list_for_each_entry(bond, &shared->bonds, node) {
		mmg_bond_stop(bond);
		cond_resched();
	}
	bond = list_first_entry(&shared->bonds, struct mmg_bond, node);
	elapsed = mmg_now(bond->clock) - start;
	list_for_each_entry(bond, &shared->bonds, node) {
		bond->release_elapsed = elapsed;
		bond->released = true;
	}
unlock:
	mutex_unlock(&shared->lock);
}

static struct mmu_notifier *mmg_bond_alloc(struct mm_struct *mm)
{
	struct mmg_bond_mm *shared;

	shared = kzalloc(sizeof(*shared), GFP_KERNEL_ACCOUNT);
	if (!shared)
		return ERR_PTR(-ENOMEM);
	mutex_init(&shared->lock);
	INIT_LIST_HEAD(&shared->bonds);
	atomic_inc(&mmg_bonds.pending);
	return &shared->mn;
}

static void mmg_bond_free(struct mmu_notifier *mn)
{
	kfree(container_of(mn, struct mmg_bond_mm, mn));
	mmg_drain_freed(&mmg_bonds);
}

static const struct mmu_notifier_ops mmg_bond_ops = {
	.release = mmg_bond_release,
	.alloc_notifier = mmg_bond_alloc,
	.free_notifier = mmg_bond_free,
};

static int mmg_bond_charge(struct mmg_file *file, u64 stop_ns)
{
	int ret = mmg_charge(file, MMG_CHARGE_CALLBACKS, 1);

	if (ret || !stop_ns)
		return ret;
	ret = mmg_charge(file, MMG_CHARGE_COST, stop_ns);
	if (ret)
		mmg_uncharge(file, MMG_CHARGE_CALLBACKS, 1);
	return ret;
}

static void mmg_bond_uncharge(struct mmg_file *file, u64 stop_ns)
{
	mmg_uncharge(file, MMG_CHARGE_CALLBACKS, 1);
	mmg_uncharge(file, MMG_CHARGE_COST, stop_ns);
}

int mmg_do_bind(struct mmg_file *file, void *arg)
{
	struct mmg_bond *bond = &file->bond;
	struct mmg_bind *req = arg;
	struct mmg_bond_mm *shared;
	struct mmu_notifier *mn;
	u64 start;
	int ret;

	ret = mmg_check_clock(req->clock);
	if (ret)
		return ret;
	if (req->flags & ~MMG_BOND_WORK || req->stop_ns > MMG_MAX_COST_NS)
		return -EINVAL;
	if (bond->shared)
		return -EBUSY;
	ret = mmg_bond_charge(file, req->stop_ns);
	if (ret)
		return ret;
	*bond = (struct mmg_bond){
		.mm = file->mm,
		.stop_ns = req->stop_ns,
		.clock = req->clock,
		.flags = req->flags,
	};
	INIT_DELAYED_WORK(&bond->work, mmg_bond_work);

	start = mmg_now(req->clock);
	mn = mmu_notifier_get(&mmg_bond_ops, file->mm);
	if (IS_ERR(mn)) {
		mmg_bond_uncharge(file, req->stop_ns);
		return PTR_ERR(mn);
	}
	shared = container_of(mn, struct mmg_bond_mm, mn);
	mutex_lock(&shared->lock);
	list_add_tail(&bond->node, &shared->bonds);
	req->bonds = ++shared->count;
	mutex_unlock(&shared->lock);
	req->elapsed = mmg_now(req->clock) - start;

	bond->shared = shared;
	if (bond->flags & MMG_BOND_WORK)
		schedule_delayed_work(&bond->work, MMG_WORK_DELAY);
	return 0;
}

static u32 mmg_bond_end(struct mmg_bond *bond)
{
	struct mmg_bond_mm *shared = bond->shared;
	u32 left;

	mutex_lock(&shared->lock);
	list_del(&bond->node);
	left = --shared->count;
	mutex_unlock(&shared->lock);
	mmg_bond_stop(bond);
	bond->shared = NULL;
	mmu_notifier_put(&shared->mn);
	return left;
}

int mmg_do_unbind(struct mmg_file *file, void *arg)
{
	struct mmg_unbind *req = arg;
	u64 start;
	int ret;

	ret = mmg_check_clock(req->clock);
	if (ret)
		return ret;
	if (!file->bond.shared)
		return -ENXIO;
	start = mmg_now(req->clock);
	req->bonds = mmg_bond_end(&file->bond);
	req->elapsed = mmg_now(req->clock) - start;
	mmg_bond_uncharge(file, file->bond.stop_ns);
	return 0;
}

int mmg_do_bond_read(struct mmg_file *file, void *arg)
{
	struct mmg_bond *bond = &file->bond;
	struct mmg_bond_read *req = arg;

	if (!bond->shared)
		return -ENXIO;
	mutex_lock(&bond->shared->lock);
	req->released = bond->released;
	req->release_elapsed = bond->release_elapsed;
	req->jobs = READ_ONCE(bond->jobs);
	req->cancelled = bond->cancelled;
	mutex_unlock(&bond->shared->lock);
	return 0;
}

void mmg_bond_close(struct mmg_file *file)
{
	if (file->bond.shared)
		mmg_bond_end(&file->bond);
}

void mmg_bond_init(void)
{
	mmg_drain_init(&mmg_bonds);
}

void mmg_bond_exit(void)
{
	mmg_drain_wait(&mmg_bonds);
}
