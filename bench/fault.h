/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fault.* cases share: a range that the module walks. */
#ifndef MMGAUGE_BENCH_FAULT_H
#define MMGAUGE_BENCH_FAULT_H

#include "memory.h"

extern const struct bench_choice fault_mode_choices[]; /* enum mmg_fault_mode */

#define FAULT_AXIS_MODE(given)                                    \
	{                                                         \
		.name = "mode", .help = "what the walk asks for", \
		.choices = fault_mode_choices, .values = given,   \
	}
#define FAULT_AXIS_BATCH(given)                                            \
	{                                                                  \
		.name = "batch", .help = "pages a hmm_range_fault() call", \
		.unit = "page", .min = 1, .max = MMG_MAX_SLOW_BATCH,       \
		.values = given,                                           \
	}
#define FAULT_AXIS_RANGE(given)                                             \
	{                                                                   \
		.name = "range", .help = "pages an operation walks",        \
		.unit = "page", .min = 1, .max = 1u << 18, .values = given, \
	}
#define FAULT_AXIS_MEMORY                                         \
	{                                                         \
		.name = "memory", .help = "what backs the range", \
		.choices = memory_all_choices, .values = "4k",    \
	}

/* For the facts of a case that walks undisturbed. */
#define FAULT_FACTS                                                          \
	{ "calls", "hmm_range_fault() calls that succeeded", BENCH_EXACT },  \
		{ "first_tries", "of these, with no retry",                  \
		  BENCH_EXACT_ALONE },                                       \
		{ "busy", "calls answered with -EBUSY", BENCH_EXACT_ALONE }, \
		{ "retries", "times mmu_interval_read_retry() said so",      \
		  BENCH_EXACT_ALONE },                                       \
		FAULT_FOUND_FACTS

/* What fault_check_found() keeps, of the last walk. */
#define FAULT_FOUND_FACTS                                                    \
	{ "valid_pages", "pages found valid", BENCH_EXACT },                 \
		{ "writable_pages", "... and writable", BENCH_EXACT },       \
	{                                                                    \
		"huge_pages", "... in entries of a PMD or more", BENCH_EXACT \
	}

/* The request of the axes mode, batch and range; nothing is flagged. */
struct mmg_fault fault_request(const struct bench *bench,
			       const struct memory *memory);

/* MMG_IOC_FAULT, errors told. */
int fault_walk(struct bench *bench, struct mmg_fault *request);

/*
 * Hold what a walk found against what memory of @kind must show: pages valid,
 * writable (if they were @written before, or the walk asks for it) and in huge
 * entries. bench_invalid() otherwise.
 */
int fault_check_found(struct bench *bench, enum memory_kind kind, bool written,
		      const struct mmg_fault *done);

#endif
