// SPDX-License-Identifier: GPL-2.0-only
/*
 * mkclean: folio_mkclean(), by which writeback learns what was written through
 * page tables and has the next write fault again.
 */
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

#include "mmgauge.h"

static int mmg_mkclean_check(const struct mmg_mkclean *req)
{
	if (!req->pages || req->pages > MMG_MAX_PAGES ||
	    mmg_check_range(req->start, (u64)req->pages << PAGE_SHIFT))
		return -EINVAL;
	return mmg_check_clock(req->clock);
}

/* References to the pages: plain ones, which writeback does not mind. */
static int mmg_mkclean_get(const struct mmg_mkclean *req, struct page **pages,
			   unsigned long *count)
{
	long got;
	int ret;

	for (*count = 0; *count < req->pages; *count += got) {
		ret = mmg_pause();
		if (ret)
			return ret;
		got = get_user_pages_fast(req->start + (*count << PAGE_SHIFT),
					  min(req->pages - *count, 512ul), 0,
					  pages + *count);
		if (got <= 0)
			return got ?: -EAGAIN;
	}
	return 0;
}

/*
 * Clean the entries that map @head and hand their dirt on to the folio, as
 * folio_clear_dirty_for_io() does: an entry may be the only one to know of a
 * write, and reclaim would drop a folio that is clean in all of them. Under the
 * folio lock neither reclaim nor writeback comes between the two.
 */
static int mmg_mkclean_one(struct mmg_mkclean *req, struct page *head)
{
	u64 start, cleaned, unlocked;
	int count;

	if (mmg_page_mappers(head) > MMG_MAX_MAPPERS)
		return -E2BIG;
	start = mmg_now(req->clock);
	if (mmg_page_lock_killable(head))
		return -EINTR;
	count = mmg_page_mkclean(head);
	cleaned = mmg_now(req->clock);

	if (count)
		mmg_page_mark_dirty(head);

	unlocked = mmg_now(req->clock);
	unlock_page(head);
	req->elapsed += cleaned - start + mmg_now(req->clock) - unlocked;
	req->cleaned += count;
	req->calls++;
	return 0;
}

/* A look at signals before each: one may have thousands of mappings. */
static int mmg_mkclean_all(struct mmg_mkclean *req, struct page **pages)
{
	struct page *last = NULL;
	int ret = 0;
	u32 i;

	for (i = 0; i < req->pages && !ret; i++) {
		struct page *head = compound_head(pages[i]);

		ret = mmg_pause();
		if (ret)
			break;
		if (head == last)
			continue;
		/* No writeback knows of these, and nothing else cleans them. */
		if (PageHuge(head) || is_zone_device_page(head))
			return -EINVAL;
		last = head;
		ret = mmg_mkclean_one(req, head);
	}
	return ret;
}

/* An array of its own: the file's may be full of pins, which is one case. */
int mmg_do_mkclean(struct mmg_file *file, void *arg)
{
	struct mmg_mkclean *req = arg;
	struct page **pages;
	unsigned long count;
	int ret;

	ret = mmg_mkclean_check(req);
	if (ret)
		return ret;
	pages = kvcalloc(req->pages, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	ret = mmg_mkclean_get(req, pages, &count);
	if (!ret)
		ret = mmg_mkclean_all(req, pages);
	while (count) {
		put_page(pages[--count]);
		if (!(count % MMG_PAUSE_SLOW_PAGES))
			cond_resched();
	}
	kvfree(pages);
	return ret;
}
