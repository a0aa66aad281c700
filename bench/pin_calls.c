// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pin.calls: how long single calls take, not what they take on the average.
 *
 * The module times every call by itself (MMG_PIN_SAMPLES). Each sample of the
 * harness gives the percentiles of its thousands of calls.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pin_common.h"
#include "verify.h"

/* In the order of enum mmg_pin_method. */
static const struct bench_choice method_choices[] = {
	[MMG_PIN_FAST] = { "fast", "{pin,get}_user_pages_fast()", 0 },
	[MMG_PIN_FAST_ONLY] = { "fast_only", "..._fast_only()", 0 },
	[MMG_PIN_LOCKED] = { "locked", "{pin,get}_user_pages()", 0 },
	[MMG_PIN_UNLOCKED] = { "unlocked", "..._unlocked()", 0 },
	[MMG_PIN_REMOTE] = { "remote", "..._remote()", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{
		.name = "method",
		.help = "which function",
		.choices = method_choices,
		.values = "fast",
	},
	PIN_AXIS_KIND,
	PIN_AXIS_ACCESS,
	PIN_AXIS_TERM,
	PIN_AXIS_BATCH("1"),
	PIN_AXIS_RANGE("4096"),
	PIN_AXIS_MEMORY,
	{ 0 },
};

static const struct bench_fact facts[] = {
	VERIFY_PINS_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	BENCH_CALLS("", "one call", 0),
	{ 0 },
};

struct calls_state {
	struct memory memory;
	struct mmg_pin request;
};

static int setup(struct bench *bench)
{
	struct calls_state *state = calloc(1, sizeof(*state));
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	ret = memory_make(bench, &state->memory, bench_option(bench, "memory"),
			  bench_number(bench, "range") * memory_page_size());
	state->request = (struct mmg_pin){
		.start = (uint64_t)state->memory.start,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = pin_batch(bench),
		.method = bench_option(bench, "method"),
		.flags = pin_flags(bench) | MMG_PIN_SAMPLES,
		.unpin = MMG_UNPIN_PLAIN,
		.clock = bench_clock(bench),
	};
	return ret;
}

/* More calls than the module keeps would be made and not looked at. */
static uint64_t limit(struct bench *bench)
{
	struct calls_state *state = bench_state(bench);
	uint32_t calls = (state->request.pages + state->request.batch - 1) /
			 state->request.batch;

	return calls < MMG_MAX_SAMPLES ? MMG_MAX_SAMPLES / calls : 1;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct calls_state *state = bench_state(bench);

	state->request.iterations = (uint32_t)operations;
	return pin_request(bench, state->memory.kind, &state->request);
}

static int finish(struct bench *bench, uint64_t operations)
{
	(void)operations;
	return bench_record_calls(bench, 0);
}

static int check(struct bench *bench)
{
	struct calls_state *state = bench_state(bench);
	int ret = memory_verify(bench, &state->memory, state->memory.length);

	return ret ? ret :
		     verify_pins(bench, &state->memory, &state->request,
				 VERIFY_REPEATS, run);
}

static void teardown(struct bench *bench)
{
	struct calls_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	free(state);
}

static const struct bench_case pin_calls = {
	.name = "pin.calls",
	.summary = "the distribution of single calls that pin",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.excludes = pin_excludes,
	.limit = limit,
	.setup = setup,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(pin_calls);
