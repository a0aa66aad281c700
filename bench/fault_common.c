// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "fault.h"

#define MAX_RETRIES 1000

const struct bench_choice fault_mode_choices[] = {
	[MMG_FAULT_SNAPSHOT] = { "snapshot", "look, fault nothing in", 0 },
	[MMG_FAULT_READ] = { "fault", "fault in for reading", 0 },
	[MMG_FAULT_WRITE] = { "write", "fault in for writing", 0 },
	{ NULL, NULL, 0 },
};

struct mmg_fault fault_request(const struct bench *bench,
			       const struct memory *memory)
{
	return (struct mmg_fault){
		.start = (uint64_t)memory->start,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = (uint32_t)bench_number(bench, "batch"),
		.mode = bench_option(bench, "mode"),
		.clock = bench_clock(bench),
		.max_retries = MAX_RETRIES,
	};
}

int fault_walk(struct bench *bench, struct mmg_fault *request)
{
	int ret = bench_kernel(bench, MMG_IOC_FAULT, request);

	if (ret == -EOPNOTSUPP)
		return bench_skip(bench, "this kernel has no hmm_range_fault()"
					 ": needs CONFIG_HMM_MIRROR");
	if (ret)
		return bench_fail(bench, "hmm_range_fault: %s", strerror(-ret));
	return 0;
}

/* Pages of @kind that a walk in @mode must find there. */
static uint64_t valid_wanted(enum memory_kind kind, uint32_t mode,
			     uint64_t pages)
{
	/* A walk that faults leaves no holes. */
	if (kind == MEMORY_HOLES && mode == MMG_FAULT_SNAPSHOT)
		return pages / 2;
	return pages;
}

int fault_check_found(struct bench *bench, enum memory_kind kind, bool written,
		      const struct mmg_fault *done)
{
	uint64_t valid = valid_wanted(kind, done->mode, done->pages);
	bool huge = kind == MEMORY_THP || memory_is_reserved(kind);
	bool writable = done->mode == MMG_FAULT_WRITE ||
			(written && kind != MEMORY_ZERO &&
			 kind != MEMORY_READONLY && kind != MEMORY_HOLES);

	bench_fact(bench, "valid_pages", (double)done->valid);
	bench_fact(bench, "writable_pages", (double)done->writable);
	bench_fact(bench, "huge_pages", (double)done->huge);
	if (done->valid != valid || (writable && done->writable != valid) ||
	    ((kind == MEMORY_READONLY || kind == MEMORY_ZERO) &&
	     done->writable))
		return bench_invalid(
			bench,
			"%llu of %u pages valid, %llu writable; %llu valid are "
			"right",
			(unsigned long long)done->valid, done->pages,
			(unsigned long long)done->writable,
			(unsigned long long)valid);
	if (done->huge != (huge ? valid : 0))
		return bench_invalid(bench,
				     "%llu pages found in huge entries, not "
				     "%llu",
				     (unsigned long long)done->huge,
				     (unsigned long long)(huge ? valid : 0));
	return 0;
}
