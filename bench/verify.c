// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "verify.h"

/* A walk holds its lock while it looks: not for long. */
#define BATCH_MAX 512
/* Not seconds of it. */
#define REPEAT_PAGES 16384
/* On a host others may look at a page just then. */
#define LOOKS 4

int verify_stamp(struct bench *bench, const struct memory *memory)
{
	bool readonly = memory->kind == MEMORY_READONLY;
	size_t page = memory_page_size(), length = memory->length;
	size_t step = memory->kind == MEMORY_HOLES ? 2 * page : page;
	int ret = 0;

	if (memory->kind == MEMORY_ZERO)
		return 0;
	if (readonly)
		ret = mprotect(memory->start, length, PROT_READ | PROT_WRITE);
	for (size_t at = 0; at < length && !ret; at += step)
		*(volatile uint64_t *)(memory->start + at) =
			VERIFY_STAMP + at / page * VERIFY_STEP;
	if (readonly && !ret)
		ret = mprotect(memory->start, length, PROT_READ);
	return ret ? bench_fail(bench, "cannot write to the range: %s",
				strerror(errno)) :
		     0;
}

int verify_mirror(struct bench *bench, const struct memory *memory,
		  const struct mmg_fault *request)
{
	bool stamped = memory->kind != MEMORY_ZERO;
	struct mmg_fault walk = *request;
	int ret = verify_stamp(bench, memory);

	if (ret)
		return ret;
	walk.flags &= ~(uint32_t)(MMG_FAULT_SAMPLES | MMG_FAULT_PHASES |
				  MMG_FAULT_STORE);
	walk.flags |= MMG_FAULT_VERIFY;
	walk.iterations = 1;
	walk.batch = walk.batch < BATCH_MAX ? walk.batch : BATCH_MAX;
	walk.stamp = stamped ? VERIFY_STAMP : 0;
	walk.step = stamped ? VERIFY_STEP : 0;
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
			    struct mmg_references *found)
{
	int ret = memory_drain(bench);

	if (ret)
		return ret;
	*found = (struct mmg_references){
		.start = (uint64_t)memory->start,
		.pages = (uint32_t)(memory->length / memory_page_size()),
	};
	ret = bench_kernel(bench, MMG_IOC_REFERENCES, found);
	return ret ? bench_fail(bench, "cannot count references: %s",
				strerror(-ret)) :
		     0;
}

/* How often an operation is repeated, at @most. */
static uint64_t repeats(const struct memory *memory, uint64_t most)
{
	uint64_t fit = REPEAT_PAGES / (memory->length / memory_page_size());

	return fit > most ? most : fit ? fit : 1;
}

/* What @operations left behind that were done since @before. */
static int check_references(struct bench *bench, const struct memory *memory,
			    const struct mmg_references *before,
			    uint64_t operations)
{
	struct mmg_references after;
	int64_t kept = 0, pins = 0;
	int ret = 0;

	for (int look = 0; look < LOOKS && !ret; look++) {
		struct timespec patience = { .tv_nsec = look * 10000000 };

		nanosleep(&patience, NULL);
		ret = count_references(bench, memory, &after);
		kept = (int64_t)(after.references - before->references);
		pins = (int64_t)(after.pins - before->pins);
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
				     kept, pins, operations,
				     (unsigned long long)after.folios);
	return 0;
}

int verify_references(struct bench *bench, const struct memory *memory,
		      uint64_t most,
		      int (*run)(struct bench *bench, uint64_t operations))
{
	uint64_t operations = repeats(memory, most);
	struct mmg_references before;
	int ret = count_references(bench, memory, &before);

	if (!ret)
		ret = run(bench, operations);
	return ret ? ret : check_references(bench, memory, &before, operations);
}

int verify_pages(struct bench *bench, uint64_t wrong, uint64_t pages)
{
	bench_fact(bench, "pins_verified", pages && !wrong);
	if (!pages)
		return bench_invalid(bench, "nothing was pinned");
	if (!wrong)
		return 0;
	return bench_invalid(bench,
			     "%" PRIu64 " of %" PRIu64 " pages that were "
			     "pinned are not those of the process",
			     wrong, pages);
}

static void ask_to_verify(struct mmg_pin *request)
{
	request->flags |= MMG_PIN_VERIFY;
	request->stamp = VERIFY_STAMP;
	request->step = VERIFY_STEP;
}

int verify_pins(struct bench *bench, const struct memory *memory,
		struct mmg_pin *request, uint64_t most,
		int (*run)(struct bench *bench, uint64_t operations))
{
	int ret = verify_stamp(bench, memory);

	if (ret)
		return ret;
	ask_to_verify(request);
	ret = verify_references(bench, memory, most, run);
	request->flags &= ~(uint32_t)MMG_PIN_VERIFY;
	return ret ? ret : verify_pages(bench, request->wrong, request->pinned);
}

int verify_request(struct bench *bench, const struct memory *memory,
		   const struct mmg_pin *request)
{
	struct mmg_pin once = *request;
	struct mmg_references before;
	int ret = verify_stamp(bench, memory);

	if (!ret)
		ret = count_references(bench, memory, &before);
	if (ret)
		return ret;
	ask_to_verify(&once);
	once.flags &= ~(uint32_t)MMG_PIN_HOLD;
	ret = bench_kernel(bench, MMG_IOC_PIN, &once);
	if (ret)
		return bench_fail(bench, "pinning, to verify: %s",
				  strerror(-ret));
	ret = check_references(bench, memory, &before, 1);
	return ret ? ret : verify_pages(bench, once.wrong, once.pinned);
}
