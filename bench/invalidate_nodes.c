// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invalidate.move_pages: migration to another NUMA node.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "invalidate.h"

#ifndef MPOL_MF_MOVE
#define MPOL_MF_MOVE 2
#endif

/* The arguments of the call, for every page of the arena. */
struct moves {
	void **pages;
	int *nodes;
	int *status;
};

static int move_to(const struct invalidate *inv, uint64_t first,
		   uint64_t operations, int node)
{
	const struct moves *moves = inv->own;
	uint64_t pages = inv->range / memory_page_size();
	uint64_t at = first * pages, count = operations * pages;

	for (uint64_t i = 0; i < count; i++)
		moves->nodes[at + i] = node;
	if (syscall(SYS_move_pages, 0, count, moves->pages + at,
		    moves->nodes + at, moves->status + at, MPOL_MF_MOVE))
		return -errno;
	return 0;
}

/* All of it on node 0, from where the operation takes it to node 1. */
static int nodes_refill(struct bench *bench, struct invalidate *inv,
			uint64_t operations)
{
	const struct moves *moves = inv->own;
	uint64_t count = operations * inv->range / memory_page_size();
	int ret = memory_populate(bench, &inv->memory, operations * inv->range);

	if (ret || !moves)
		return ret;
	ret = move_to(inv, 0, operations, 0);
	for (uint64_t i = 0; i < count && !ret; i++)
		ret = moves->status[i];
	return ret ? bench_fail(bench, "cannot move the arena to node 0: %s",
				strerror(abs(ret))) :
		     0;
}

static const struct trigger migrating = {
	.refill = nodes_refill,
	.expect = invalidate_expect_clear_pages,
};

static int nodes_prepare_arguments(struct invalidate *inv)
{
	size_t page = memory_page_size(), count = inv->memory.length / page;
	struct moves *moves = calloc(1, sizeof(*moves));

	inv->own = moves;
	if (!moves)
		return -ENOMEM;
	moves->pages = calloc(count, sizeof(*moves->pages));
	moves->nodes = calloc(count, sizeof(*moves->nodes));
	moves->status = calloc(count, sizeof(*moves->status));
	if (!moves->pages || !moves->nodes || !moves->status)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		moves->pages[i] = inv->memory.start + i * page;
	return 0;
}

static int nodes_setup(struct bench *bench)
{
	int ret;

	if (access("/sys/devices/system/node/node1", F_OK))
		return bench_skip(bench,
				  "one NUMA node: migration needs two, and "
				  "CONFIG_NUMA, as with numa=fake=2 on the "
				  "command line");
	ret = invalidate_map(bench, &migrating);
	if (!ret)
		ret = nodes_prepare_arguments(bench_state(bench));
	return ret ? ret : invalidate_subscribe(bench);
}

static int nodes_run(struct bench *bench, uint64_t operations)
{
	struct invalidate *inv = bench_state(bench);
	int ret = 0;

	for (uint64_t i = 0; i < operations && !ret; i++)
		ret = move_to(inv, i, 1, 1);
	return ret;
}

static void nodes_teardown(struct bench *bench)
{
	struct invalidate *inv = bench_state(bench);
	struct moves *moves = inv->own;

	if (moves) {
		free(moves->pages);
		free(moves->nodes);
		free(moves->status);
	}
	free(moves);
	invalidate_teardown(bench);
}

static const struct bench_case move_pages_case = {
	.name = "invalidate.move_pages",
	.summary = "move_pages() to another NUMA node",
	.axes = invalidate_axes,
	.metrics = invalidate_metrics,
	.facts = invalidate_facts,
	.yields = true, /* every CPU drains its LRU batches */
	.excludes = invalidate_excludes_all_but_4k,
	.threads = invalidate_threads,
	.limit = invalidate_limit,
	.setup = nodes_setup,
	.prepare = invalidate_prepare,
	.run = nodes_run,
	.finish = invalidate_finish,
	.check = invalidate_check,
	.teardown = nodes_teardown,
};
BENCH_CASE(move_pages_case);
