// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "verify.h"

/* Any but small numbers, which memory is full of. */
#define STAMP 0x6d6d67617567e000ull
#define STEP 0x10001ull
/* A walk holds its lock while it looks: not for long. */
#define BATCH_MAX 512
/* One call in 64 may do something else than the others; not seconds of it. */
#define REPEATS 64
#define REPEAT_PAGES 16384
/* On a host others may look at a page just then. */
#define LOOKS 4

/* 0, and whether the pages hold stamps now; or a negative errno. */
static int stamp_pages(const struct memory *memory, size_t pages, bool *stamped)
{
	size_t length = pages * memory_page_size();
	bool readonly = memory->kind == MEMORY_READONLY;
	size_t step = memory->kind == MEMORY_HOLES ? 2 : 1;

	*stamped = memory->kind != MEMORY_ZERO;
	if (!*stamped)
		return 0;
	if (readonly && mprotect(memory->start, length, PROT_READ | PROT_WRITE))
		return -errno;
	for (size_t i = 0; i < pages; i += step)
		*(volatile uint64_t *)(memory->start + i * memory_page_size()) =
			STAMP + i * STEP;
	if (readonly && mprotect(memory->start, length, PROT_READ))
		return -errno;
	return 0;
}

int verify_mirror(struct bench *bench, const struct memory *memory,
		  const struct mmg_fault *request)
{
	struct mmg_fault walk = *request;
	bool stamped;
	int ret = stamp_pages(memory, request->pages, &stamped);

	if (ret)
		return bench_fail(bench, "cannot write to the range: %s",
				  strerror(-ret));
	walk.flags &= ~(uint32_t)(MMG_FAULT_SAMPLES | MMG_FAULT_PHASES |
				  MMG_FAULT_STORE);
	walk.flags |= MMG_FAULT_VERIFY;
	walk.iterations = 1;
	walk.batch = walk.batch < BATCH_MAX ? walk.batch : BATCH_MAX;
	walk.stamp = stamped ? STAMP : 0;
	walk.step = stamped ? STEP : 0;
	ret = bench_kernel(bench, MMG_IOC_FAULT, &walk);
	if (ret)
		return bench_fail(bench, "hmm_range_fault, to verify: %s",
				  strerror(-ret));
	bench_fact(bench, "mirror_verified", !walk.wrong && !walk.unwritable);
	if (walk.wrong)
		return bench_invalid(
			bench,
			"%llu of %llu pfns are of other pages than "
			"the process has there",
			(unsigned long long)walk.wrong,
			(unsigned long long)walk.valid);
	if (walk.unwritable)
		return bench_invalid(
			bench,
			"%llu of %llu pfns are said to be writable "
			"and are not",
			(unsigned long long)walk.unwritable,
			(unsigned long long)walk.writable);
	return 0;
}

static int count_references(struct bench *bench, const struct memory *memory,
			    size_t length, struct mmg_references *found)
{
	int ret = memory_drain(bench);

	if (ret)
		return ret;
	*found = (struct mmg_references){
		.start = (uint64_t)memory->start,
		.pages = (uint32_t)(length / memory_page_size()),
	};
	ret = bench_kernel(bench, MMG_IOC_REFERENCES, found);
	return ret ? bench_fail(bench, "cannot count references: %s",
				strerror(-ret)) :
		     0;
}

int verify_references(struct bench *bench, const struct memory *memory,
		      size_t length,
		      int (*run)(struct bench *bench, uint64_t operations))
{
	uint64_t fit = REPEAT_PAGES / (length / memory_page_size());
	uint64_t repeats = fit > REPEATS ? REPEATS : fit ? fit : 1;
	struct mmg_references before, after;
	int64_t kept = 0, pins = 0;
	int ret = count_references(bench, memory, length, &before);

	if (!ret)
		ret = run(bench, repeats);
	for (int look = 0; look < LOOKS && !ret; look++) {
		struct timespec patience = { .tv_nsec = look * 10000000 };

		nanosleep(&patience, NULL);
		ret = count_references(bench, memory, length, &after);
		kept = (int64_t)(after.references - before.references);
		pins = (int64_t)(after.pins - before.pins);
		if (kept <= 0 && pins <= 0)
			break;
	}
	if (ret)
		return ret;
	kept = kept > 0 ? kept : 0;
	bench_fact(bench, "references_kept", (double)kept);
	if (kept || pins > 0)
		return bench_invalid(bench,
				     "%" PRId64 " references and %" PRId64
				     " pins of large folios are left of "
				     "%" PRIu64 " operations more, on %llu "
				     "folios",
				     kept, pins, repeats,
				     (unsigned long long)after.folios);
	return 0;
}
