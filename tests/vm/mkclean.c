// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What several processes wrote to shared memory is there after its pages were
 * cleaned in all page tables and went to swap. The pages were read first, so
 * that nothing but a page table entry knows of the write.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/swap.h"

#define PAGES 64
#define WRITERS 4 /* this process is one of them */
#define GROUP "/cgroup"

enum { CLEAN_NONE, CLEAN_MKCLEAN };

static const struct bench_choice cleans[] = {
	[CLEAN_NONE] = { "none", "nothing: the control", 0 },
	[CLEAN_MKCLEAN] = { "mkclean", "MMG_IOC_MKCLEAN", BENCH_NEEDS_MODULE },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{ "clean", "what cleans the page tables", NULL, cleans, 0, 0,
	  "none,mkclean" },
	{ 0 },
};

static const struct bench_fact facts[] = {
	{ "cleaned", "page table entries cleaned", BENCH_DIAGNOSTIC },
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "written, cleaned, swapped and read", NULL,
	  BENCH_TIMED },
	{ 0 },
};

struct shared {
	struct swap swap;
	char *pages;
	size_t length;
	int writers[WRITERS][2]; /* a byte to each says: write; then: read */
	int told[2]; /* what each answers */
};

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done = fd < 0 ? -1 : write(fd, text, strlen(text));
	int error = errno;

	if (fd >= 0)
		close(fd);
	return done < 0 ? -error : 0;
}

/* What is charged to the group can be reclaimed at will, mapped or not. */
static int enter_group(struct bench *bench)
{
	int ret;

	if (mkdir(GROUP, 0755) && errno != EEXIST)
		return bench_fail(bench, "mkdir: %s", strerror(errno));
	if (access(GROUP "/cgroup.procs", F_OK) &&
	    mount("none", GROUP, "cgroup2", 0, NULL))
		return bench_fail(bench, "cgroup2: %s", strerror(errno));
	ret = write_file(GROUP "/cgroup.subtree_control", "+memory");
	if (!ret && mkdir(GROUP "/test", 0755) && errno != EEXIST)
		ret = -errno;
	if (!ret)
		ret = write_file(GROUP "/test/cgroup.procs", "0");
	return ret ? bench_fail(bench, "cgroup: %s", strerror(-ret)) : 0;
}

static char *word(const struct shared *shared, size_t page, int writer)
{
	return shared->pages + page * memory_page_size() + writer * 64;
}

static void write_words(const struct shared *shared, int writer)
{
	for (size_t i = 0; i < PAGES; i++)
		*(volatile char *)word(shared, i, writer) = (char)(writer + 1);
}

/* Pages in which anything is missing that any of the writers wrote. */
static unsigned int lost_pages(const struct shared *shared)
{
	unsigned int lost = 0;

	for (size_t i = 0; i < PAGES; i++) {
		bool whole = true;

		for (int writer = 0; writer < WRITERS; writer++)
			whole &= *word(shared, i, writer) == writer + 1;
		lost += !whole;
	}
	return lost;
}

static _Noreturn void writer_main(const struct shared *shared, int writer)
{
	char byte, answer;

	for (size_t i = 0; i < PAGES; i++)
		(void)*(volatile char *)word(shared, i, writer);
	if (read(shared->writers[writer][0], &byte, 1) != 1)
		_exit(1);
	write_words(shared, writer);
	if (write(shared->told[1], "", 1) != 1 ||
	    read(shared->writers[writer][0], &byte, 1) != 1)
		_exit(1);
	answer = (char)lost_pages(shared);
	_exit(write(shared->told[1], &answer, 1) != 1);
}

static int setup(struct bench *bench)
{
	struct shared *shared = calloc(1, sizeof(*shared));
	int ret;

	if (!shared)
		return -ENOMEM;
	bench_set_state(bench, shared);
	shared->length = PAGES * memory_page_size();
	ret = swap_on(bench, &shared->swap);
	if (!ret)
		ret = enter_group(bench);
	if (!ret && pipe2(shared->told, O_CLOEXEC))
		ret = -errno;
	return ret;
}

static int start_writer(struct shared *shared, int writer)
{
	pid_t pid;

	if (pipe2(shared->writers[writer], O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		writer_main(shared, writer);
	return pid < 0 ? -errno : 0;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct shared *shared = bench_state(bench);
	int ret = 0;

	(void)operations;
	shared->pages = mmap(NULL, shared->length, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared->pages == MAP_FAILED)
		return bench_fail(bench, "mmap: %s", strerror(errno));
	for (int i = 1; i < WRITERS && !ret; i++)
		ret = start_writer(shared, i);
	for (size_t i = 0; i < PAGES; i++)
		ret |= *word(shared, i, 0);
	return ret ? bench_fail(bench, "cannot start writers") : 0;
}

/* A byte to each writer, one from each: their sum, or a negative errno. */
static int ask_writers(const struct shared *shared)
{
	int sum = 0;

	for (int i = 1; i < WRITERS; i++) {
		unsigned char answer;

		if (write(shared->writers[i][1], "", 1) != 1 ||
		    read(shared->told[0], &answer, 1) != 1)
			return -EIO;
		sum += answer;
	}
	return sum;
}

static int reclaim(struct bench *bench, const struct shared *shared)
{
	unsigned char resident[PAGES];

	for (int tries = 0; tries < 16; tries++) {
		int left = 0;

		write_file(GROUP "/test/memory.reclaim", "64M");
		if (mincore(shared->pages, shared->length, resident))
			return bench_fail(bench, "mincore: %s",
					  strerror(errno));
		for (size_t i = 0; i < PAGES; i++)
			left += resident[i] & 1;
		if (!left)
			return 0;
	}
	return bench_fail(bench, "not all pages could be reclaimed");
}

static int run(struct bench *bench, uint64_t operations)
{
	struct shared *shared = bench_state(bench);
	struct mmg_mkclean request = {
		.start = (uint64_t)shared->pages,
		.pages = PAGES,
		.clock = bench_clock(bench),
	};
	int ret = ask_writers(shared), lost;

	(void)operations;
	write_words(shared, 0);
	if (!ret && bench_option(bench, "clean") == CLEAN_MKCLEAN)
		ret = bench_kernel(bench, MMG_IOC_MKCLEAN, &request);
	if (ret)
		return bench_fail(bench, "cleaning: %s", strerror(-ret));
	bench_count(bench, "cleaned", (double)request.cleaned);
	ret = reclaim(bench, shared);
	if (ret)
		return ret;
	lost = (int)lost_pages(shared);
	ret = ask_writers(shared);
	if (lost || ret)
		return bench_invalid(bench,
				     "%d of %d pages lost here, %d elsewhere",
				     lost, PAGES, ret);
	return 0;
}

static void end_writers(struct shared *shared)
{
	for (int i = 1; i < WRITERS; i++) {
		if (!shared->writers[i][1])
			continue;
		close(shared->writers[i][0]);
		close(shared->writers[i][1]);
		shared->writers[i][1] = 0;
	}
	while (wait(NULL) > 0)
		;
	if (shared->pages)
		munmap(shared->pages, shared->length);
	shared->pages = NULL;
}

static int finish(struct bench *bench, uint64_t operations)
{
	(void)operations;
	end_writers(bench_state(bench));
	return 0;
}

static void teardown(struct bench *bench)
{
	struct shared *shared = bench_state(bench);

	end_writers(shared);
	write_file(GROUP "/cgroup.procs", "0");
	swap_off(&shared->swap);
	free(shared);
}

static const struct bench_case mkclean_case = {
	.name = "test.mkclean",
	.summary = "cleaned pages of shared memory keep what was written",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.yields = true,
	.limit = bench_limit_one,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.teardown = teardown,
};
BENCH_CASE(mkclean_case);
