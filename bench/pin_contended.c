// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pin.contended: pins while other threads of the process work against them.
 *
 * fork() moves the count that the fast path checks (mm->write_protect_seq) and
 * holds the mmap_lock that the slow path wants; mmap() and munmap() take it for
 * writing; other pins fight for the same reference counts, or do not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pin_common.h"
#include "rivals.h"
#include "verify.h"

enum {
	AGAINST_NONE,
	AGAINST_FORK,
	AGAINST_MMAP,
	AGAINST_SAME,
	AGAINST_DISJOINT,
};

static const struct bench_choice against_choices[] = {
	[AGAINST_NONE] = { "none", "nobody", 0 },
	[AGAINST_FORK] = { "fork", "threads that fork and bury the child", 0 },
	[AGAINST_MMAP] = { "mmap", "threads that map and unmap a page", 0 },
	[AGAINST_SAME] = { "same", "threads that pin the same pages", 0 },
	[AGAINST_DISJOINT] = { "disjoint",
			       "threads that pin pages of their own", 0 },
	{ NULL, NULL, 0 },
};

/* In the order of enum mmg_pin_method. */
static const struct bench_choice method_choices[] = {
	[MMG_PIN_FAST] = { "fast", "pin_user_pages_fast()", 0 },
	[MMG_PIN_FAST_ONLY] = { "fast_only", "pin_user_pages_fast_only()", 0 },
	[MMG_PIN_LOCKED] = { "locked", "pin_user_pages()", 0 },
	[MMG_PIN_UNLOCKED] = { "unlocked", "pin_user_pages_unlocked()", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{
		.name = "against",
		.help = "what the other threads do",
		.choices = against_choices,
		.values = "none,fork,mmap,same,disjoint",
	},
	{
		.name = "threads",
		.help = "how many; 0 goes with none",
		.unit = "",
		.max = RIVALS_MAX,
		.values = "0,1",
	},
	{
		.name = "method",
		.help = "which function",
		.choices = method_choices,
		.values = "fast,unlocked",
	},
	PIN_AXIS_BATCH("16"),
	PIN_AXIS_RANGE("512"),
	PIN_AXIS_MEMORY,
	{ 0 },
};

enum { METRIC_PIN, METRIC_UNPIN };

static const struct bench_fact facts[] = {
	{ "pages", "pinned by the measured thread", BENCH_STATISTICAL },
	RIVAL_FACTS,
	{ "turns", "of the other threads", BENCH_STATISTICAL },
	VERIFY_PINS_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	[METRIC_PIN] = { "pin", "one page pinned", "page", BENCH_CONTENDS },
	[METRIC_UNPIN] = { "unpin", "one page released", "page",
			   BENCH_CONTENDS },
	{ 0 },
};

struct contended_state {
	struct rivals rivals;
	struct memory memory; /* a range for every thread, ours first */
	struct mmg_pin request; /* what all ask for */
	struct mmg_pin done;
};

static bool excludes(const struct bench *bench)
{
	bool none = bench_option(bench, "against") == AGAINST_NONE;
	uint64_t pinners = bench_number(bench, "threads") + 1;

	return pinners * bench_number(bench, "range") > MMG_MAX_MM_PAGES ||
	       none != !bench_number(bench, "threads") ||
	       bench_number(bench, "batch") > bench_number(bench, "range") ||
	       !memory_fits(bench_option(bench, "memory"),
			    bench_number(bench, "range"));
}

static int turn_fork(struct rival *rival, void *data)
{
	pid_t child = fork();

	(void)rival;
	(void)data;
	if (!child)
		_exit(0);
	return child < 0 || waitpid(child, NULL, 0) != child ? -errno : 0;
}

static int turn_mmap(struct rival *rival, void *data)
{
	size_t page = memory_page_size();
	void *at = mmap(NULL, page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)rival;
	(void)data;
	return at == MAP_FAILED || munmap(at, page) ? -errno : 0;
}

static int turn_pin(struct rival *rival, uint64_t start,
		    const struct mmg_pin *like)
{
	struct mmg_pin request = *like;

	request.start = start;
	request.iterations = 1;
	return bench_device_request(rival->device, MMG_IOC_PIN, &request);
}

static int turn_same(struct rival *rival, void *data)
{
	const struct contended_state *state = data;

	return turn_pin(rival, (uint64_t)state->memory.start, &state->request);
}

static int turn_disjoint(struct rival *rival, void *data)
{
	const struct contended_state *state = data;
	size_t length = state->request.pages * memory_page_size();

	return turn_pin(rival,
			(uint64_t)state->memory.start +
				(rival->number + 1) * length,
			&state->request);
}

static unsigned int threads(const struct bench *bench)
{
	return (unsigned int)bench_number(bench, "threads");
}

static int setup(struct bench *bench)
{
	static int (*const turns[])(struct rival *, void *) = {
		[AGAINST_NONE] = NULL,
		[AGAINST_FORK] = turn_fork,
		[AGAINST_MMAP] = turn_mmap,
		[AGAINST_SAME] = turn_same,
		[AGAINST_DISJOINT] = turn_disjoint,
	};
	struct contended_state *state = calloc(1, sizeof(*state));
	unsigned int against = bench_option(bench, "against");
	unsigned int threads = (unsigned int)bench_number(bench, "threads");
	uint64_t range = bench_number(bench, "range");
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	ret = memory_make(bench, &state->memory, bench_option(bench, "memory"),
			  range * (threads + 1) * memory_page_size());
	/* A fork shares what is not pinned: pins must be for writing. */
	state->request = (struct mmg_pin){
		.start = (uint64_t)state->memory.start,
		.pages = (uint32_t)range,
		.batch = pin_batch(bench),
		.method = bench_option(bench, "method"),
		.flags = MMG_PIN_WRITE,
		.clock = bench_clock(bench),
	};
	state->rivals.turn = turns[against];
	state->rivals.data = state;
	if (!ret)
		ret = rivals_start(bench, &state->rivals, threads,
				   against >= AGAINST_SAME);
	return ret;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);

	(void)operations;
	/* The threads read state->request. */
	state->done = state->request;
	state->done.iterations = state->rivals.rounds;
	return pin_request(bench, state->memory.kind, &state->done);
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);
	const struct mmg_pin *done = &state->done;

	(void)operations;
	bench_record(bench, METRIC_PIN, done->pin_elapsed, done->pinned,
		     done->iterations);
	bench_record(bench, METRIC_UNPIN, done->unpin_elapsed, done->pinned,
		     done->iterations);
	bench_count(bench, "pages", (double)done->pinned);
	return rivals_count(bench, &state->rivals, 0, state->rivals.count,
			    "turns");
}

static int again(struct bench *bench, uint64_t operations)
{
	struct contended_state *state = bench_state(bench);

	state->request.iterations = (uint32_t)operations;
	return pin_request(bench, state->memory.kind, &state->request);
}

/* With nobody else there any more: what was kept was kept before, too. */
static int check(struct bench *bench)
{
	struct contended_state *state = bench_state(bench);
	int ret = rivals_check(bench, &state->rivals);

	rivals_stop(&state->rivals);
	return ret ? ret :
		     verify_pins(bench, &state->memory, &state->request,
				 VERIFY_REPEATS, again);
}

static void teardown(struct bench *bench)
{
	struct contended_state *state = bench_state(bench);

	rivals_stop(&state->rivals);
	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case contended = {
	.name = "pin.contended",
	.summary = "pins while other threads fork, map memory or pin, too",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.excludes = excludes,
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
