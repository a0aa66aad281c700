// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "pin_common.h"

const struct bench_choice pin_kind_choices[] = {
	[PIN_KIND_PIN] = { "pin", "pin_user_pages() and its kin", 0 },
	[PIN_KIND_GET] = { "get", "get_user_pages() and its kin", 0 },
	{ NULL, NULL, 0 },
};

const struct bench_choice pin_access_choices[] = {
	[PIN_ACCESS_WRITE] = { "write", "FOLL_WRITE", 0 },
	[PIN_ACCESS_READ] = { "read", "for reading only", 0 },
	{ NULL, NULL, 0 },
};

const struct bench_choice pin_term_choices[] = {
	[PIN_TERM_SHORT] = { "short", "for the time of one transfer", 0 },
	[PIN_TERM_LONG] = { "long", "FOLL_LONGTERM", 0 },
	{ NULL, NULL, 0 },
};

uint32_t pin_batch(const struct bench *bench)
{
	uint64_t batch = bench_number(bench, "batch");

	return (uint32_t)(batch ? batch : bench_number(bench, "range"));
}

uint32_t pin_flags(const struct bench *bench)
{
	uint32_t flags = 0;

	if (bench_option(bench, "kind") == PIN_KIND_GET)
		flags |= MMG_PIN_GET;
	if (bench_option(bench, "access") == PIN_ACCESS_WRITE)
		flags |= MMG_PIN_WRITE;
	if (bench_option(bench, "term") == PIN_TERM_LONG)
		flags |= MMG_PIN_LONGTERM;
	return flags;
}

bool pin_batch_fits(const struct bench *bench, bool slow)
{
	return bench_number(bench, "batch") <= bench_number(bench, "range") &&
	       pin_batch(bench) <= (slow ? MMG_MAX_SLOW_BATCH : MMG_MAX_BATCH);
}

bool pin_excludes(const struct bench *bench)
{
	bool lasting = bench_option(bench, "term") == PIN_TERM_LONG;

	/* FOLL_LONGTERM needs FOLL_PIN. The range is also called "all". */
	return !pin_batch_fits(bench, lasting) ||
	       !memory_fits(bench_option(bench, "memory"),
			    bench_number(bench, "range")) ||
	       (bench_option(bench, "kind") == PIN_KIND_GET && lasting);
}

static int unsupported(struct bench *bench, const struct mmg_pin *request)
{
	if (request->unpin == MMG_UNPIN_FOLIO)
		return bench_skip(bench,
				  "this kernel has no unpin_user_folio(): "
				  "needs 6.12");
	if (request->unpin == MMG_UNPIN_RANGE)
		return bench_skip(bench,
				  "this kernel has no "
				  "unpin_user_page_range_dirty_lock(): needs "
				  "5.15");
	if (request->method == MMG_PIN_FAST_ONLY)
		return bench_skip(bench,
				  "this kernel has no pin_user_pages_fast_"
				  "only(): gone in 6.3");
	if (request->flags & MMG_PIN_LONGTERM)
		return bench_skip(bench,
				  "this kernel's *_unlocked functions know no "
				  "FOLL_LONGTERM: needs 6.2");
	return bench_skip(bench, "this kernel has no FOLL_NOFAULT: needs 5.16");
}

int pin_request(struct bench *bench, enum memory_kind kind,
		struct mmg_pin *request)
{
	const uint32_t lasting = MMG_PIN_LONGTERM | MMG_PIN_WRITE;
	int ret = bench_kernel(bench, MMG_IOC_PIN, request);

	if (!ret)
		return 0;
	if (ret == -EOPNOTSUPP)
		return unsupported(bench, request);
	if (ret == -EFAULT && kind == MEMORY_FILE &&
	    (request->flags & lasting) == lasting)
		return bench_skip(bench,
				  "this kernel refuses long-term pins for "
				  "writing of a file's pages (since 6.5)");
	if (ret == -EAGAIN && request->method == MMG_PIN_FAST_ONLY)
		return bench_invalid(bench,
				     "the fast path gave %llu pages, then none",
				     (unsigned long long)request->pinned);
	return bench_fail(bench, "pinning: %s", strerror(-ret));
}

int pin_fast_share(struct bench *bench, const struct mmg_pin *request)
{
	struct mmg_pin probe = {
		.batch = 1,
		.iterations = 1,
		.method = MMG_PIN_FAST_ONLY,
		.flags = request->flags & ~(uint32_t)MMG_PIN_SAMPLES,
		.clock = request->clock,
	};
	uint32_t page = 0, fast = 0;

	while (page < request->pages) {
		int ret;

		probe.start = request->start + page * memory_page_size();
		probe.pages = request->pages - page;
		ret = bench_kernel(bench, MMG_IOC_PIN, &probe);
		if (ret == -EOPNOTSUPP && !(probe.flags & MMG_PIN_GET)) {
			probe.flags &= ~(uint32_t)MMG_PIN_LONGTERM;
			probe.flags |= MMG_PIN_GET;
			continue;
		}
		if (ret && ret != -EAGAIN)
			return bench_fail(bench, "the fast path alone: %s",
					  strerror(-ret));
		fast += (uint32_t)probe.pinned;
		page += (uint32_t)probe.pinned + 1;
	}
	bench_fact(bench, "fast_share", (double)fast / request->pages);
	return 0;
}
