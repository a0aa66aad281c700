// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.uffd_move: UFFDIO_MOVE, which moves pages within an mm (6.8).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "invalidate.h"

/* Newer than the headers of many distributions. */
#define FEATURE_MOVE (1ull << 16)
#define IOCTL_MOVE _IOWR(UFFDIO, 0x05, struct move)

struct move {
	uint64_t to;
	uint64_t from;
	uint64_t length;
	uint64_t mode;
	int64_t moved;
};

/* Only an empty place can be moved to, only a page that is there from. */
static int move_refill(struct bench *bench, struct invalidate *inv,
		       uint64_t operations)
{
	if (inv->own &&
	    madvise(inv->own, operations * inv->range, MADV_DONTNEED))
		return bench_fail(bench, "cannot drop the target: %s",
				  strerror(errno));
	return memory_populate(bench, &inv->memory, operations * inv->range);
}

static const struct trigger moving = {
	.refill = move_refill,
	.expect = invalidate_expect_clear_pages,
};

static int open_userfaultfd(struct bench *bench, struct invalidate *inv)
{
	struct uffdio_api api = { .api = UFFD_API, .features = FEATURE_MOVE };

	inv->fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (inv->fd < 0)
		return bench_skip(bench,
				  "userfaultfd: %s: needs "
				  "CONFIG_USERFAULTFD and root",
				  strerror(errno));
	if (ioctl(inv->fd, UFFDIO_API, &api))
		return bench_skip(bench, "UFFDIO_MOVE: not in this kernel: "
					 "needs Linux 6.8");
	return 0;
}

static int map_target(struct bench *bench, struct invalidate *inv)
{
	struct uffdio_register registration = {
		.range.len = inv->memory.length,
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	void *target = mmap(NULL, inv->memory.length, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (target == MAP_FAILED)
		return bench_fail(bench, "cannot map the target: %s",
				  strerror(errno));
	inv->own = target;
	madvise(target, inv->memory.length, MADV_NOHUGEPAGE);
	registration.range.start = (uint64_t)target;
	if (ioctl(inv->fd, UFFDIO_REGISTER, &registration))
		return bench_fail(bench, "cannot register the target: %s",
				  strerror(errno));
	return 0;
}

static int move_setup(struct bench *bench)
{
	int ret = invalidate_map(bench, &moving);
	struct invalidate *inv = bench_state(bench);

	if (!ret)
		ret = open_userfaultfd(bench, inv);
	if (!ret)
		ret = map_target(bench, inv);
	return ret ? ret : invalidate_subscribe(bench);
}

static int move_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	struct move move = {
		.to = (uint64_t)inv->own,
		.from = (uint64_t)inv->memory.start,
		.length = inv->range,
	};

	for (; operations; operations--) {
		if (ioctl(inv->fd, IOCTL_MOVE, &move))
			return -errno;
		move.to += inv->range;
		move.from += inv->range;
	}
	return 0;
}

static void move_teardown(struct bench *bench)
{
	struct invalidate *inv = bench_state(bench);

	if (inv->own)
		munmap(inv->own, inv->memory.length);
	invalidate_teardown(bench);
}

static const struct bench_case uffd_move = {
	.name = "invalidate.uffd_move",
	.summary = "UFFDIO_MOVE of populated memory",
	.axes = invalidate_axes,
	.metrics = invalidate_metrics,
	.facts = invalidate_facts,
	.excludes = invalidate_excludes_all_but_4k,
	.threads = invalidate_threads,
	.limit = invalidate_limit,
	.setup = move_setup,
	.prepare = invalidate_prepare,
	.run = move_run,
	.finish = invalidate_finish,
	.check = invalidate_check,
	.teardown = move_teardown,
};
BENCH_CASE(uffd_move);
