// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: get_user_pages() and pin_user_pages(), acquiring and releasing timed
 * apart, as mm/gup_test.c does it, so that the two can be held together.
 */
#include <linux/capability.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "mmgauge.h"

#define MMG_PIN_FLAGS                                                       \
	(MMG_PIN_GET | MMG_PIN_WRITE | MMG_PIN_LONGTERM | MMG_PIN_NOFAULT | \
	 MMG_PIN_HOLD | MMG_PIN_SAMPLES | MMG_PIN_VERIFY)

static int mmg_unpin_check(u32 kind, u32 pin_flags)
{
	if (kind > MMG_UNPIN_FOLIO)
		return -EINVAL;
	/* A reference is dropped with put_page(), in no other way. */
	if ((pin_flags & MMG_PIN_GET) && kind != MMG_UNPIN_PLAIN)
		return -EINVAL;
	/* A filesystem never told of a write must not find its page dirty. */
	if (!(pin_flags & MMG_PIN_WRITE) &&
	    (kind == MMG_UNPIN_DIRTY || kind == MMG_UNPIN_RANGE))
		return -EINVAL;
	return 0;
}

static int mmg_pin_check(const struct mmg_pin *req)
{
	if (!req->pages || req->pages > MMG_MAX_PAGES || !req->batch ||
	    req->batch > req->pages || req->batch > MMG_MAX_BATCH ||
	    !req->iterations || req->iterations > MMG_MAX_ITERATIONS ||
	    req->method > MMG_PIN_REMOTE || req->flags & ~MMG_PIN_FLAGS)
		return -EINVAL;
	if ((req->flags & MMG_PIN_LONGTERM) &&
	    ((req->flags & MMG_PIN_GET) || req->batch > MMG_MAX_SLOW_BATCH))
		return -EINVAL;
	if ((req->flags & MMG_PIN_HOLD) && req->iterations != 1)
		return -EINVAL;
	if (mmg_unpin_check(req->unpin, req->flags) ||
	    mmg_check_range(req->start, (u64)req->pages << PAGE_SHIFT))
		return -EINVAL;
	return mmg_check_clock(req->clock);
}

static bool mmg_unpin_supported(u32 kind)
{
	return (kind != MMG_UNPIN_FOLIO || MMG_UNPIN_FOLIO_EXISTS) &&
	       (kind != MMG_UNPIN_RANGE || MMG_UNPIN_RANGE_EXISTS);
}

static bool mmg_pin_supported(const struct mmg_pin *req)
{
	if ((req->flags & MMG_PIN_NOFAULT) && !MMG_FOLL_NOFAULT)
		return false;
	if (!mmg_unpin_supported(req->unpin))
		return false;
	if ((req->flags & MMG_PIN_LONGTERM) &&
	    req->method == MMG_PIN_UNLOCKED && !MMG_LONGTERM_UNLOCKED)
		return false;
	return req->method != MMG_PIN_FAST_ONLY || (req->flags & MMG_PIN_GET) ||
	       MMG_PIN_FAST_ONLY_EXISTS;
}

static unsigned int mmg_gup_flags(u32 flags)
{
	unsigned int gup_flags = 0;

	if (flags & MMG_PIN_WRITE)
		gup_flags |= FOLL_WRITE;
	if (flags & MMG_PIN_LONGTERM)
		gup_flags |= FOLL_LONGTERM;
	if (flags & MMG_PIN_NOFAULT)
		gup_flags |= MMG_FOLL_NOFAULT;
	return gup_flags;
}

/* Kept from request to request: its allocation must not disturb a sample. */
int mmg_pages_reserve(struct mmg_file *file, unsigned long count)
{
	struct mmg_pins *pins = &file->pins;
	int ret;

	if (count <= pins->capacity)
		return 0;
	kvfree(pins->pages);
	pins->pages = NULL;
	mmg_uncharge(file, MMG_CHARGE_PAGES, pins->capacity);
	pins->capacity = 0;
	ret = mmg_charge(file, MMG_CHARGE_PAGES, count);
	if (ret)
		return ret;
	pins->pages = kvcalloc(count, sizeof(*pins->pages), GFP_KERNEL_ACCOUNT);
	if (!pins->pages) {
		mmg_uncharge(file, MMG_CHARGE_PAGES, count);
		return -ENOMEM;
	}
	pins->capacity = count;
	return 0;
}

int mmg_pages_account(struct mmg_file *file, unsigned long count)
{
	atomic64_t *pinned = &file->mm->pinned_vm;
	u64 limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (atomic64_add_return(count, pinned) > limit &&
	    !capable(CAP_IPC_LOCK)) {
		atomic64_sub(count, pinned);
		return -ENOMEM;
	}
	file->pins.lasting = count;
	return 0;
}

void mmg_pages_unaccount(struct mmg_file *file)
{
	atomic64_sub(file->pins.lasting, &file->mm->pinned_vm);
	file->pins.lasting = 0;
}

/* What to call, in one number: a single switch in the loop, as gup_test has. */
static u32 mmg_pin_op(const struct mmg_pin *req)
{
	return req->method * 2 + !!(req->flags & MMG_PIN_GET);
}

static __always_inline long mmg_pin_call(struct mm_struct *mm, u32 op,
					 unsigned long addr, unsigned long nr,
					 unsigned int gup_flags,
					 struct page **pages)
{
	switch (op) {
	case MMG_PIN_FAST * 2:
		return pin_user_pages_fast(addr, nr, gup_flags, pages);
	case MMG_PIN_FAST * 2 + 1:
		return get_user_pages_fast(addr, nr, gup_flags, pages);
	case MMG_PIN_FAST_ONLY * 2:
		return mmg_pin_user_pages_fast_only(addr, nr, gup_flags, pages);
	case MMG_PIN_FAST_ONLY * 2 + 1:
		return get_user_pages_fast_only(addr, nr, gup_flags, pages);
	case MMG_PIN_LOCKED * 2:
		return mmg_pin_user_pages(addr, nr, gup_flags, pages);
	case MMG_PIN_LOCKED * 2 + 1:
		return mmg_get_user_pages(addr, nr, gup_flags, pages);
	case MMG_PIN_UNLOCKED * 2:
		return pin_user_pages_unlocked(addr, nr, pages, gup_flags);
	case MMG_PIN_UNLOCKED * 2 + 1:
		return get_user_pages_unlocked(addr, nr, pages, gup_flags);
	case MMG_PIN_REMOTE * 2:
		return mmg_pin_user_pages_remote(mm, addr, nr, gup_flags,
						 pages);
	case MMG_PIN_REMOTE * 2 + 1:
		return mmg_get_user_pages_remote(mm, addr, nr, gup_flags,
						 pages);
	}
	return -EINVAL;
}

/*
 * The timed loop. A call for one page takes some 500 instructions, so a handful
 * more here would show: locals only, and one comparison for every way to fail.
 * @sampled is a constant of the caller, so that it costs the others nothing.
 */
static __always_inline int mmg_pin_loop(struct mmg_file *file,
					struct mmg_pin *req,
					unsigned long *count, bool sampled)
{
	unsigned int gup_flags = mmg_gup_flags(req->flags);
	struct page **pages = file->pins.pages;
	unsigned long addr = req->start;
	unsigned long left = req->pages;
	unsigned long nr = req->batch;
	u64 mask = mmg_pause_mask(req->batch, MMG_PAUSE_PAGES);
	u32 op = mmg_pin_op(req);
	u64 calls = req->calls;
	u64 start = 0;
	long got = 0;
	int ret = 0;

	while (left) {
		ret = mmg_pause_some(calls, mask);
		if (ret)
			break;
		nr = min(nr, left);
		if (sampled)
			start = mmg_now(req->clock);
		got = mmg_pin_call(file->mm, op, addr, nr, gup_flags, pages);
		if (sampled)
			mmg_series_add(&file->samples,
				       mmg_now(req->clock) - start);
		calls++;
		if (got != nr)
			break;
		addr += nr << PAGE_SHIFT;
		pages += nr;
		left -= nr;
	}
	req->calls = calls;
	*count = req->pages - left;
	if (!left || ret)
		return ret;
	if (got < 0)
		return got;
	*count += got;
	return -EAGAIN;
}

static noinline int mmg_pin_plain(struct mmg_file *file, struct mmg_pin *req,
				  unsigned long *count)
{
	return mmg_pin_loop(file, req, count, false);
}

static noinline int mmg_pin_sampled(struct mmg_file *file, struct mmg_pin *req,
				    unsigned long *count)
{
	return mmg_pin_loop(file, req, count, true);
}

/* Pin all of @req once; *@count pages are pinned even when it fails. */
static int mmg_pin_all(struct mmg_file *file, struct mmg_pin *req,
		       unsigned long *count)
{
	bool lock = req->method == MMG_PIN_LOCKED ||
		    req->method == MMG_PIN_REMOTE;
	u64 start;
	int ret;

	*count = 0;
	/* Outside the clock, as in gup_test: the call is what is measured. */
	if (lock && mmap_read_lock_killable(file->mm))
		return -EINTR;
	start = mmg_now(req->clock);
	if (req->flags & MMG_PIN_SAMPLES)
		ret = mmg_pin_sampled(file, req, count);
	else
		ret = mmg_pin_plain(file, req, count);
	req->pin_elapsed += mmg_now(req->clock) - start;
	if (lock)
		mmap_read_unlock(file->mm);
	req->pinned += *count;
	return ret;
}

static bool mmg_contiguous(struct page **pages, unsigned long count)
{
	unsigned long i;

	for (i = 1; i < count; i++) {
		if (page_to_pfn(pages[i]) != page_to_pfn(pages[0]) + i)
			return false;
	}
	return true;
}

static void mmg_put_all(struct page **pages, unsigned long count)
{
	unsigned long i;

	for (i = 0; i < count; i++)
		put_page(pages[i]);
}

/* As a driver that keeps folios: one call for every run of pages in one. */
static void mmg_unpin_folios(struct page **pages, unsigned long count)
{
	unsigned long i, run;

	for (i = 0; i < count; i += run) {
		struct page *head = compound_head(pages[i]);

		for (run = 1; i + run < count; run++) {
			if (compound_head(pages[i + run]) != head)
				break;
		}
		mmg_unpin_user_folio(head, run);
	}
}

static void mmg_unpin_some(struct page **pages, unsigned long count,
			   u32 pin_flags, u32 kind)
{
	if (pin_flags & MMG_PIN_GET)
		mmg_put_all(pages, count);
	else if (kind == MMG_UNPIN_RANGE)
		mmg_unpin_user_range_dirty(pages[0], count);
	else if (kind == MMG_UNPIN_PLAIN)
		unpin_user_pages(pages, count);
	else if (kind == MMG_UNPIN_FOLIO)
		mmg_unpin_folios(pages, count);
	else
		unpin_user_pages_dirty_lock(pages, count,
					    kind == MMG_UNPIN_DIRTY);
}

/*
 * Release the first @count pages of @pins, return the ticks it took. No device
 * wrote to them: when killed, nobody needs to be told of it any more.
 */
static u64 mmg_unpin_all(const struct mmg_pins *pins, unsigned long count,
			 u32 pin_flags, u32 kind, u32 clock)
{
	unsigned long limit = kind == MMG_UNPIN_PLAIN ? MMG_PAUSE_PAGES :
							MMG_PAUSE_SLOW_PAGES;
	unsigned long done, nr;
	u64 start = mmg_now(clock);

	for (done = 0; done < count; done += nr) {
		if (done && mmg_pause())
			kind = MMG_UNPIN_PLAIN;
		nr = min(count - done, limit);
		mmg_unpin_some(pins->pages + done, nr, pin_flags, kind);
	}
	return mmg_now(clock) - start;
}

static int mmg_pin_iterate(struct mmg_file *file, struct mmg_pin *req)
{
	struct mmg_pins *pins = &file->pins;
	unsigned long count = 0;
	u32 unpin, i;
	int ret = 0;

	for (i = 0; i < req->iterations && !ret; i++) {
		ret = mmg_pin_all(file, req, &count);
		if (req->flags & MMG_PIN_VERIFY)
			req->wrong += mmg_verify_pages(pins->pages, count,
						       req->stamp, req->step);
		if (!ret && (req->flags & MMG_PIN_HOLD)) {
			pins->held = count;
			pins->held_flags = req->flags;
			break;
		}
		unpin = req->unpin;
		if (unpin == MMG_UNPIN_RANGE &&
		    !mmg_contiguous(pins->pages, count)) {
			unpin = MMG_UNPIN_PLAIN;
			ret = ret ?: -ENXIO;
		}
		req->unpin_elapsed += mmg_unpin_all(pins, count, req->flags,
						    unpin, req->clock);
	}
	return ret;
}

int mmg_do_pin(struct mmg_file *file, void *arg)
{
	struct mmg_pin *req = arg;
	int ret;

	ret = mmg_pin_check(req);
	if (ret)
		return ret;
	if (!mmg_pin_supported(req))
		return -EOPNOTSUPP;
	if (file->pins.held)
		return -EBUSY;
	ret = mmg_pages_reserve(file, req->pages);
	if (!ret && (req->flags & MMG_PIN_SAMPLES))
		ret = mmg_series_start(&file->samples);
	if (!ret && (req->flags & MMG_PIN_LONGTERM))
		ret = mmg_pages_account(file, req->pages);
	if (ret)
		return ret;
	ret = mmg_pin_iterate(file, req);
	if (!file->pins.held)
		mmg_pages_unaccount(file);
	return ret;
}

int mmg_do_unpin(struct mmg_file *file, void *arg)
{
	struct mmg_pins *pins = &file->pins;
	struct mmg_unpin *req = arg;
	int ret;

	ret = mmg_check_clock(req->clock);
	if (ret)
		return ret;
	if (req->unpin > MMG_UNPIN_FOLIO)
		return -EINVAL;
	if (!mmg_unpin_supported(req->unpin))
		return -EOPNOTSUPP;
	if (!pins->held)
		return 0;
	ret = mmg_unpin_check(req->unpin, pins->held_flags);
	if (ret)
		return ret;
	if (req->unpin == MMG_UNPIN_RANGE &&
	    !mmg_contiguous(pins->pages, pins->held))
		return -ENXIO;

	req->elapsed = mmg_unpin_all(pins, pins->held, pins->held_flags,
				     req->unpin, req->clock);
	req->pages = pins->held;
	pins->held = 0;
	mmg_pages_unaccount(file);
	return 0;
}

/* Needs no mm: pages outlive the address space that they were pinned in. */
void mmg_pins_close(struct mmg_file *file)
{
	struct mmg_pins *pins = &file->pins;

	mmg_unpin_all(pins, pins->held, pins->held_flags, MMG_UNPIN_PLAIN,
		      MMG_CLOCK_NS);
	mmg_pages_unaccount(file);
	kvfree(pins->pages);
}
