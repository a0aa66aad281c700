/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A subscription, between mirror.c, which comes and goes with requests, and
 * mirror_ops.c, which the kernel calls back.
 */
#ifndef MMGAUGE_MIRROR_H
#define MMGAUGE_MIRROR_H

#include "mmgauge.h"

/* Invalidations of one mm under way at once that can be told apart. */
#define MMG_HOLDS 8

/* One per CPU. All u64: mirror.c adds them up as an array. */
struct mmg_counts {
	u64 bytes;
	u64 holds;
	u64 hold_elapsed;
	u64 hold_missed;
	u64 releases;
	u64 refused;
	u64 spent_ns;
	u64 events[MMG_EVENTS];
	u64 hold_max; /* last: a maximum, not a sum */
};

/* A start callback on its way to the end callback of the same task. */
struct mmg_hold {
	struct task_struct *task; /* NULL: free */
	u32 nested; /* starts inside it that found no slot */
	u64 start;
};

struct mmg_sub {
	union {
		struct mmu_interval_notifier interval;
		struct mmg_drained mm;
	};
	struct mmg_mirror *mirror;
	struct mutex lock; /* stands for a driver's page table lock */
	u32 kind;
	u32 cost_kind;
	u32 cost_ns;
	struct list_head node;
	struct mmg_hold holds[]; /* MMG_HOLDS for MMG_MIRROR_MM, else none */
};

extern const struct mmu_interval_notifier_ops mmg_interval_ops;
extern const struct mmu_notifier_ops mmg_mm_ops;

#endif
