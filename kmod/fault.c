// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault: hmm_range_fault() in the loop of Documentation/mm/hmm.rst.
 */
#include <linux/hmm.h>
#include <linux/huge_mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mmgauge.h"

#define MMG_FAULT_FLAGS                                              \
	(MMG_FAULT_PER_PFN | MMG_FAULT_STORE | MMG_FAULT_PHASES |    \
	 MMG_FAULT_SAMPLES | MMG_FAULT_GIVE_UP | MMG_FAULT_OUTSIDE | \
	 MMG_FAULT_VERIFY)

/* One request on its way. */
struct mmg_walk {
	struct mmg_faults *faults;
	struct mmg_fault *req;
	struct hmm_range range;
	unsigned long request; /* HMM_PFN_REQ_* wanted of every page */
	u64 pause_mask;
	u64 last; /* clock at the end of the last phase */
};

static bool mmg_fault_invalidate(struct mmu_interval_notifier *interval,
				 const struct mmu_notifier_range *range,
				 unsigned long cur_seq)
{
	struct mmg_faults *faults =
		container_of(interval, struct mmg_faults, interval);

	if (mmu_notifier_range_blockable(range))
		mutex_lock(&faults->lock);
	else if (!mutex_trylock(&faults->lock))
		return false;
	mmu_interval_set_seq(interval, cur_seq);
	mutex_unlock(&faults->lock);
	return true;
}

static const struct mmu_interval_notifier_ops mmg_fault_ops = {
	.invalidate = mmg_fault_invalidate,
};

static void mmg_fault_unsubscribe(struct mmg_faults *faults)
{
	if (faults->inserted)
		mmu_interval_notifier_remove(&faults->interval);
	faults->inserted = false;
}

/* A thread of the owner keeps the mm by itself; one from outside must ask. */
static bool mmg_fault_get(struct mmg_file *file, const struct mmg_fault *req)
{
	return !(req->flags & MMG_FAULT_OUTSIDE) || mmget_not_zero(file->mm);
}

static void mmg_fault_put(struct mmg_file *file, const struct mmg_fault *req)
{
	if (req->flags & MMG_FAULT_OUTSIDE)
		mmput(file->mm);
}

/* Kept while the range stays the same: samples repeat it many times. */
static int mmg_fault_subscribe(struct mmg_file *file,
			       const struct mmg_fault *req)
{
	struct mmg_faults *faults = &file->faults;
	u64 start = req->start, length = (u64)req->pages << PAGE_SHIFT;
	int ret;

	if (faults->inserted && faults->start == start &&
	    faults->length == length)
		return 0;
	mmg_fault_unsubscribe(faults);
	if (!mmg_fault_get(file, req))
		return -ESRCH;
	ret = mmu_interval_notifier_insert(&faults->interval, file->mm, start,
					   length, &mmg_fault_ops);
	mmg_fault_put(file, req);
	if (ret)
		return ret;
	faults->inserted = true;
	faults->start = start;
	faults->length = length;
	return 0;
}

static int mmg_fault_reserve(struct mmg_faults *faults, unsigned long count)
{
	if (count <= faults->capacity)
		return 0;
	kvfree(faults->pfns);
	kvfree(faults->store);
	faults->capacity = 0;
	faults->pfns = kvcalloc(count, sizeof(long), GFP_KERNEL_ACCOUNT);
	faults->store = kvcalloc(count, sizeof(long), GFP_KERNEL_ACCOUNT);
	if (!faults->pfns || !faults->store)
		return -ENOMEM; /* the next request or close frees one */
	faults->capacity = count;
	return 0;
}

static __always_inline void mmg_phase(struct mmg_walk *walk, u64 *sum)
{
	u64 now;

	if (!(walk->req->flags & MMG_FAULT_PHASES))
		return;
	now = mmg_now(walk->req->clock);
	if (sum)
		*sum += now - walk->last;
	walk->last = now;
}

/* An attempt that failed left its results there, which would read as wishes. */
static void mmg_fault_ask(struct mmg_walk *walk)
{
	unsigned long i, count;

	if (!(walk->req->flags & MMG_FAULT_PER_PFN))
		return;
	count = (walk->range.end - walk->range.start) >> PAGE_SHIFT;
	for (i = 0; i < count; i++)
		walk->range.hmm_pfns[i] = walk->request;
}

static void mmg_fault_store(struct mmg_walk *walk)
{
	unsigned long first = walk->range.hmm_pfns - walk->faults->pfns;
	unsigned long bytes = (walk->range.end - walk->range.start) >>
			      PAGE_SHIFT;

	if (!(walk->req->flags & MMG_FAULT_STORE))
		return;
	bytes *= sizeof(long);
	mmg_phase(walk, &walk->req->commit_elapsed);
	memcpy(walk->faults->store + first, walk->range.hmm_pfns, bytes);
	mmg_phase(walk, &walk->req->store_elapsed);
}

/* One turn of the loop: 0, -EBUSY to start over, or an error. */
static int mmg_fault_try(struct mmg_file *file, struct mmg_walk *walk)
{
	struct mmu_interval_notifier *interval = &walk->faults->interval;
	struct mmg_fault *req = walk->req;
	bool collided;
	int ret;

	mmg_fault_ask(walk);
	mmg_phase(walk, NULL);
	walk->range.notifier_seq = mmu_interval_read_begin(interval);
	mmg_phase(walk, &req->begin_elapsed);

	if (mmap_read_lock_killable(file->mm))
		return -EINTR;
	ret = hmm_range_fault(&walk->range);
	mmap_read_unlock(file->mm);
	mmg_phase(walk, &req->walk_elapsed);
	if (ret == -EBUSY)
		req->busy++;
	if (ret)
		return ret;

	mutex_lock(&walk->faults->lock);
	collided = mmu_interval_read_retry(interval, walk->range.notifier_seq);
	if (!collided)
		mmg_fault_store(walk);
	if (!collided && (walk->req->flags & MMG_FAULT_VERIFY))
		mmg_verify_walk(walk->req, &walk->range);
	mutex_unlock(&walk->faults->lock);
	mmg_phase(walk, &req->commit_elapsed);
	if (collided)
		req->retries++;
	return collided ? -EBUSY : 0;
}

static int mmg_fault_call(struct mmg_file *file, struct mmg_walk *walk)
{
	struct mmg_fault *req = walk->req;
	bool sampled = req->flags & MMG_FAULT_SAMPLES;
	u64 tries = 0, start = 0;
	int ret;

	ret = mmg_pause_some(req->calls + req->given_up + req->gone,
			     walk->pause_mask);
	if (ret)
		return ret;
	if (sampled)
		start = mmg_now(req->clock);
	if (!mmg_fault_get(file, req)) {
		req->gone++;
		return 0;
	}
	for (;;) {
		ret = mmg_fault_try(file, walk);
		if (ret != -EBUSY || tries++ >= req->max_retries)
			break;
		ret = mmg_pause();
		if (ret)
			break;
	}
	mmg_fault_put(file, req);
	if (sampled && !ret)
		mmg_series_add(&file->samples, mmg_now(req->clock) - start);
	if (ret == -EBUSY && (req->flags & MMG_FAULT_GIVE_UP)) {
		req->given_up++;
		return 0;
	}
	if (ret)
		return ret;
	req->calls++;
	if (!tries)
		req->first_tries++;
	return 0;
}

/* Walk the whole range once; *@pages were walked even when it fails. */
static int mmg_fault_range(struct mmg_file *file, struct mmg_walk *walk,
			   unsigned long *pages)
{
	struct mmg_fault *req = walk->req;
	unsigned long count;
	int ret;

	*pages = 0;
	while (*pages < req->pages) {
		count = min_t(unsigned long, req->batch, req->pages - *pages);
		walk->range.start = req->start + (*pages << PAGE_SHIFT);
		walk->range.end = walk->range.start + (count << PAGE_SHIFT);
		walk->range.hmm_pfns = walk->faults->pfns + *pages;
		ret = mmg_fault_call(file, walk);
		if (ret)
			return ret;
		*pages += count;
	}
	return 0;
}

static void mmg_fault_count(struct mmg_fault *req, const unsigned long *pfns,
			    unsigned long pages)
{
	unsigned long i;

	for (i = 0; i < pages; i++) {
		if (!(pfns[i] & HMM_PFN_VALID))
			continue;
		req->valid++;
		if (pfns[i] & HMM_PFN_WRITE)
			req->writable++;
		if (hmm_pfn_to_map_order(pfns[i]) >= PMD_SHIFT - PAGE_SHIFT)
			req->huge++;
	}
}

static int mmg_fault_check(const struct mmg_fault *req)
{
	if (!req->pages || req->pages > MMG_MAX_PAGES || !req->batch ||
	    req->batch > req->pages || req->batch > MMG_MAX_SLOW_BATCH ||
	    !req->iterations || req->iterations > MMG_MAX_ITERATIONS ||
	    req->mode > MMG_FAULT_WRITE || req->flags & ~MMG_FAULT_FLAGS ||
	    mmg_check_range(req->start, (u64)req->pages << PAGE_SHIFT))
		return -EINVAL;
	/* It looks at the pages of who asks. */
	if ((req->flags & MMG_FAULT_VERIFY) && (req->flags & MMG_FAULT_OUTSIDE))
		return -EINVAL;
	return mmg_check_clock(req->clock);
}

static void mmg_walk_init(struct mmg_walk *walk)
{
	if (walk->req->mode != MMG_FAULT_SNAPSHOT)
		walk->request = HMM_PFN_REQ_FAULT;
	if (walk->req->mode == MMG_FAULT_WRITE)
		walk->request |= HMM_PFN_REQ_WRITE;
	walk->pause_mask =
		mmg_pause_mask(walk->req->batch, MMG_PAUSE_SLOW_PAGES);
	walk->range.notifier = &walk->faults->interval;
	if (walk->req->flags & MMG_FAULT_PER_PFN)
		walk->range.pfn_flags_mask = HMM_PFN_REQ_FAULT |
					     HMM_PFN_REQ_WRITE;
	else
		walk->range.default_flags = walk->request;
}

int mmg_do_fault(struct mmg_file *file, void *arg)
{
	struct mmg_faults *faults = &file->faults;
	struct mmg_fault *req = arg;
	struct mmg_walk walk = { .faults = faults, .req = req };
	unsigned long pages = 0;
	u64 start;
	int ret;
	u32 i;

	if (current->mm != file->mm && !(req->flags & MMG_FAULT_OUTSIDE))
		return -EPERM;
	ret = mmg_fault_check(req) ?: mmg_fault_reserve(faults, req->pages);
	if (!ret && (req->flags & MMG_FAULT_SAMPLES))
		ret = mmg_series_start(&file->samples);
	if (ret)
		return ret;
	ret = mmg_fault_subscribe(file, req);
	if (ret)
		return ret;

	mmg_walk_init(&walk);
	start = mmg_now(req->clock);
	for (i = 0; i < req->iterations && !ret; i++)
		ret = mmg_fault_range(file, &walk, &pages);
	req->elapsed = mmg_now(req->clock) - start;
	if (req->gone) /* nothing was found, not even by earlier walks */
		return ret ?: -ESRCH;
	mmg_fault_count(req, faults->pfns, pages);
	return ret;
}

void mmg_faults_open(struct mmg_file *file)
{
	mutex_init(&file->faults.lock);
}

void mmg_faults_close(struct mmg_file *file)
{
	mmg_fault_unsubscribe(&file->faults);
	kvfree(file->faults.pfns);
	kvfree(file->faults.store);
}
