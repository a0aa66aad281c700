// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pins and fork(): a pinned page must not be shared copy-on-write, or device
 * and owner would part ways. So fork copies pinned pages at once
 * (copy_present_page()), and a pin for reading unshares what a fork has shared
 * (FAULT_FLAG_UNSHARE); a plain reference does neither.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pin_common.h"
#include "verify.h"

struct cow_state {
	struct memory memory;
	struct mmg_pin request;
	pid_t child; /* that shares the pages, 0: none */
	long faults; /* minor ones before the sample */
};

static long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static int setup(struct bench *bench, enum memory_kind kind)
{
	struct cow_state *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	return memory_make(bench, &state->memory, kind,
			   bench_number(bench, "range") * memory_page_size());
}

static void teardown(struct bench *bench)
{
	struct cow_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	free(state);
}

/* --- pin.fork_held --- */

enum { HELD_NONE, HELD_REFERENCES, HELD_PINS };

static const struct bench_choice held_choices[] = {
	[HELD_NONE] = { "none", "nobody holds the pages", 0 },
	[HELD_REFERENCES] = { "get", "a reference to every page is held", 0 },
	[HELD_PINS] = { "pin", "every page is pinned", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis held_axes[] = {
	{
		.name = "held",
		.help = "what is held while the process forks",
		.choices = held_choices,
		.values = "none,get,pin",
	},
	PIN_AXIS_RANGE("512"),
	PIN_AXIS_MEMORY,
	{ 0 },
};

static const struct bench_fact facts[] = {
	{ "cow_faults", "minor faults of the writes", BENCH_EXACT },
	{ "unshare_faults", "faults of the pins", BENCH_EXACT },
	VERIFY_PINS_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric held_metrics[] = {
	{ "operation", "fork(), and the child's exit and burial", NULL,
	  BENCH_TIMED },
	{ 0 },
};

static bool held_excludes(const struct bench *bench)
{
	enum memory_kind kind = bench_option(bench, "memory");

	/* Only private memory is copied on write. */
	return kind == MEMORY_SHMEM || kind == MEMORY_FILE ||
	       !memory_fits(kind, bench_number(bench, "range"));
}

static int held_setup(struct bench *bench)
{
	int ret = setup(bench, bench_option(bench, "memory"));
	struct cow_state *state = bench_state(bench);

	/* fork() takes as many reserved pages again to copy pinned ones. */
	if (!ret)
		ret = memory_system_prepare(bench, &state->memory);
	state->request = (struct mmg_pin){
		.start = (uint64_t)state->memory.start,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = (uint32_t)bench_number(bench, "range"),
		.iterations = 1,
		.flags = MMG_PIN_WRITE | MMG_PIN_HOLD,
		.clock = bench_clock(bench),
	};
	if (bench_option(bench, "held") == HELD_REFERENCES)
		state->request.flags |= MMG_PIN_GET;
	return ret;
}

/* New pages every time: fork splits huge pages that are held. */
static int held_prepare(struct bench *bench, uint64_t operations)
{
	struct cow_state *state = bench_state(bench);
	int ret = memory_renew(bench, &state->memory);

	(void)operations;
	if (!ret && bench_option(bench, "held") != HELD_NONE)
		ret = pin_request(bench, state->memory.kind, &state->request);
	return ret;
}

static int held_run(struct bench *bench, uint64_t operations)
{
	pid_t child = fork();

	(void)operations;
	if (!child)
		_exit(0);
	if (child < 0 || waitpid(child, NULL, 0) != child)
		return bench_fail(bench, "fork: %s", strerror(errno));
	return 0;
}

static int unpin(struct bench *bench)
{
	struct mmg_unpin request = { .clock = bench_clock(bench) };
	int ret = bench_kernel(bench, MMG_IOC_UNPIN, &request);

	return ret ? bench_fail(bench, "cannot unpin: %s", strerror(-ret)) : 0;
}

/*
 * What fork copied at once needs no fault to be written; what it shared needs
 * one a page, or one a huge page.
 */
static int held_finish(struct bench *bench, uint64_t operations)
{
	struct cow_state *state = bench_state(bench);
	long before = minor_faults();

	(void)operations;
	for (size_t at = 0; at < state->memory.length; at += memory_page_size())
		*(volatile char *)(state->memory.start + at) = 1;
	bench_count(bench, "cow_faults", (double)(minor_faults() - before));
	return unpin(bench);
}

/* The operation without the writes, which would change the pages. */
static int held_again(struct bench *bench, uint64_t operations)
{
	struct cow_state *state = bench_state(bench);
	int ret = pin_request(bench, state->memory.kind, &state->request);

	if (!ret)
		ret = held_run(bench, operations);
	return ret ? ret : unpin(bench);
}

static int held_check(struct bench *bench)
{
	struct cow_state *state = bench_state(bench);
	unsigned int held = bench_option(bench, "held");
	bool pinned = held == HELD_PINS;
	double faults = bench_counted(bench, "cow_faults");
	int ret;

	if (pinned != (faults < 1))
		return bench_invalid(bench,
				     "%.0f faults after a fork of pages that "
				     "are %spinned",
				     faults, pinned ? "" : "not ");
	if (held == HELD_NONE)
		return 0;
	/* The first splits huge pages, which have more references then. */
	ret = held_again(bench, 1);
	return ret ? ret :
		     verify_pins(bench, &state->memory, &state->request, 1,
				 held_again);
}

static const struct bench_case fork_held = {
	.name = "pin.fork_held",
	.summary = "fork() of a process whose pages a device holds",
	.axes = held_axes,
	.metrics = held_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.excludes = held_excludes,
	/* Every fork write-protects what the next needs writable. */
	.limit = bench_limit_one,
	.setup = held_setup,
	.prepare = held_prepare,
	.run = held_run,
	.finish = held_finish,
	.check = held_check,
	.teardown = teardown,
};
BENCH_CASE(fork_held);

/* --- pin.unshare --- */

static const struct bench_axis unshare_axes[] = {
	PIN_AXIS_KIND,	       PIN_AXIS_TERM, PIN_AXIS_BATCH("1,512"),
	PIN_AXIS_RANGE("512"), { 0 },
};

enum { METRIC_PIN, METRIC_UNPIN };

static const struct bench_metric unshare_metrics[] = {
	[METRIC_PIN] = { "pin", "one shared page pinned for reading", "page",
			 0 },
	[METRIC_UNPIN] = { "unpin", "one page released", "page", 0 },
	{ 0 },
};

static bool unshare_excludes(const struct bench *bench)
{
	bool lasting = bench_option(bench, "term") == PIN_TERM_LONG;

	return !pin_batch_fits(bench, lasting) ||
	       (bench_option(bench, "kind") == PIN_KIND_GET && lasting);
}

static int unshare_setup(struct bench *bench)
{
	int ret = setup(bench, MEMORY_4K);
	struct cow_state *state = bench_state(bench);

	state->request = (struct mmg_pin){
		.start = (uint64_t)state->memory.start,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = pin_batch(bench),
		.iterations = 1,
		.clock = bench_clock(bench),
	};
	if (bench_option(bench, "kind") == PIN_KIND_GET)
		state->request.flags |= MMG_PIN_GET;
	if (bench_option(bench, "term") == PIN_TERM_LONG)
		state->request.flags |= MMG_PIN_LONGTERM;
	return ret;
}

/* With a child that only waits. */
static int unshare_fork(struct bench *bench)
{
	struct cow_state *state = bench_state(bench);

	state->child = fork();
	if (!state->child)
		for (;;)
			pause();
	if (state->child < 0)
		return bench_fail(bench, "fork: %s", strerror(errno));
	return 0;
}

static int unshare_bury(struct bench *bench)
{
	struct cow_state *state = bench_state(bench);

	kill(state->child, SIGKILL);
	if (waitpid(state->child, NULL, 0) != state->child)
		return bench_fail(bench, "waitpid: %s", strerror(errno));
	return 0;
}

/* All the parent's again, then shared. */
static int unshare_prepare(struct bench *bench, uint64_t operations)
{
	struct cow_state *state = bench_state(bench);
	int ret = memory_populate(bench, &state->memory, state->memory.length);

	(void)operations;
	if (!ret)
		ret = unshare_fork(bench);
	state->faults = minor_faults();
	return ret;
}

static int unshare_run(struct bench *bench, uint64_t operations)
{
	struct cow_state *state = bench_state(bench);

	(void)operations;
	return pin_request(bench, MEMORY_4K, &state->request);
}

static int unshare_finish(struct bench *bench, uint64_t operations)
{
	struct cow_state *state = bench_state(bench);
	const struct mmg_pin *done = &state->request;
	bool pin = !(done->flags & MMG_PIN_GET);
	long faults = minor_faults() - state->faults;
	int ret = unshare_bury(bench);

	(void)operations;
	if (ret)
		return ret;
	bench_record(bench, METRIC_PIN, done->pin_elapsed, done->pinned, 1);
	bench_record(bench, METRIC_UNPIN, done->unpin_elapsed, done->pinned, 1);
	bench_count(bench, "unshare_faults", (double)faults);
	/* A handful may be the process's own. */
	if (pin != (faults >= (long)done->pages))
		return bench_invalid(bench,
				     "%ld faults while %u shared pages were "
				     "%s: unsharing needs 5.19",
				     faults, done->pages,
				     pin ? "pinned" : "only referenced");
	return 0;
}

static int unshare_again(struct bench *bench, uint64_t operations)
{
	int ret = unshare_fork(bench), buried;

	if (ret)
		return ret;
	ret = unshare_run(bench, operations);
	buried = unshare_bury(bench);
	return ret ? ret : buried;
}

static int unshare_check(struct bench *bench)
{
	struct cow_state *state = bench_state(bench);
	/* What was left on pages that are replaced would hide what is now. */
	int ret = memory_renew(bench, &state->memory);

	return ret ? ret :
		     verify_pins(bench, &state->memory, &state->request, 1,
				 unshare_again);
}

static const struct bench_case unshare = {
	.name = "pin.unshare",
	.summary =
		"a pin for reading of pages shared by a fork: each is copied",
	.axes = unshare_axes,
	.metrics = unshare_metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.excludes = unshare_excludes,
	/* Every fork write-protects what the next needs writable. */
	.limit = bench_limit_one,
	.setup = unshare_setup,
	.prepare = unshare_prepare,
	.run = unshare_run,
	.finish = unshare_finish,
	.check = unshare_check,
	.teardown = teardown,
};
BENCH_CASE(unshare);
