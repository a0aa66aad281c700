// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of kinds of memory: their choices of an axis, and their folios. */
#include <unistd.h>

#include "memory.h"

#define HUGETLB_SIZE (2ul << 20)
#define GIGANTIC_SIZE (1ul << 30)

#define WRITABLE_CHOICES                                                     \
	[MEMORY_4K] = { "4k", "anonymous memory in base pages", 0 },         \
	[MEMORY_THP] = { "thp", "anonymous memory in PMD-mapped huge pages", \
			 BENCH_NEEDS_THP },                                  \
	[MEMORY_SHMEM] = { "shmem", "shared memory (memfd) in base pages",   \
			   0 },                                              \
	[MEMORY_PTETHP] = { "ptethp", "huge pages mapped page by page",      \
			    BENCH_NEEDS_THP },                               \
	[MEMORY_MTHP16K] = { "mthp16k", "anonymous memory in 16 KiB folios", \
			     BENCH_NEEDS_THP },                              \
	[MEMORY_MTHP64K] = { "mthp64k", "anonymous memory in 64 KiB folios", \
			     BENCH_NEEDS_THP },                              \
	[MEMORY_MTHP1M] = { "mthp1m", "anonymous memory in 1 MiB folios",    \
			    BENCH_NEEDS_THP },                               \
	[MEMORY_HUGETLB] = { "hugetlb", "reserved huge pages of 2 MiB", 0 }, \
	[MEMORY_HUGETLB1G] = { "hugetlb1g", "reserved huge pages of 1 GiB",  \
			       0 },                                          \
	[MEMORY_FILE] = { "file", "a shared mapping of a file on a disk", 0 }

const struct bench_choice memory_choices[] = {
	WRITABLE_CHOICES,
	{ NULL, NULL, 0 },
};

const struct bench_choice memory_all_choices[] = {
	WRITABLE_CHOICES,
	[MEMORY_READONLY] = { "readonly", "4k, write-protected by mprotect()",
			      0 },
	[MEMORY_MIXED] = { "mixed", "4k and shmem by turns, 16 pages each", 0 },
	[MEMORY_ZERO] = { "zero", "4k, only ever read: the zero page", 0 },
	[MEMORY_HOLES] = { "holes", "4k, every second page untouched", 0 },
	{ NULL, NULL, 0 },
};

size_t memory_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* A page of page tables is one of memory, of entries of 8 bytes. */
size_t memory_pmd_size(void)
{
	return memory_page_size() / 8 * memory_page_size();
}

static size_t folio_size(enum memory_kind kind)
{
	switch (kind) {
	case MEMORY_THP:
	case MEMORY_PTETHP:
		return memory_pmd_size();
	case MEMORY_HUGETLB:
		return HUGETLB_SIZE;
	case MEMORY_HUGETLB1G:
		return GIGANTIC_SIZE;
	case MEMORY_MTHP16K:
		return 16u << 10;
	case MEMORY_MTHP64K:
		return 64u << 10;
	case MEMORY_MTHP1M:
		return 1u << 20;
	default:
		return memory_page_size();
	}
}

size_t memory_folio_pages(enum memory_kind kind)
{
	size_t pages = folio_size(kind) / memory_page_size();

	return pages ? pages : 1;
}

bool memory_is_reserved(enum memory_kind kind)
{
	return kind == MEMORY_HUGETLB || kind == MEMORY_HUGETLB1G;
}

bool memory_fits(enum memory_kind kind, uint64_t pages)
{
	return !(pages % memory_folio_pages(kind)) &&
	       (kind != MEMORY_HOLES || !(pages % 2));
}
