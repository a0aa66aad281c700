/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory as an axis: how a range is backed, and the proof that it is.
 */
#ifndef MMGAUGE_BENCH_MEMORY_H
#define MMGAUGE_BENCH_MEMORY_H

#include "bench.h"

enum memory_kind {
	MEMORY_4K, /* anonymous, base pages */
	MEMORY_THP, /* anonymous, PMD-mapped transparent huge pages */
	MEMORY_SHMEM, /* shared memory (memfd), base pages */
};

/* The choices, in the order of enum memory_kind. */
extern const struct bench_choice memory_choices[];

struct memory {
	enum memory_kind kind;
	char *start; /* aligned to the huge page size */
	size_t length;
	int fd; /* of the memfd, or -1 */
};

size_t memory_page_size(void);

/* Whether @pages base pages are a whole number of @kind's pages. */
bool memory_fits(enum memory_kind kind, uint64_t pages);

/*
 * Map @length bytes, rounded up to what @kind can be. Not populated.
 * -ENOMEM and other errors come with a reason kept in @bench.
 */
int memory_map(struct bench *bench, struct memory *memory,
	       enum memory_kind kind, size_t length);

/* Fault in the first @length bytes for writing. */
int memory_populate(struct bench *bench, struct memory *memory, size_t length);

/*
 * Hold the first @length bytes, populated, against /proc/self/smaps: all
 * resident, and all, or none, of it in huge pages. bench_invalid() otherwise.
 */
int memory_verify(struct bench *bench, const struct memory *memory,
		  size_t length);

void memory_unmap(struct memory *memory);

#endif
