// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pin.migrate: a long-term pin of pages in ZONE_MOVABLE, which must be moved
 * out of it first (check_and_migrate_movable_pages()).
 *
 * A guest of ours makes itself such a zone by taking a block of its memory off
 * and on again; elsewhere there must be one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "pin_common.h"
#include "ours.h"
#include "verify.h"

#define MEMORY_BLOCKS "/sys/devices/system/memory/"
#define MAX_BLOCKS 64

static const struct bench_axis axes[] = {
	{
		.name = "term",
		.help = "how long they are wanted",
		.choices = pin_term_choices,
		.values = "short,long",
	},
	PIN_AXIS_BATCH("512"),
	PIN_AXIS_RANGE("512"),
	{ 0 },
};

enum { METRIC_PIN, METRIC_UNPIN };

static const struct bench_fact facts[] = {
	{ "movable_block", "the memory block of movable pages",
	  BENCH_DIAGNOSTIC },
	{ "migrated", "pages moved to be pinned", BENCH_EXACT },
	VERIFY_PINS_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	[METRIC_PIN] = { "pin", "one page moved and pinned", "page", 0 },
	[METRIC_UNPIN] = { "unpin", "one page released", "page", 0 },
	{ 0 },
};

struct movable_state {
	struct memory memory;
	struct mmg_pin request;
	int block; /* that was made movable, -1: none */
	unsigned long migrated; /* before the sample */
};

static bool excludes(const struct bench *bench)
{
	return !pin_batch_fits(bench, true);
}

static unsigned long count_of(const char *path, const char *format)
{
	FILE *file = fopen(path, "re");
	unsigned long value = 0, sum = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, format, &value) == 1)
			sum += value;
	if (file)
		fclose(file);
	return sum;
}

/* Pages of all zones "Movable", managed by the allocator. */
static unsigned long movable_pages(void)
{
	FILE *file = fopen("/proc/zoneinfo", "re");
	unsigned long value, sum = 0;
	char line[256], zone[32] = "";
	int node;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Node %d, zone %31s", &node, zone) != 2 &&
		    !strcmp(zone, "Movable") &&
		    sscanf(line, " managed %lu", &value) == 1)
			sum += value;
	if (file)
		fclose(file);
	return sum;
}

static int set_block(int block, const char *state)
{
	char path[96];
	int fd, ret;

	snprintf(path, sizeof(path), MEMORY_BLOCKS "memory%d/state", block);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, state, strlen(state)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static void nothing(int signal)
{
	(void)signal;
}

/*
 * The kernel tries for ever to move what will not move; a signal ends that.
 * A block that is nearly free takes some ten milliseconds.
 */
static int take_off(int block)
{
	static const struct itimerval patience = {
		.it_value = { .tv_usec = 100000 },
	};
	static const struct itimerval stopped;
	struct sigaction act = { .sa_handler = nothing }, old;
	int ret;

	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &patience, NULL);
	ret = set_block(block, "offline");
	setitimer(ITIMER_REAL, &stopped, NULL);
	sigaction(SIGALRM, &old, NULL);
	return ret;
}

/* Memory is taken from the node of the CPU, the first, as long as it has any.
 */
static bool is_far(int block)
{
	char path[96];

	snprintf(path, sizeof(path), MEMORY_BLOCKS "memory%d/node0", block);
	return access("/sys/devices/system/node/node1", F_OK) == 0 &&
	       access(path, F_OK) != 0;
}

/* The highest block that lets itself be emptied. */
static int make_movable(struct bench *bench, struct movable_state *state)
{
	for (int block = MAX_BLOCKS; block >= 0; block--) {
		if (is_far(block) || take_off(block))
			continue;
		if (!set_block(block, "online_movable")) {
			state->block = block;
			bench_fact(bench, "movable_block", block);
			return 0;
		}
		set_block(block, "online");
	}
	return bench_skip(bench, "no ZONE_MOVABLE, and no block of memory that "
				 "could become one (" MEMORY_BLOCKS ")");
}

static int setup(struct bench *bench)
{
	struct movable_state *state = calloc(1, sizeof(*state));
	int ret = 0;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	state->block = -1;
	bench_set_state(bench, state);
	if (!movable_pages()) {
		if (!system_is_ours())
			return bench_skip(bench, "no ZONE_MOVABLE: boot with "
						 "movablecore=SIZE");
		ret = make_movable(bench, state);
	}
	if (!ret)
		ret = memory_make(bench, &state->memory, MEMORY_4K,
				  bench_number(bench, "range") *
					  memory_page_size());
	state->request = (struct mmg_pin){
		.start = (uint64_t)state->memory.start,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = pin_batch(bench),
		.iterations = 1,
		.flags = MMG_PIN_WRITE,
		.clock = bench_clock(bench),
	};
	if (bench_option(bench, "term") == PIN_TERM_LONG)
		state->request.flags |= MMG_PIN_LONGTERM;
	return ret;
}

static unsigned long migrated(void)
{
	return count_of("/proc/vmstat", "pgmigrate_success %lu");
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct movable_state *state = bench_state(bench);
	int ret = memory_renew(bench, &state->memory);

	(void)operations;
	state->migrated = migrated();
	return ret;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct movable_state *state = bench_state(bench);

	(void)operations;
	return pin_request(bench, MEMORY_4K, &state->request);
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct movable_state *state = bench_state(bench);
	const struct mmg_pin *done = &state->request;
	bool lasting = done->flags & MMG_PIN_LONGTERM;
	unsigned long moved = migrated() - state->migrated;

	(void)operations;
	bench_record(bench, METRIC_PIN, done->pin_elapsed, done->pinned, 1);
	bench_record(bench, METRIC_UNPIN, done->unpin_elapsed, done->pinned, 1);
	bench_count(bench, "migrated", (double)moved);
	if (lasting ? moved < done->pages : moved > 0)
		return bench_invalid(
			bench, "%lu of %u pages were moved for a %s pin", moved,
			done->pages, lasting ? "long-term" : "short");
	return 0;
}

/* Of pages that are still to be moved: once. */
static int check(struct bench *bench)
{
	struct movable_state *state = bench_state(bench);
	int ret = memory_renew(bench, &state->memory);

	return ret ? ret :
		     verify_pins(bench, &state->memory, &state->request, 1,
				 run);
}

static void teardown(struct bench *bench)
{
	struct movable_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	if (state->block >= 0 && (set_block(state->block, "offline") ||
				  set_block(state->block, "online")))
		fprintf(stderr, "mmgauge: memory block %d stays movable\n",
			state->block);
	free(state);
}

static const struct bench_case migrate = {
	.name = "pin.migrate",
	.summary = "a long-term pin of pages in ZONE_MOVABLE: each is moved",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true, /* every CPU drains its LRU batches */
	.excludes = excludes,
	/* What has moved is no longer movable. */
	.limit = bench_limit_one,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(migrate);
