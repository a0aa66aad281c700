// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pin.gup_test: the kernel's own benchmark (mm/gup_test.c) on the same memory
 * as pin.fast, timed by the kernel: the yardstick that pin.fast is held
 * against (docs/validation.md). It tells whole microseconds, so its range
 * should be large.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pin_common.h"

/* The interface of CONFIG_GUP_TEST: its numbers predate ours. */
struct gup_test_request {
	uint64_t get_delta_usec;
	uint64_t put_delta_usec;
	uint64_t address;
	uint64_t size;
	uint32_t pages_per_call;
	uint32_t gup_flags;
	uint32_t test_flags;
	uint32_t which_pages[8];
};

#define GUP_FAST_BENCHMARK _IOWR('g', 1, struct gup_test_request)
#define PIN_FAST_BENCHMARK _IOWR('g', 2, struct gup_test_request)
#define PIN_LONGTERM_BENCHMARK _IOWR('g', 3, struct gup_test_request)
#define GUP_BASIC_TEST _IOWR('g', 4, struct gup_test_request)
#define PIN_BASIC_TEST _IOWR('g', 5, struct gup_test_request)

#define GUP_FLAG_WRITE 0x1u /* FOLL_WRITE, the one that never moved */

static const struct bench_choice command_choices[] = {
	{ "pin_fast", "PIN_FAST_BENCHMARK (gup_test -a)", 0 },
	{ "get_fast", "GUP_FAST_BENCHMARK (gup_test -u)", 0 },
	{ "pin_longterm", "PIN_LONGTERM_BENCHMARK (gup_test -L)", 0 },
	{ "pin_basic", "PIN_BASIC_TEST (gup_test -b)", 0 },
	{ "get_basic", "GUP_BASIC_TEST (gup_test -U)", 0 },
	{ NULL, NULL, 0 },
};

/* In the order of the choices. */
static const unsigned long commands[] = {
	PIN_FAST_BENCHMARK, GUP_FAST_BENCHMARK, PIN_LONGTERM_BENCHMARK,
	PIN_BASIC_TEST,	    GUP_BASIC_TEST,
};

static const struct bench_axis axes[] = {
	{
		.name = "command",
		.help = "which of its benchmarks",
		.choices = command_choices,
		.values = "pin_fast",
	},
	{
		.name = "batch",
		.help = "pages a call",
		.unit = "page",
		.min = 1,
		.max = 1u << 18,
		.values = "512",
	},
	{
		.name = "range",
		.help = "pages an operation pins",
		.unit = "page",
		.min = 512,
		.max = 1u << 18,
		.values = "16384",
	},
	{
		.name = "memory",
		.help = "what backs the range",
		.choices = memory_choices,
		.values = "4k",
	},
	{ 0 },
};

enum { METRIC_PIN, METRIC_UNPIN };

static const struct bench_fact facts[] = {
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	[METRIC_PIN] = { "pin", "one page pinned", "page", 0 },
	[METRIC_UNPIN] = { "unpin", "one page released", "page", 0 },
	{ 0 },
};

struct gup_test_state {
	struct memory memory;
	struct gup_test_request request;
	uint64_t pages;
	unsigned long command;
	int fd;
};

static bool excludes(const struct bench *bench)
{
	uint64_t range = bench_number(bench, "range");

	return bench_number(bench, "batch") > range ||
	       !memory_fits(bench_option(bench, "memory"), range);
}

static int setup(struct bench *bench)
{
	struct gup_test_state *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	state->fd = open("/sys/kernel/debug/gup_test", O_RDWR | O_CLOEXEC);
	if (state->fd < 0)
		return bench_skip(bench, "gup_test: %s", strerror(errno));
	state->command = commands[bench_option(bench, "command")];
	state->pages = bench_number(bench, "range");
	return memory_make(bench, &state->memory, bench_option(bench, "memory"),
			   state->pages * memory_page_size());
}

static int run(struct bench *bench, uint64_t operations)
{
	struct gup_test_state *state = bench_state(bench);

	(void)operations;
	state->request = (struct gup_test_request){
		.address = (uint64_t)state->memory.start,
		.size = state->memory.length,
		.pages_per_call = (uint32_t)bench_number(bench, "batch"),
		.gup_flags = GUP_FLAG_WRITE,
	};
	if (ioctl(state->fd, state->command, &state->request))
		return bench_fail(bench, "gup_test: %s", strerror(errno));
	return 0;
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct gup_test_state *state = bench_state(bench);

	/* A microsecond is 1000 ticks of either clock. */
	(void)operations;
	bench_record(bench, METRIC_PIN, state->request.get_delta_usec * 1000,
		     state->pages, 0);
	bench_record(bench, METRIC_UNPIN, state->request.put_delta_usec * 1000,
		     state->pages, 0);
	return 0;
}

static int check(struct bench *bench)
{
	struct gup_test_state *state = bench_state(bench);

	return memory_verify(bench, &state->memory, state->memory.length);
}

static void teardown(struct bench *bench)
{
	struct gup_test_state *state = bench_state(bench);

	memory_unmap(&state->memory);
	if (state->fd >= 0)
		close(state->fd);
	free(state);
}

static const struct bench_case gup_test = {
	.name = "pin.gup_test",
	.summary = "the kernel's own gup_test, as a yardstick for pin.fast",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_GUP_TEST,
	.excludes = excludes,
	.limit = bench_limit_one,
	.setup = setup,
	.run = run,
	.finish = finish,
	.check = check,
	.teardown = teardown,
};
BENCH_CASE(gup_test);
