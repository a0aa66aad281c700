// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin_memfd: memfd_pin_folios(), which needs no mapping of the memory.
 */
#include <linux/file.h>
/* memfd.h of 7.3 uses what it does not include. */
#include <linux/mm.h>

#include <linux/memfd.h>

#include "mmgauge.h"

#if MMG_PIN_MEMFD_EXISTS
static int mmg_memfd_check(const struct mmg_pin_memfd *req)
{
	if (!req->pages || req->pages > MMG_MAX_PAGES || !req->batch ||
	    req->batch > req->pages || req->batch > MMG_MAX_SLOW_BATCH ||
	    !req->iterations || req->iterations > MMG_MAX_ITERATIONS ||
	    req->flags & ~MMG_PIN_VERIFY)
		return -EINVAL;
	return mmg_check_clock(req->clock);
}

/* Pin all of @req once; *@count folios are pinned even when it fails. */
static int mmg_memfd_pin(struct mmg_pin_memfd *req, struct file *memfd,
			 struct folio **folios, unsigned long *count)
{
	u64 mask = mmg_pause_mask(req->batch, MMG_PAUSE_SLOW_PAGES);
	u64 start = mmg_now(req->clock);
	unsigned long page, nr;
	pgoff_t offset;
	int ret = 0;
	long got;

	*count = 0;
	for (page = 0; page < req->pages; page += nr) {
		ret = mmg_pause_some(req->calls, mask);
		if (ret)
			break;
		nr = min_t(unsigned long, req->batch, req->pages - page);
		got = memfd_pin_folios(memfd, (loff_t)page << PAGE_SHIFT,
				       ((loff_t)(page + nr) << PAGE_SHIFT) - 1,
				       folios + *count, nr, &offset);
		req->calls++;
		if (got <= 0) {
			ret = got ?: -EAGAIN;
			break;
		}
		*count += got;
	}
	req->pin_elapsed += mmg_now(req->clock) - start;
	req->folios += *count;
	return ret;
}

static void mmg_memfd_unpin(struct folio **folios, unsigned long count)
{
	unsigned long done, nr;

	for (done = 0; done < count; done += nr) {
		if (done)
			cond_resched();
		nr = min_t(unsigned long, count - done, MMG_PAUSE_PAGES);
		unpin_folios(folios + done, nr);
	}
}

static int mmg_memfd_iterate(struct mmg_file *file, struct mmg_pin_memfd *req)
{
	struct folio **folios = (struct folio **)file->pins.pages;
	struct file *memfd = fget(req->fd);
	unsigned long count = 0;
	int ret = 0;
	u64 start;
	u32 i;

	if (!memfd)
		return -EBADF;
	for (i = 0; i < req->iterations && !ret; i++) {
		ret = mmg_memfd_pin(req, memfd, folios, &count);
		if (req->flags & MMG_PIN_VERIFY)
			req->wrong += mmg_verify_pages(file->pins.pages, count,
						       req->stamp, req->step);
		start = mmg_now(req->clock);
		mmg_memfd_unpin(folios, count);
		req->unpin_elapsed += mmg_now(req->clock) - start;
	}
	fput(memfd);
	return ret;
}

int mmg_do_pin_memfd(struct mmg_file *file, void *arg)
{
	struct mmg_pin_memfd *req = arg;
	int ret;

	ret = mmg_memfd_check(req);
	if (!ret && file->pins.held)
		ret = -EBUSY;
	if (!ret)
		ret = mmg_pages_reserve(file, req->pages);
	if (!ret)
		ret = mmg_pages_account(file, req->pages);
	if (ret)
		return ret;
	ret = mmg_memfd_iterate(file, req);
	mmg_pages_unaccount(file);
	return ret;
}
#else
int mmg_do_pin_memfd(struct mmg_file *file, void *arg)
{
	return -EOPNOTSUPP;
}
#endif
