/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory as an axis: how a range is backed, and the proof that it is.
 */
#ifndef MMGAUGE_BENCH_MEMORY_H
#define MMGAUGE_BENCH_MEMORY_H

#include "bench.h"

/* Up to MEMORY_FILE every page can be there and writable: memory_choices. */
enum memory_kind {
	MEMORY_4K, /* anonymous, base pages */
	MEMORY_THP, /* anonymous, PMD-mapped transparent huge pages */
	MEMORY_SHMEM, /* shared memory (memfd), base pages */
	MEMORY_PTETHP, /* as thp, but mapped page by page */
	MEMORY_MTHP16K, /* anonymous, folios of 16 KiB */
	MEMORY_MTHP64K, /* anonymous, folios of 64 KiB */
	MEMORY_MTHP1M, /* anonymous, folios of 1 MiB */
	MEMORY_HUGETLB, /* reserved huge pages of 2 MiB */
	MEMORY_HUGETLB1G, /* ... of 1 GiB */
	MEMORY_FILE, /* a file on a disk's file system, shared */
	MEMORY_READONLY, /* anonymous, populated, then write-protected */
	MEMORY_MIXED, /* anonymous and shared mappings by turns */
	MEMORY_ZERO, /* anonymous, only ever read: the zero page */
	MEMORY_HOLES, /* anonymous, every second page never touched */
};

/* The choices, in the order of enum memory_kind, up to MEMORY_FILE. */
extern const struct bench_choice memory_choices[];
/* All of them, for cases that look at memory that cannot be written to. */
extern const struct bench_choice memory_all_choices[];

#define MEMORY_SETTINGS 5

/* A system-wide setting that the memory needed, and what it was before. */
struct memory_setting {
	char path[96];
	char old[64]; /* "" while it is as it was */
};

struct memory {
	enum memory_kind kind;
	char *start; /* aligned to a PMD and to the size of its folios */
	size_t length;
	int fd; /* of the memfd or file, or -1 */
	struct memory_setting settings[MEMORY_SETTINGS];
};

/* For the facts of a case that has memory. */
#define MEMORY_FACTS                                                   \
	{                                                              \
		"folios_verified",                                     \
			"whether /proc/kpageflags could be looked at", \
			BENCH_DIAGNOSTIC                               \
	}

size_t memory_page_size(void);

/* What one entry of a PMD maps: 2 MiB of pages of 4 KiB, 32 of those of 16. */
size_t memory_pmd_size(void);

/* Base pages in one folio of @kind; 1 where a base page is as large. */
size_t memory_folio_pages(enum memory_kind kind);

/* Whether @kind is of pages that are reserved: /sys/kernel/mm/hugepages. */
bool memory_is_reserved(enum memory_kind kind);

/* Whether @pages base pages are a whole number of @kind's pages. */
bool memory_fits(enum memory_kind kind, uint64_t pages);

/*
 * Map @length bytes, rounded up to what @kind can be. Not populated.
 * -ENOMEM and other errors come with a reason kept in @bench.
 */
int memory_map(struct bench *bench, struct memory *memory,
	       enum memory_kind kind, size_t length);

/* Fault in the first @length bytes, for writing where @kind can be written. */
int memory_populate(struct bench *bench, struct memory *memory, size_t length);

/* The three in a row, for the first @length bytes. */
int memory_make(struct bench *bench, struct memory *memory,
		enum memory_kind kind, size_t length);

/*
 * Map, populate and verify all of it anew, page tables included: one that was
 * split has no room for a huge page again. Pages of files stay.
 */
int memory_renew(struct bench *bench, struct memory *memory);

/* Take the first @length bytes out of the page tables, and free what can be. */
int memory_drop(struct bench *bench, struct memory *memory, size_t length);

/*
 * Hold the first @length bytes, populated, against /proc/self/smaps and, with
 * the right to see page frames, /proc/self/pagemap and /proc/kpageflags:
 * resident, in folios of the kind's size. bench_invalid() otherwise.
 */
int memory_verify(struct bench *bench, const struct memory *memory,
		  size_t length);

/* Have this CPU's batches of pages on their LRU lists. */
int memory_drain(struct bench *bench);

/*
 * Whether a page that is only read is the zero page. Some kernels are built to
 * give out a page of its own at once (bit 56 of /proc/self/pagemap).
 */
bool memory_has_zero_page(void);

void memory_unmap(struct memory *memory);

/* --- memory_system.c --- */

/* Whether the kernel knows transparent huge pages at all. */
bool memory_system_has_thp(void);

/* Have the system able to give @kind; bench_skip() says what to do if not. */
int memory_system_prepare(struct bench *bench, struct memory *memory);
void memory_system_restore(struct memory *memory);

#endif
