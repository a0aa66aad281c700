// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify: whether what the kernel answers is true, outside every clock. A wrong
 * answer can be a fast one.
 */
#include <linux/highmem.h>
#include <linux/hmm.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "mmgauge.h"

/*
 * The references and pins of the folios behind a range; only differences mean
 * something, for page tables, page cache and LRU batches hold some as well.
 */
int mmg_do_references(struct mmg_file *file, void *arg)
{
	struct mmg_references *req = arg;
	struct page *page, *head, *last = NULL;
	long got;
	u32 i;

	if (!req->pages || req->pages > MMG_MAX_PAGES ||
	    mmg_check_range(req->start, (u64)req->pages << PAGE_SHIFT))
		return -EINVAL;
	for (i = 0; i < req->pages; i++) {
		if (mmg_pause_some(i, MMG_PAUSE_CALLS))
			return -EINTR;
		got = get_user_pages_fast(req->start + ((u64)i << PAGE_SHIFT),
					  1, 0, &page);
		if (got != 1)
			return got ?: -EAGAIN;
		head = compound_head(page);
		if (head != last) {
			req->folios++;
			req->references += page_count(head) - 1;
			req->pins += mmg_page_pincount(head);
		}
		last = head;
		put_page(page);
	}
	return 0;
}

/* What a device would read there; a wrong pfn may be of no memory at all. */
static bool mmg_verify_content(unsigned long pfn, u64 stamp)
{
	u64 found = 0;
	void *at;
	long ret;

	if (!pfn_valid(pfn))
		return false;
	at = mmg_kmap(pfn_to_page(pfn));
	ret = copy_from_kernel_nofault(&found, at, sizeof(found));
	mmg_kunmap(pfn_to_page(pfn), at);
	return !ret && found == stamp;
}

/* How many of @count pages are other ones than those that were written to. */
u64 mmg_verify_pages(struct page **pages, unsigned long count, u64 stamp,
		     u64 step)
{
	unsigned long i;
	u64 wrong = 0;

	for (i = 0; i < count && !mmg_pause_some(i, MMG_PAUSE_SLOW_PAGES - 1);
	     i++)
		wrong += !mmg_verify_content(page_to_pfn(pages[i]),
					     stamp + i * step);
	return wrong;
}

#ifdef CONFIG_HMM_MIRROR
/* The kernel's other walk, where it answers: NULL is no answer. */
static struct page *mmg_verify_look(unsigned long addr, unsigned int gup_flags)
{
	struct page *page;

	if (get_user_pages_fast_only(addr, 1, gup_flags, &page) != 1)
		return NULL;
	put_page(page); /* the range is ours until the lock is dropped */
	return page;
}

/*
 * What a walk has found, under the driver's lock and before the next retry
 * check, so that the pages are still those of the range: the page that the
 * process wrote its stamp to, and writable where it says so.
 */
void mmg_verify_walk(struct mmg_fault *req, const struct hmm_range *range)
{
	unsigned long i, count = (range->end - range->start) >> PAGE_SHIFT;
	u64 first = (range->start - req->start) >> PAGE_SHIFT;

	for (i = 0; i < count; i++) {
		unsigned long addr = range->start + (i << PAGE_SHIFT);
		unsigned long pfn = range->hmm_pfns[i] & ~HMM_PFN_FLAGS;
		struct page *page;

		if (!(range->hmm_pfns[i] & HMM_PFN_VALID))
			continue;
		page = mmg_verify_look(addr, 0);
		if (!mmg_verify_content(pfn,
					req->stamp + (first + i) * req->step) ||
		    (page && page_to_pfn(page) != pfn))
			req->wrong++;
		else if (page && (range->hmm_pfns[i] & HMM_PFN_WRITE) &&
			 !mmg_verify_look(addr, FOLL_WRITE))
			req->unwritable++;
	}
}
#endif
