// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pin.*: what a driver pays to hold user pages for a device, and to let go.
 *
 * The loops run in the module (kmod/pin.c), which also times them. One
 * operation is the whole range: pinned @batch pages a call, released at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum { KIND_PIN, KIND_GET };

static const struct bench_choice kind_choices[] = {
	[KIND_PIN] = { "pin", "pin_user_pages_fast() and unpin_user_pages()",
		       0 },
	[KIND_GET] = { "get", "get_user_pages_fast() and put_page()", 0 },
	{ NULL, NULL, 0 },
};

enum { ACCESS_WRITE, ACCESS_READ };

static const struct bench_choice access_choices[] = {
	[ACCESS_WRITE] = { "write", "FOLL_WRITE", 0 },
	[ACCESS_READ] = { "read", "for reading only", 0 },
	{ NULL, NULL, 0 },
};

enum { TERM_SHORT, TERM_LONG };

static const struct bench_choice term_choices[] = {
	[TERM_SHORT] = { "short", "for the time of one transfer", 0 },
	[TERM_LONG] = { "long", "FOLL_LONGTERM", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis fast_axes[] = {
	{ "kind", "a pin or a plain reference", NULL, kind_choices, 0, 0,
	  "pin" },
	{ "access", "what the pages are wanted for", NULL, access_choices, 0, 0,
	  "write" },
	{ "term", "how long they are wanted", NULL, term_choices, 0, 0,
	  "short" },
	{ "batch", "pages a call", "page", NULL, 1, 1u << 18, "1,16,512" },
	{ "range", "pages an operation pins", "page", NULL, 1, 1u << 18,
	  "512" },
	{ "memory", "what backs the range", NULL, memory_choices, 0, 0, "4k" },
	{ 0 },
};

enum { METRIC_PIN, METRIC_UNPIN };

static const struct bench_metric fast_metrics[] = {
	[METRIC_PIN] = { "pin", "one page pinned", "page", 0 },
	[METRIC_UNPIN] = { "unpin", "one page released", "page", 0 },
	{ 0 },
};

struct pin_state {
	struct memory memory;
	struct mmg_pin request;
};

static bool fast_excludes(const struct bench *bench)
{
	uint64_t range = bench_number(bench, "range");

	/* FOLL_LONGTERM needs FOLL_PIN. */
	return bench_number(bench, "batch") > range ||
	       !memory_fits(bench_option(bench, "memory"), range) ||
	       (bench_option(bench, "kind") == KIND_GET &&
		bench_option(bench, "term") == TERM_LONG);
}

static int fast_setup(struct bench *bench)
{
	struct pin_state *state = calloc(1, sizeof(*state));
	size_t length = bench_number(bench, "range") * memory_page_size();
	uint32_t flags = 0;
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	ret = memory_map(bench, &state->memory, bench_option(bench, "memory"),
			 length);
	if (!ret)
		ret = memory_populate(bench, &state->memory, length);
	if (!ret)
		ret = memory_verify(bench, &state->memory, length);

	if (bench_option(bench, "kind") == KIND_GET)
		flags |= MMG_PIN_GET;
	if (bench_option(bench, "access") == ACCESS_WRITE)
		flags |= MMG_PIN_WRITE;
	if (bench_option(bench, "term") == TERM_LONG)
		flags |= MMG_PIN_LONGTERM;
	state->request = (struct mmg_pin){
		.start = (uint64_t)state->memory.start,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = (uint32_t)bench_number(bench, "batch"),
		.method = MMG_PIN_FAST,
		.flags = flags,
		.unpin = MMG_UNPIN_PLAIN,
		.clock = bench_clock(bench),
	};
	return ret;
}

static uint64_t fast_limit(struct bench *bench)
{
	(void)bench;
	return MMG_MAX_ITERATIONS;
}

static int fast_run(struct bench *bench, uint64_t operations)
{
	struct pin_state *state = bench_state(bench);
	int ret;

	state->request.iterations = (uint32_t)operations;
	ret = bench_kernel(bench, MMG_IOC_PIN, &state->request);
	if (ret)
		return bench_fail(bench, "pinning: %s", strerror(-ret));
	return 0;
}

static int fast_finish(struct bench *bench, uint64_t operations)
{
	struct pin_state *state = bench_state(bench);
	const struct mmg_pin *done = &state->request;

	bench_record(bench, METRIC_PIN, done->pin_elapsed, done->pinned,
		     operations);
	bench_record(bench, METRIC_UNPIN, done->unpin_elapsed, done->pinned,
		     operations);
	bench_count(bench, "calls", (double)done->calls);
	bench_count(bench, "pages", (double)done->pinned);
	if (done->pinned != operations * done->pages)
		return bench_invalid(bench, "%llu of %llu pages pinned",
				     (unsigned long long)done->pinned,
				     (unsigned long long)operations *
					     done->pages);
	return 0;
}

static int fast_check(struct bench *bench)
{
	struct pin_state *state = bench_state(bench);

	return memory_verify(bench, &state->memory, state->memory.length);
}

static void fast_teardown(struct bench *bench)
{
	struct pin_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case pin_fast = {
	.name = "pin.fast",
	.summary = "pin_user_pages_fast() of populated pages, and the release",
	.axes = fast_axes,
	.metrics = fast_metrics,
	.needs = BENCH_NEEDS_MODULE,
	.excludes = fast_excludes,
	.limit = fast_limit,
	.setup = fast_setup,
	.run = fast_run,
	.finish = fast_finish,
	.check = fast_check,
	.teardown = fast_teardown,
};
BENCH_CASE(pin_fast);
