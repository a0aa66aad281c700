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

#include "pin_common.h"
#include "verify.h"

enum { FAULT_ALLOWED, FAULT_NONE };

static const struct bench_choice fault_choices[] = {
	[FAULT_ALLOWED] = { "allowed", "as most callers have it", 0 },
	[FAULT_NONE] = { "none", "FOLL_NOFAULT", 0 },
	{ NULL, NULL, 0 },
};

/* In the order of enum mmg_unpin_kind. */
static const struct bench_choice release_choices[] = {
	[MMG_UNPIN_PLAIN] = { "plain", "unpin_user_pages() or put_page()", 0 },
	[MMG_UNPIN_DIRTY] = { "dirty",
			      "unpin_user_pages_dirty_lock(make_dirty)", 0 },
	[MMG_UNPIN_CLEAN] = { "clean", "unpin_user_pages_dirty_lock(false)",
			      0 },
	[MMG_UNPIN_RANGE] = { "range", "unpin_user_page_range_dirty_lock()",
			      0 },
	[MMG_UNPIN_FOLIO] = { "folio", "unpin_user_folio(), once a folio", 0 },
	{ NULL, NULL, 0 },
};

enum { LRU_AS_IS, LRU_DRAINED };

static const struct bench_choice lru_choices[] = {
	[LRU_AS_IS] = { "as-is", "the last pages are in this CPU's batch", 0 },
	[LRU_DRAINED] = { "drained", "all pages are on the LRU lists", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	PIN_AXIS_KIND,
	PIN_AXIS_ACCESS,
	PIN_AXIS_TERM,
	{
		.name = "fault",
		.help = "whether the call may fault pages in",
		.choices = fault_choices,
		.values = "allowed",
	},
	{
		.name = "release",
		.help = "how the pages are given back",
		.choices = release_choices,
		.values = "plain",
	},
	{
		.name = "lru",
		.help = "where the kernel keeps the pages",
		.choices = lru_choices,
		.values = "as-is",
	},
	PIN_AXIS_BATCH("1,16,123,512"),
	PIN_AXIS_RANGE("512"),
	PIN_AXIS_MEMORY,
	{ 0 },
};

enum { METRIC_PIN, METRIC_UNPIN };

static const struct bench_fact facts[] = {
	{ "calls", "calls that pinned", BENCH_EXACT },
	{ "pages", "pinned", BENCH_EXACT },
	{ "fast_share", "share of the pages that the fast path alone can pin",
	  BENCH_EXACT },
	VERIFY_PINS_FACTS,
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	[METRIC_PIN] = { "pin", "one page pinned", "page", 0 },
	[METRIC_UNPIN] = { "unpin", "one page released", "page", 0 },
	{ 0 },
};

struct pin_state {
	struct memory memory;
	struct mmg_pin request;
};

static bool excludes(const struct bench *bench)
{
	unsigned int release = bench_option(bench, "release");
	bool read = bench_option(bench, "access") == PIN_ACCESS_READ;
	bool get = bench_option(bench, "kind") == PIN_KIND_GET;
	size_t folio = memory_folio_pages(bench_option(bench, "memory"));

	/* As kmod/pin.c refuses them; only one folio is sure to be in a row. */
	return pin_excludes(bench) || (get && release != MMG_UNPIN_PLAIN) ||
	       (read &&
		(release == MMG_UNPIN_DIRTY || release == MMG_UNPIN_RANGE)) ||
	       (release == MMG_UNPIN_RANGE &&
		bench_number(bench, "range") > folio);
}

static int setup(struct bench *bench, enum mmg_pin_method method)
{
	struct pin_state *state = calloc(1, sizeof(*state));
	size_t length = bench_number(bench, "range") * memory_page_size();
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	ret = memory_make(bench, &state->memory, bench_option(bench, "memory"),
			  length);
	if (!ret && bench_option(bench, "lru") == LRU_DRAINED)
		ret = memory_drain(bench);
	state->request = (struct mmg_pin){
		.start = (uint64_t)state->memory.start,
		.pages = (uint32_t)bench_number(bench, "range"),
		.batch = pin_batch(bench),
		.method = method,
		.flags = pin_flags(bench),
		.unpin = bench_option(bench, "release"),
		.clock = bench_clock(bench),
	};
	if (bench_option(bench, "fault") == FAULT_NONE)
		state->request.flags |= MMG_PIN_NOFAULT;
	return ret;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct pin_state *state = bench_state(bench);

	state->request.iterations = (uint32_t)operations;
	state->request.flags &= ~(uint32_t)MMG_PIN_SAMPLES;
	if (bench_times_calls(bench))
		state->request.flags |= MMG_PIN_SAMPLES;
	return pin_request(bench, state->memory.kind, &state->request);
}

static int finish(struct bench *bench, uint64_t operations)
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

static int check(struct bench *bench)
{
	struct pin_state *state = bench_state(bench);
	int ret = memory_verify(bench, &state->memory, state->memory.length);

	if (!ret)
		ret = verify_pins(bench, &state->memory, &state->request,
				  VERIFY_REPEATS, run);
	return ret ? ret : pin_fast_share(bench, &state->request);
}

static void teardown(struct bench *bench)
{
	struct pin_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	free(state);
}

/* A case for every method: they differ in nothing else. */
#define PIN_CASE(id, what, request_method)                              \
	static int setup_##id(struct bench *bench)                      \
	{                                                               \
		return setup(bench, request_method);                    \
	}                                                               \
	static const struct bench_case pin_##id = {                     \
		.name = "pin." #id,                                     \
		.summary = what " of populated pages, and the release", \
		.axes = axes,                                           \
		.metrics = metrics,                                     \
		.facts = facts,                                         \
		.needs = BENCH_NEEDS_MODULE,                            \
		.times_calls = true,                                    \
		.excludes = excludes,                                   \
		.limit = bench_limit_module,                            \
		.setup = setup_##id,                                    \
		.run = run,                                             \
		.finish = finish,                                       \
		.check = check,                                         \
		.teardown = teardown,                                   \
	};                                                              \
	BENCH_CASE(pin_##id)

PIN_CASE(fast, "pin_user_pages_fast()", MMG_PIN_FAST);
PIN_CASE(fast_only, "pin_user_pages_fast_only()", MMG_PIN_FAST_ONLY);
PIN_CASE(locked, "pin_user_pages()", MMG_PIN_LOCKED);
PIN_CASE(unlocked, "pin_user_pages_unlocked()", MMG_PIN_UNLOCKED);
PIN_CASE(remote, "pin_user_pages_remote()", MMG_PIN_REMOTE);
