// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.ksm_merge: equal pages merged into one by ksmd.
 *
 * ksmd scans in the background, so this is the time until it has merged all
 * pages of the range, at the greatest pace it can be set to.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "invalidate.h"
#include "ours.h"

#define KSM "/sys/kernel/mm/ksm/"
#define WAIT_MS 10000
#define PAGES_MAX 200 /* one merged page may stand for 256 */

/* The thread that waits sleeps: its time has no instruction count. */
static const struct bench_metric ksm_metrics[] = {
	{ "operation", "until every page is merged", NULL,
	  BENCH_TIMED | BENCH_SLEEPS },
	{ "hold", "start to end callback, of a mm-wide notifier", NULL, 0 },
	{ 0 },
};

static long read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	long number;

	if (!file)
		return -errno;
	if (fscanf(file, "%ld", &number) != 1)
		number = -EIO;
	fclose(file);
	return number;
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static long merged(void)
{
	return read_number(KSM "pages_sharing") +
	       read_number(KSM "pages_shared");
}

/* Apart again, alike, and not yet looked at: "2" unmerges and stands still. */
static int ksm_refill(struct bench *bench, struct invalidate *inv,
		      uint64_t operations)
{
	int ret = write_text(KSM "run", "2");

	(void)operations;
	if (!ret && merged())
		return bench_fail(bench, "%ld pages stay merged", merged());
	if (!ret)
		ret = invalidate_renew(bench, inv, 1);
	memset(inv->memory.start, 0x5a, inv->range);
	if (!ret && madvise(inv->memory.start, inv->range, MADV_MERGEABLE))
		ret = -errno;
	return ret ? bench_fail(bench, "cannot make pages mergeable: %s",
				strerror(-ret)) :
		     0;
}

/* Write-protected, then replaced; the first of equal pages stays in place. */
static void expect_merge(struct invalidate *inv, uint64_t i)
{
	uint64_t at = (uint64_t)invalidate_at(inv, i);
	uint64_t size = memory_page_size();
	uint64_t end = at + inv->range, page;

	for (page = at; page < end; page += size) {
		invalidate_expect(inv, EVENT_CLEAR, page, page + size);
		if (page > at)
			invalidate_expect(inv, EVENT_CLEAR, page, page + size);
	}
}

static const struct trigger merging = {
	.refill = ksm_refill,
	.expect = expect_merge,
	.whole = true,
};

static bool ksm_excludes(const struct bench *bench)
{
	uint64_t range = bench_number(bench, "range");

	return range < 2 || range > PAGES_MAX ||
	       bench_option(bench, "subscription") == SUBSCRIPTION_DISJOINT ||
	       invalidate_excludes_all_but_4k(bench);
}

static int ksm_setup(struct bench *bench)
{
	if (bench_counts_instructions(bench))
		return bench_skip(bench, "ksmd works in the background: no "
					 "instruction count, use --clock wall");
	if (access(KSM "run", W_OK))
		return bench_skip(bench, KSM "run: %s: needs CONFIG_KSM",
				  strerror(errno));
	if (!system_is_ours())
		return bench_skip(bench, "changes how ksmd treats all of the "
					 "system: only done in a guest");
	if (write_text(KSM "sleep_millisecs", "0") ||
	    write_text(KSM "pages_to_scan", "4096"))
		return bench_fail(bench, "cannot set ksmd's pace: %s",
				  strerror(errno));
	return invalidate_setup(bench, &merging);
}

static int ksm_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	long wanted = (long)(inv->range / memory_page_size());
	const struct timespec pause = { .tv_nsec = 200000 };

	(void)operations;
	write_text(KSM "run", "1");
	for (int i = 0; i < WAIT_MS * 5; i++) {
		if (merged() >= wanted)
			return 0;
		nanosleep(&pause, NULL);
	}
	return bench_fail(bench, "ksmd merged %ld of %ld pages in %d s",
			  merged(), wanted, WAIT_MS / 1000);
}

static int ksm_finish(struct bench *bench, uint64_t operations)
{
	write_text(KSM "run", "0");
	return invalidate_finish(bench, operations);
}

static int ksm_check(struct bench *bench)
{
	struct invalidate *inv = bench_state(bench);

	if (madvise(inv->memory.start, inv->range, MADV_UNMERGEABLE))
		return bench_fail(bench, "cannot unmerge: %s", strerror(errno));
	return invalidate_renew(bench, inv, 1);
}

static const struct bench_axis ksm_axes[] = {
	INVALIDATE_AXES("64", "4k"),
	{ 0 },
};

static const struct bench_case ksm_merge = {
	.name = "invalidate.ksm_merge",
	.summary = "equal pages merged by ksmd",
	.axes = ksm_axes,
	.metrics = ksm_metrics,
	.facts = invalidate_facts,
	.yields = true,
	.excludes = ksm_excludes,
	.threads = invalidate_threads,
	.limit = invalidate_limit,
	.setup = ksm_setup,
	.prepare = invalidate_prepare,
	.run = ksm_run,
	.finish = ksm_finish,
	.check = ksm_check,
	.teardown = invalidate_teardown,
};
BENCH_CASE(ksm_merge);
