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
		ret = mmg_pause(*count);
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

static int mmg_mkclean_all(struct mmg_mkclean *req, struct page **pages)
{
	struct page *last = NULL;
	u64 start = mmg_now(req->clock);
	int ret = 0;
	u32 i;

	for (i = 0; i < req->pages; i++) {
		struct page *head = compound_head(pages[i]);

		ret = mmg_pause(i);
		if (ret)
			break;
		if (head == last)
			continue;
		last = head;
		lock_page(head);
		req->cleaned += mmg_page_mkclean(head);
		unlock_page(head);
		req->calls++;
	}
	req->elapsed = mmg_now(req->clock) - start;
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
	while (count)
		put_page(pages[--count]);
	kvfree(pages);
	return ret;
}
