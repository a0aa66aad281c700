/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the mechanisms of the mmgauge module share: the state of an open file,
 * the clock, the way out of a long loop and the entry points of each mechanism.
 */
#ifndef MMGAUGE_H
#define MMGAUGE_H

#include <linux/completion.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/workqueue.h>

#include "arch.h"
#include "compat.h"
#include "mmgauge_uapi.h"

#define MMG_VERSION "0.1.0"

struct mmg_counts;

/* mirror.c: the subscriptions of a file and what their callbacks counted */
struct mmg_mirror {
	struct list_head subs;
	u32 count;
	u32 clock; /* of all of them: hold times of two units make no sum */
	u64 cost_ns; /* of all of them together */
	atomic64_t dying_ns; /* of it, spent since the mm began to end */
	struct mmg_counts __percpu *counts;
	struct mmg_counts *base; /* sums at the last reset */
	u32 write_locks; /* mmg_write_locks() then */
};

/* fault.c: the one interval under which a file walks, and its buffers */
struct mmg_faults {
	struct mmu_interval_notifier interval;
	struct mutex lock; /* the driver lock of Documentation/mm/hmm.rst */
	bool inserted;
	u64 start;
	u64 length;
	unsigned long capacity; /* entries in each buffer */
	unsigned long *pfns;
	unsigned long *store;
};

/* bond.c: the mm this file is bound to, and what became of it */
struct mmg_bond {
	struct mmg_bond_mm *shared; /* NULL: not bound */
	struct list_head node; /* in shared->bonds */
	struct delayed_work work;
	struct mm_struct *mm; /* the file's */
	u64 stop_ns;
	u64 release_elapsed;
	u64 jobs;
	u32 clock;
	u32 flags;
	bool stopped;
	bool released;
	bool cancelled;
};

/* pin.c: the page array of a file and how much of it is held */
struct mmg_pins {
	struct page **pages;
	unsigned long capacity;
	unsigned long held;
	u32 held_flags; /* enum mmg_pin_flag they were pinned with */
	u32 lasting; /* of them in the owner's pinned_vm */
};

/* charge.c: what this file asked for of the sums that a mm is allowed */
enum mmg_charge_kind {
	MMG_CHARGE_CALLBACKS, /* subscriptions and bonds */
	MMG_CHARGE_COST, /* ns that one call of each of them may take */
	MMG_CHARGE_PAGES, /* that may be pinned */
	MMG_CHARGES,
};

struct mmg_charge {
	struct list_head node; /* empty: never charged */
	u32 amounts[MMG_CHARGES];
};

/* Calls of the last request that asked for them, timed one by one. */
struct mmg_series {
	u64 *ticks; /* MMG_MAX_SAMPLES of them, from the first request on */
	u32 count;
};

/* One open of /dev/mmgauge. */
struct mmg_file {
	struct mutex lock; /* held by the request that is running */
	struct mm_struct *mm; /* of the opener, by mmgrab(): may be dead */
	struct mmg_mirror mirror;
	struct mmg_faults faults;
	struct mmg_pins pins;
	struct mmg_bond bond;
	struct mmg_series samples;
	struct mmg_charge charge;
};

/*
 * mmu_notifier_unregister() waits for a grace period, far too long to give up
 * thousands of notifiers when the owner is being killed. mmu_notifier_put()
 * waits for nothing; a drain is then told when the last one has been freed.
 */
struct mmg_drain {
	atomic_t pending; /* one more than the notifiers put */
	struct completion done;
};

struct mmg_drained {
	struct mmu_notifier mn;
	struct mmg_drain *drain;
};

void mmg_drain_init(struct mmg_drain *drain);
void mmg_drain_put(struct mmg_drain *drain, struct mmg_drained *notifier);
void mmg_drain_freed(struct mmg_drain *drain);
void mmg_drain_wait(struct mmg_drain *drain);
void mmg_drained_free(struct mmu_notifier *mn); /* ops.free_notifier */

/* cpus.c: the counts of an emulator; NULL: there is none. */
extern const struct mmg_cpus *mmg_cpus;
void mmg_cpus_find(void);
void mmg_cpus_release(void);

/* The read has the emulator show what the caller's CPU has executed. */
static __always_inline u64 mmg_own(void)
{
	u64 all = mmg_cycles();

	return all - READ_ONCE(mmg_cpus->cpus[raw_smp_processor_id()].others);
}

static __always_inline u64 mmg_now(u32 clock)
{
	if (clock == MMG_CLOCK_CYCLES)
		return mmg_cycles();
	return clock == MMG_CLOCK_OWN ? mmg_own() : ktime_get_ns();
}

/* spin.c: spend @ns, call and clock reads included; what it really took. */
u64 mmg_spin(u64 ns);
void mmg_spin_calibrate(void);

/* The way out of a long loop: let others run, and -EINTR when killed. */
static inline int mmg_pause(void)
{
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/*
 * A pause after so many pages that it costs nothing and comes in time, some
 * milliseconds: pages that are there, and pages that must be faulted in, moved
 * or told to a filesystem, where the call itself looks at no signal.
 */
#define MMG_PAUSE_PAGES 32768u
#define MMG_PAUSE_SLOW_PAGES 4096u

/* The @mask of mmg_pause_some() for calls that are short, and for calls of
 * @pages each where a pause is due after @limit of them.
 */
#define MMG_PAUSE_CALLS 63

static inline u64 mmg_pause_mask(u32 pages, u32 limit)
{
	u32 calls = clamp(limit / pages, 1u, MMG_PAUSE_CALLS + 1u);

	return rounddown_pow_of_two(calls) - 1;
}

/*
 * A pause once in (@mask + 1) numbers of @call, which keeps it out of the cost
 * of a call.
 */
static __always_inline int mmg_pause_some(u64 call, u64 mask)
{
	return likely(call & mask) ? 0 : mmg_pause();
}

/* check.c: -EINVAL, or -EOPNOTSUPP for a clock that does not run here. */
int mmg_check_clock(u32 clock);
int mmg_check_range(u64 start, u64 length);

/* -E2BIG if @amount more is too much for the mm of @file. */
int mmg_charge(struct mmg_file *file, enum mmg_charge_kind kind, u64 amount);
void mmg_uncharge(struct mmg_file *file, enum mmg_charge_kind kind, u64 amount);

/* pin.c: room for @count pages, kept from request to request. */
int mmg_pages_reserve(struct mmg_file *file, unsigned long count);

/*
 * Long-term pins count as the owner's, as drivers have it: VmPin of its
 * /proc/PID/status, and -ENOMEM past RLIMIT_MEMLOCK without CAP_IPC_LOCK.
 */
int mmg_pages_account(struct mmg_file *file, unsigned long count);
void mmg_pages_unaccount(struct mmg_file *file);

/* verify.c: of @count pages, how many do not begin with @stamp and so on. */
u64 mmg_verify_pages(struct page **pages, unsigned long count, u64 stamp,
		     u64 step);

/* samples.c: forget the samples of earlier requests and have room for new ones. */
int mmg_series_start(struct mmg_series *series);

static __always_inline void mmg_series_add(struct mmg_series *series, u64 ticks)
{
	if (series->count < MMG_MAX_SAMPLES)
		series->ticks[series->count++] = ticks;
}

/* One handler per command, called with file->lock held. */
int mmg_do_mirror_add(struct mmg_file *file, void *arg);
int mmg_do_mirror_remove(struct mmg_file *file, void *arg);
int mmg_do_mirror_read(struct mmg_file *file, void *arg);
int mmg_do_pin(struct mmg_file *file, void *arg);
int mmg_do_unpin(struct mmg_file *file, void *arg);
int mmg_do_pin_memfd(struct mmg_file *file, void *arg);
int mmg_do_mkclean(struct mmg_file *file, void *arg);
int mmg_do_references(struct mmg_file *file, void *arg);
int mmg_do_notifier(struct mmg_file *file, void *arg);
int mmg_do_bind(struct mmg_file *file, void *arg);
int mmg_do_unbind(struct mmg_file *file, void *arg);
int mmg_do_bond_read(struct mmg_file *file, void *arg);
int mmg_do_switch(struct mmg_file *file, void *arg);

void mmg_charge_open(struct mmg_file *file);
void mmg_charge_close(struct mmg_file *file);
int mmg_mirror_open(struct mmg_file *file);
void mmg_mirror_close(struct mmg_file *file);
void mmg_bond_close(struct mmg_file *file);
void mmg_bond_init(void);
void mmg_bond_exit(void);
void mmg_pins_close(struct mmg_file *file);

#ifdef CONFIG_HMM_MIRROR
struct hmm_range;
void mmg_verify_walk(struct mmg_fault *req, const struct hmm_range *range);
int mmg_do_fault(struct mmg_file *file, void *arg);
void mmg_faults_open(struct mmg_file *file);
void mmg_faults_close(struct mmg_file *file);
#else
static inline int mmg_do_fault(struct mmg_file *file, void *arg)
{
	return -EOPNOTSUPP;
}

static inline void mmg_faults_open(struct mmg_file *file)
{
}

static inline void mmg_faults_close(struct mmg_file *file)
{
}
#endif

#endif
