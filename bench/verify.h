/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what the kernel answers is true: at the end of a trial, outside the
 * clock, for a wrong answer can be a fast one.
 */
#ifndef MMGAUGE_BENCH_VERIFY_H
#define MMGAUGE_BENCH_VERIFY_H

#include "memory.h"

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

/*
 * Write to every page of @memory, if it is of a kind that can be written to,
 * and walk it once more as @request says: each pfn must be of the page that was
 * written, and writable if it says so. bench_invalid() otherwise.
 */
int verify_mirror(struct bench *bench, const struct memory *memory,
		  const struct mmg_fault *request);

/*
 * Do the operation some more times: the folios of the first @length bytes of
 * @memory must have as many references and pins as before. bench_invalid()
 * otherwise.
 */
int verify_references(struct bench *bench, const struct memory *memory,
		      size_t length,
		      int (*run)(struct bench *bench, uint64_t operations));

#endif
