// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pin.memfd: memfd_pin_folios(), by which a driver pins memory that need not
 * be mapped anywhere (udmabuf, iommufd): folios, not pages.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pin_common.h"
#include "verify.h"

#ifndef MFD_HUGETLB
#define MFD_HUGETLB 4U
#endif
#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB (21U << 26)
#endif

enum { BACKING_SHMEM, BACKING_HUGETLB };

static const struct bench_choice backing_choices[] = {
	[BACKING_SHMEM] = { "shmem", "a memfd in base pages", 0 },
	[BACKING_HUGETLB] = { "hugetlb", "a memfd in reserved huge pages", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	PIN_AXIS_BATCH("1,512"),
	PIN_AXIS_RANGE("512"),
	{
		.name = "backing",
		.help = "what the memfd is of",
		.choices = backing_choices,
		.values = "shmem",
	},
	{ 0 },
};

enum { METRIC_PIN, METRIC_UNPIN };

static const struct bench_fact facts[] = {
	{ "calls", "memfd_pin_folios() calls", BENCH_EXACT },
	{ "folios", "pinned", BENCH_EXACT },
	VERIFY_PINS_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	[METRIC_PIN] = { "pin", "one page's share of the folios pinned", "page",
			 0 },
	[METRIC_UNPIN] = { "unpin", "one page's share of their release", "page",
			   0 },
	{ 0 },
};

struct memfd_state {
	struct memory memory; /* mapped to verify: its kind, length and fd */
	struct mmg_pin_memfd request;
};

static enum memory_kind kind_of(const struct bench *bench)
{
	return bench_option(bench, "backing") == BACKING_HUGETLB ?
		       MEMORY_HUGETLB :
		       MEMORY_SHMEM;
}

static bool excludes(const struct bench *bench)
{
	uint64_t range = bench_number(bench, "range");
	uint64_t batch = bench_number(bench, "batch");
	enum memory_kind kind = kind_of(bench);

	/* Part of a huge page would pin it once a part. */
	return !pin_batch_fits(bench, true) || !memory_fits(kind, range) ||
	       !memory_fits(kind, batch);
}

static int make_memfd(struct bench *bench, struct memory *memory)
{
	unsigned int flags = MFD_CLOEXEC;
	int ret = memory_system_prepare(bench, memory);

	if (ret)
		return ret;
	if (memory->kind == MEMORY_HUGETLB)
		flags |= MFD_HUGETLB | MFD_HUGE_2MB;
	memory->fd = memfd_create("mmgauge", flags);
	if (memory->fd < 0 || ftruncate(memory->fd, (off_t)memory->length))
		return bench_fail(bench, "cannot make a memfd: %s",
				  strerror(errno));
	/* Populated without a mapping. */
	ret = posix_fallocate(memory->fd, 0, (off_t)memory->length);
	if (ret)
		return bench_fail(bench, "cannot fill the memfd: %s",
				  strerror(ret));
	return 0;
}

static int setup(struct bench *bench)
{
	struct memfd_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory = (struct memory){
		.kind = kind_of(bench),
		.length = bench_number(bench, "range") * memory_page_size(),
		.fd = -1,
	};
	bench_set_state(bench, state);
	ret = make_memfd(bench, &state->memory);
	state->request = (struct mmg_pin_memfd){
		.fd = state->memory.fd,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = pin_batch(bench),
		.clock = bench_clock(bench),
	};
	return ret;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct memfd_state *state = bench_state(bench);
	int ret;

	state->request.iterations = (uint32_t)operations;
	ret = bench_kernel(bench, MMG_IOC_PIN_MEMFD, &state->request);
	if (ret == -EOPNOTSUPP)
		return bench_skip(bench, "this kernel has no memfd_pin_folios"
					 "(): needs 6.11");
	if (ret)
		return bench_fail(bench, "memfd_pin_folios: %s",
				  strerror(-ret));
	return 0;
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct memfd_state *state = bench_state(bench);
	const struct mmg_pin_memfd *done = &state->request;
	uint64_t pages = operations * done->pages;
	uint64_t folios = pages / memory_folio_pages(state->memory.kind);

	bench_record(bench, METRIC_PIN, done->pin_elapsed, pages, operations);
	bench_record(bench, METRIC_UNPIN, done->unpin_elapsed, pages,
		     operations);
	bench_count(bench, "calls", (double)done->calls);
	bench_count(bench, "folios", (double)done->folios);
	if (done->folios != folios)
		return bench_invalid(bench, "%llu folios pinned, not %llu",
				     (unsigned long long)done->folios,
				     (unsigned long long)folios);
	return 0;
}

/* What is timed needs no mapping; what it pinned can only be seen in one. */
static int check(struct bench *bench)
{
	struct memfd_state *state = bench_state(bench);
	struct memory *memory = &state->memory;
	char *start = mmap(NULL, memory->length, PROT_READ | PROT_WRITE,
			   MAP_SHARED, memory->fd, 0);
	int ret;

	if (start == MAP_FAILED)
		return bench_fail(bench, "cannot map the memfd: %s",
				  strerror(errno));
	memory->start = start;
	ret = verify_stamp(bench, memory);
	state->request.flags = MMG_PIN_VERIFY;
	state->request.stamp = VERIFY_STAMP;
	state->request.step = VERIFY_STEP * memory_folio_pages(memory->kind);
	if (!ret)
		ret = verify_references(bench, memory, VERIFY_REPEATS, run);
	return ret ? ret :
		     verify_pages(bench, state->request.wrong,
				  state->request.folios);
}

static void teardown(struct bench *bench)
{
	struct memfd_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case pin_memfd = {
	.name = "pin.memfd",
	.summary = "memfd_pin_folios() of a memfd, and unpin_folios()",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.excludes = excludes,
	.limit = bench_limit_module,
	.setup = setup,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(pin_memfd);
