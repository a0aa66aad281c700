// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * writeback.contended: pages cleaned while another thread works on them: a
 * device that writes to pages and gives them back dirty, as its driver must, or
 * a mapping that goes away under the reverse map walk.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rivals.h"
#include "verify.h"
#include "writeback.h"

enum { AGAINST_NONE, AGAINST_UNPIN, AGAINST_UNMAP };

static const struct bench_choice against_choices[] = {
	[AGAINST_NONE] = { "none", "nobody", 0 },
	[AGAINST_UNPIN] = { "unpin", "a thread that pins and unpins dirty", 0 },
	[AGAINST_UNMAP] = { "unmap", "a thread that maps, writes and unmaps",
			    0 },
	{ NULL, NULL, 0 },
};

enum { OPERATION_SYNC, OPERATION_MKCLEAN };

static const struct bench_choice operation_choices[] = {
	[OPERATION_SYNC] = { "sync", "sync_file_range(), waiting", 0 },
	[OPERATION_MKCLEAN] = { "mkclean", "folio_mkclean() by itself", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{
		.name = "against",
		.help = "what the other thread does",
		.choices = against_choices,
		.values = "none,unpin,unmap",
	},
	{
		.name = "operation",
		.help = "what cleans the pages",
		.choices = operation_choices,
		.values = "sync,mkclean",
	},
	WRITEBACK_AXIS_MAPPERS("10"),
	WRITEBACK_AXIS_DIRTY("100"),
	WRITEBACK_AXIS_HELD("none"),
	WRITEBACK_AXIS_RANGE,
	{ 0 },
};

static const struct bench_fact facts[] = {
	{ "refaults", "faults of writing again to what was cleaned",
	  BENCH_STATISTICAL },
	RIVAL_FACTS,
	{ "turns", "of the other threads", BENCH_STATISTICAL },
	VERIFY_PINS_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "all pages cleaned", NULL,
	  BENCH_TIMED | BENCH_CONTENDS },
	{ 0 },
};

struct contended_state {
	struct rivals rivals;
	struct writeback writeback;
	unsigned int against;
	bool mkclean;
	uint32_t clock;
};

static struct mmg_pin turn_request(const struct contended_state *state)
{
	return (struct mmg_pin){
		.start = (uint64_t)state->writeback.memory.start,
		.pages = (uint32_t)state->writeback.pages,
		.batch = (uint32_t)state->writeback.pages,
		.iterations = 1,
		.flags = MMG_PIN_WRITE,
		.unpin = MMG_UNPIN_DIRTY,
		.clock = state->clock,
	};
}

static int turn_unpin(struct rival *rival, void *data)
{
	struct mmg_pin request = turn_request(data);

	return bench_device_request(rival->device, MMG_IOC_PIN, &request);
}

static int turn_unmap(struct rival *rival, void *data)
{
	const struct contended_state *state = data;
	size_t length = state->writeback.memory.length;
	char *at = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED,
			state->writeback.memory.fd, 0);

	(void)rival;
	if (at == MAP_FAILED)
		return -errno;
	for (size_t i = 0; i < length; i += memory_page_size())
		*(volatile char *)(at + i) = 1;
	return munmap(at, length) ? -errno : 0;
}

static unsigned int threads(const struct bench *bench)
{
	return bench_option(bench, "against") != AGAINST_NONE;
}

static int setup(struct bench *bench)
{
	struct contended_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	state->writeback.memory.fd = -1;
	bench_set_state(bench, state);
	state->against = bench_option(bench, "against");
	state->mkclean = bench_option(bench, "operation") == OPERATION_MKCLEAN;
	state->clock = bench_clock(bench);
	ret = writeback_make(bench, &state->writeback);
	state->rivals.data = state;
	state->rivals.turn =
		state->against == AGAINST_UNPIN ? turn_unpin : turn_unmap;
	if (!ret)
		ret = rivals_start(bench, &state->rivals,
				   state->against != AGAINST_NONE,
				   state->against == AGAINST_UNPIN);
	return ret;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);
	const struct writeback *writeback = &state->writeback;
	struct mmg_mkclean request = {
		.start = (uint64_t)writeback->memory.start,
		.pages = (uint32_t)writeback->pages,
		.clock = state->clock,
	};

	(void)operations;
	if (state->mkclean)
		return bench_kernel(bench, MMG_IOC_MKCLEAN, &request);
	return sync_file_range(writeback->memory.fd, 0, 0,
			       SYNC_FILE_RANGE_WAIT_BEFORE |
				       SYNC_FILE_RANGE_WRITE |
				       SYNC_FILE_RANGE_WAIT_AFTER) ?
		       -errno :
		       0;
}

/*
 * The other thread may have written first to the mapping it shares with us, so
 * the proof that all were cleaned is only asked for in its absence.
 */
static int finish(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);
	struct writeback *writeback = &state->writeback;

	(void)operations;
	if (state->against == AGAINST_UNPIN) {
		writeback_write(writeback);
		return rivals_count(bench, &state->rivals, 0,
				    state->rivals.count, "turns");
	}
	if (writeback_dirty(bench, writeback))
		return -EILSEQ;
	return rivals_count(bench, &state->rivals, 0, state->rivals.count,
			    "turns");
}

static int check(struct bench *bench)
{
	struct contended_state *state = bench_state(bench);
	struct mmg_pin request = turn_request(state);
	int ret = rivals_check(bench, &state->rivals);

	rivals_stop(&state->rivals);
	if (!ret)
		ret = writeback_check(bench, &state->writeback);
	if (ret || state->against != AGAINST_UNPIN)
		return ret;
	return verify_request(bench, &state->writeback.memory, &request);
}

static void teardown(struct bench *bench)
{
	struct contended_state *state = bench_state(bench);

	rivals_stop(&state->rivals);
	writeback_unmake(&state->writeback);
	free(state);
}

static const struct bench_case contended = {
	.name = "writeback.contended",
	.summary = "pages cleaned while a thread dirties or unmaps them",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.limit = bench_limit_one,
	.threads = threads,
	.setup = setup,
	.prepare = rivals_prepare,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(contended);
