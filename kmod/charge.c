// SPDX-License-Identifier: GPL-2.0-only
/*
 * charge: what all open files of a mm have asked for together. Its end gives all
 * of that back and pays for all of it, so the sums are bounded, not the files.
 */
#include <linux/list.h>

#include "mmgauge.h"

static DEFINE_MUTEX(mmg_charge_lock);
static LIST_HEAD(mmg_charged); /* files that were charged for anything */

static const u32 mmg_charge_limits[MMG_CHARGES] = {
	[MMG_CHARGE_CALLBACKS] = MMG_MAX_MM_SUBSCRIPTIONS,
	[MMG_CHARGE_COST] = MMG_MAX_COST_SUM_NS,
	[MMG_CHARGE_PAGES] = MMG_MAX_MM_PAGES,
};

int mmg_charge(struct mmg_file *file, enum mmg_charge_kind kind, u64 amount)
{
	struct mmg_charge *charge = &file->charge;
	struct mmg_file *other;
	u64 sum = amount;
	int ret = 0;

	mutex_lock(&mmg_charge_lock);
	list_for_each_entry(other, &mmg_charged, charge.node)
		if (other->mm == file->mm)
			sum += other->charge.amounts[kind];
	if (sum > mmg_charge_limits[kind]) {
		ret = -E2BIG;
	} else {
		charge->amounts[kind] += amount;
		if (list_empty(&charge->node))
			list_add(&charge->node, &mmg_charged);
	}
	mutex_unlock(&mmg_charge_lock);
	return ret;
}

void mmg_uncharge(struct mmg_file *file, enum mmg_charge_kind kind, u64 amount)
{
	if (!amount)
		return;
	mutex_lock(&mmg_charge_lock);
	file->charge.amounts[kind] -= amount;
	mutex_unlock(&mmg_charge_lock);
}

void mmg_charge_open(struct mmg_file *file)
{
	INIT_LIST_HEAD(&file->charge.node);
}

void mmg_charge_close(struct mmg_file *file)
{
	if (list_empty(&file->charge.node))
		return;
	mutex_lock(&mmg_charge_lock);
	list_del(&file->charge.node);
	mutex_unlock(&mmg_charge_lock);
}
