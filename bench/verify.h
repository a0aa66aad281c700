/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what the kernel answers is true: at the end of a trial, outside the
 * clock, for a wrong answer can be a fast one.
 */
#ifndef MMGAUGE_BENCH_VERIFY_H
#define MMGAUGE_BENCH_VERIFY_H

#include "memory.h"

/* What is written to a page, and what to the next: nothing that memory is full
 * of.
 */
#define VERIFY_STAMP 0x6d6d67617567e000ull
#define VERIFY_STEP 0x10001ull

/* One call in 64 may do something else than the others. */
#define VERIFY_REPEATS 64

/* For the facts of a case that verifies. */
#define VERIFY_MIRROR_FACTS                                                \
	{                                                                  \
		"mirror_verified", "1: what the walk finds is the memory", \
			BENCH_EXACT                                        \
	}
#define VERIFY_REFERENCES_FACTS                                                \
	{                                                                      \
		"references_kept",                                             \
			"references that repeating the operation left behind", \
			BENCH_EXACT                                            \
	}
#define VERIFY_PINS_FACTS                                       \
	VERIFY_REFERENCES_FACTS,                                \
	{                                                       \
		"pins_verified",                                \
			"1: the pages pinned are those of the " \
			"process",                              \
			BENCH_EXACT                             \
	}

/*
 * Write the stamp to every page of @memory, unless it can be of the zero page
 * only.
 */
int verify_stamp(struct bench *bench, const struct memory *memory);

/*
 * Write to every page of @memory, if it is of a kind that can be written to,
 * and walk it once more as @request says: each pfn must be of the page that was
 * written, and writable if it says so. bench_invalid() otherwise.
 */
int verify_mirror(struct bench *bench, const struct memory *memory,
		  const struct mmg_fault *request);

/*
 * Do the operation @most times more, fewer of a large range: the folios of
 * @memory must have as many references and pins as before. bench_invalid()
 * otherwise.
 */
int verify_references(struct bench *bench, const struct memory *memory,
		      uint64_t most,
		      int (*run)(struct bench *bench, uint64_t operations));

/* The fact, and bench_invalid() if any of @pages was @wrong, or there is none. */
int verify_pages(struct bench *bench, uint64_t wrong, uint64_t pages);

/*
 * The same of a @run that makes @request: each page that it pins must be one
 * the process wrote to, as well.
 */
int verify_pins(struct bench *bench, const struct memory *memory,
		struct mmg_pin *request, uint64_t most,
		int (*run)(struct bench *bench, uint64_t operations));

/* The same of @request by itself, once: for what is held while others work. */
int verify_request(struct bench *bench, const struct memory *memory,
		   const struct mmg_pin *request);

#endif
