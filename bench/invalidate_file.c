// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.punch_hole, .truncate and .mkclean: what happens to a file while
 * it is mapped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "invalidate.h"

static const struct bench_axis file_axes[] = {
	INVALIDATE_AXES("1", "shmem,file"),
	{ 0 },
};

static bool file_excludes(const struct bench *bench)
{
	unsigned int memory = bench_option(bench, "memory");

	return (memory != MEMORY_SHMEM && memory != MEMORY_FILE) ||
	       invalidate_excludes(bench);
}

/* folio_mkclean(), for each page that was mapped writable. */
static void expect_mkclean(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i), page;

	for (page = at; page < at + inv->range; page += memory_page_size())
		invalidate_expect(inv, EVENT_PROTECTION_PAGE, page,
				  page + memory_page_size());
}

/*
 * Announced when it is unmapped; the pages then go without another word. ext4
 * wrote them back first, up to 6.1 at least (ext4_punch_hole()).
 */
static void expect_punch(struct invalidate *inv, uint64_t i)
{
	invalidate_expect_clear(inv, i);
	if (inv->variant)
		expect_mkclean(inv, i);
}

static const struct trigger punching = {
	.expect = expect_punch,
	.variants = 2,
};

static int punch_setup(struct bench *bench)
{
	return invalidate_setup(bench, &punching);
}

static int punch_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	off_t at = 0;

	for (; operations; operations--, at += (off_t)inv->range)
		if (fallocate(inv->memory.fd,
			      FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at,
			      (off_t)inv->range))
			return -errno;
	return 0;
}

static const struct bench_case punch_hole = {
	.name = "invalidate.punch_hole",
	.summary = "a hole punched into a mapped file",
	.axes = file_axes,
	.excludes = file_excludes,
	.setup = punch_setup,
	.run = punch_run,
	INVALIDATE_CASE,
};
BENCH_CASE(punch_hole);

/* From the end of the file downwards, a range at a time. */
static off_t truncated_size(const struct invalidate *inv, uint64_t i)
{
	return (off_t)((inv->ranges - 1 - i) * inv->range);
}

static int truncate_refill(struct bench *bench, struct invalidate *inv,
			   uint64_t operations)
{
	(void)operations;
	if (ftruncate(inv->memory.fd, (off_t)inv->memory.length))
		return bench_fail(bench, "cannot lengthen the file: %s",
				  strerror(errno));
	return memory_populate(bench, &inv->memory, inv->memory.length);
}

/*
 * To the end of the mapping, before the pages are freed and once more after
 * it, for pages copied on write in between (truncate_pagecache()).
 */
static void expect_truncate(struct invalidate *inv, uint64_t i)
{
	uint64_t start = (uint64_t)inv->memory.start;
	uint64_t from = start + (uint64_t)truncated_size(inv, i);

	invalidate_expect(inv, EVENT_CLEAR, from, start + inv->memory.length);
	invalidate_expect(inv, EVENT_CLEAR, from, start + inv->memory.length);
}

static const struct trigger truncating = {
	.refill = truncate_refill,
	.expect = expect_truncate,
};

static int truncate_setup(struct bench *bench)
{
	return invalidate_setup(bench, &truncating);
}

static int truncate_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);

	for (uint64_t i = 0; i < operations; i++)
		if (ftruncate(inv->memory.fd, truncated_size(inv, i)))
			return -errno;
	return 0;
}

/*
 * Each announces all that is behind its end, so that the mean hangs on how many
 * are in a sample. What is announced is held against expect_truncate().
 */
static const struct bench_fact truncate_facts[] = {
	INVALIDATE_FACTS_OF(BENCH_STATISTICAL),
	{ 0 },
};

static const struct bench_case truncate_case = {
	.name = "invalidate.truncate",
	.summary = "a mapped file truncated, a range at a time",
	.axes = file_axes,
	.excludes = file_excludes,
	.setup = truncate_setup,
	.run = truncate_run,
	INVALIDATE_CASE_OF(truncate_facts),
};
BENCH_CASE(truncate_case);

/* --- writeback --- */

static const struct bench_axis mkclean_axes[] = {
	INVALIDATE_AXES("1,16", "file"),
	{ 0 },
};

static bool mkclean_excludes(const struct bench *bench)
{
	return bench_option(bench, "memory") != MEMORY_FILE ||
	       invalidate_excludes(bench);
}

/* Dirty, and no writeback under way that the next would have to wait for. */
static int mkclean_refill(struct bench *bench, struct invalidate *inv,
			  uint64_t operations)
{
	size_t length = operations * inv->range;

	if (msync(inv->memory.start, length, MS_SYNC))
		return bench_fail(bench, "cannot write back: %s",
				  strerror(errno));
	for (size_t at = 0; at < length; at += memory_page_size())
		*(volatile char *)(inv->memory.start + at) = 1;
	return 0;
}

static const struct trigger cleaning = {
	.refill = mkclean_refill,
	.expect = expect_mkclean,
};

static int mkclean_setup(struct bench *bench)
{
	return invalidate_setup(bench, &cleaning);
}

/* Starts writeback and waits for none: what is measured is not the disk. */
static int mkclean_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	off_t at = 0;

	for (; operations; operations--, at += (off_t)inv->range)
		if (sync_file_range(inv->memory.fd, at, (off_t)inv->range,
				    SYNC_FILE_RANGE_WRITE))
			return -errno;
	return 0;
}

static const struct bench_case mkclean = {
	.name = "invalidate.mkclean",
	.summary = "writeback started on dirty pages of a mapped file",
	.axes = mkclean_axes,
	.excludes = mkclean_excludes,
	.setup = mkclean_setup,
	.run = mkclean_run,
	INVALIDATE_CASE,
};
BENCH_CASE(mkclean);
