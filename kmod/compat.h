/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between kernels from 5.10 on that mmgauge knows of. No other
 * file looks at the kernel's version.
 */
#ifndef MMGAUGE_COMPAT_H
#define MMGAUGE_COMPAT_H

#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/sched.h>
#include <linux/version.h>
#include <uapi/linux/sched/types.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "mmgauge needs Linux 5.10 or later"
#endif

#ifndef CONFIG_MMU_NOTIFIER
#error "mmgauge needs CONFIG_MMU_NOTIFIER"
#endif

/* 5.16 added FOLL_NOFAULT, 6.3 made the FOLL_* an enum: #ifdef is no test. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
#define MMG_FOLL_NOFAULT FOLL_NOFAULT
#else
#define MMG_FOLL_NOFAULT 0
#endif

/* Before 6.2 the *_unlocked functions refused FOLL_LONGTERM with a warning. */
#define MMG_LONGTERM_UNLOCKED (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0))

/* 6.3 removed pin_user_pages_fast_only(). */
#define MMG_PIN_FAST_ONLY_EXISTS (LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0))

/* 6.11 added memfd_pin_folios() and unpin_folios(). */
#define MMG_PIN_MEMFD_EXISTS (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0))

/* 6.12 added unpin_user_folio(). */
#define MMG_UNPIN_FOLIO_EXISTS (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0))

/* 6.10 removed mmu_notifier_ops.change_pte. */
#define MMG_CHANGE_PTE_EXISTS (LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0))

static inline long mmg_pin_user_pages_fast_only(unsigned long start,
						int nr_pages,
						unsigned int gup_flags,
						struct page **pages)
{
#if MMG_PIN_FAST_ONLY_EXISTS
	return pin_user_pages_fast_only(start, nr_pages, gup_flags, pages);
#else
	return -EOPNOTSUPP;
#endif
}

/* 5.14 exported sched_setattr_nocheck(). */
static inline int mmg_sched_set_batch(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
	static const struct sched_attr batch = {
		.size = sizeof(batch),
		.sched_policy = SCHED_BATCH,
	};

	return sched_setattr_nocheck(current, &batch);
#else
	return -EOPNOTSUPP;
#endif
}

/* 5.11 added kmap_local_page(), which may be left on another CPU. */
static inline void *mmg_kmap(struct page *page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	return kmap_local_page(page);
#else
	return kmap(page);
#endif
}

static inline void mmg_kunmap(struct page *page, void *at)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	kunmap_local(at);
#else
	kunmap(page);
#endif
}

/* 5.15 added unpin_user_page_range_dirty_lock(). */
#define MMG_UNPIN_RANGE_EXISTS (LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0))

static inline void mmg_unpin_user_range_dirty(struct page *page,
					      unsigned long pages)
{
#if MMG_UNPIN_RANGE_EXISTS
	unpin_user_page_range_dirty_lock(page, pages, true);
#endif
}

static inline void mmg_unpin_user_folio(struct page *head, unsigned long pages)
{
#if MMG_UNPIN_FOLIO_EXISTS
	unpin_user_folio(page_folio(head), pages);
#endif
}

/* 5.16 turned page_mkclean() into folio_mkclean(). */
static inline int mmg_page_mkclean(struct page *head)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
	return folio_mkclean(page_folio(head));
#else
	return page_mkclean(head);
#endif
}

/* 5.16 added folio_lock_killable(); 6.10 removed lock_page_killable(). */
static inline int mmg_page_lock_killable(struct page *head)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
	return folio_lock_killable(page_folio(head));
#else
	return lock_page_killable(head);
#endif
}

/* 5.16 turned set_page_dirty() into folio_mark_dirty(). */
static inline void mmg_page_mark_dirty(struct page *head)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
	folio_mark_dirty(page_folio(head));
#else
	set_page_dirty(head);
#endif
}

/* How often a folio is mapped; before 6.11, how often its first page is. */
static inline int mmg_page_mappers(struct page *head)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	return folio_mapcount(page_folio(head));
#else
	return page_mapcount(head);
#endif
}

/*
 * Pins of a large folio. 6.2 moved the count into struct folio; before 5.18 not
 * all of them had one.
 */
static inline int mmg_page_pincount(struct page *head)
{
	if (!PageCompound(head))
		return 0;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	return atomic_read(&page_folio(head)->_pincount);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
	return atomic_read(&head[1].compound_pincount);
#else
	return 0;
#endif
}

/* 6.5 dropped the vmas argument, the last but *locked of the remote ones. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define mmg_get_user_pages(...) get_user_pages(__VA_ARGS__, NULL)
#define mmg_pin_user_pages(...) pin_user_pages(__VA_ARGS__, NULL)
#define mmg_get_user_pages_remote(...) \
	get_user_pages_remote(__VA_ARGS__, NULL, NULL)
#define mmg_pin_user_pages_remote(...) \
	pin_user_pages_remote(__VA_ARGS__, NULL, NULL)
#else
#define mmg_get_user_pages(...) get_user_pages(__VA_ARGS__)
#define mmg_pin_user_pages(...) pin_user_pages(__VA_ARGS__)
#define mmg_get_user_pages_remote(...) get_user_pages_remote(__VA_ARGS__, NULL)
#define mmg_pin_user_pages_remote(...) pin_user_pages_remote(__VA_ARGS__, NULL)
#endif

/*
 * Turns of writers of a mmap_lock, by the sequence that tells them to the locks
 * of VMAs (6.4): an int that counts them, or a seqcount_t that counts the begin
 * and the end of each, since 6.14 and in some stable kernels before.
 */
#ifdef CONFIG_PER_VMA_LOCK
#define MMG_WRITE_LOCKS_TOLD 1
static inline u32 mmg_write_locks(struct mm_struct *mm)
{
	u32 count = READ_ONCE(*(u32 *)&mm->mm_lock_seq);

	return count / _Generic(mm->mm_lock_seq, int : 1, default : 2);
}
#else
#define MMG_WRITE_LOCKS_TOLD 0
static inline u32 mmg_write_locks(struct mm_struct *mm)
{
	return 0;
}
#endif

#endif
