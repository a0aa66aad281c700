// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * null.*: what the harness itself costs, and the proof that the clock counts
 * what it says.
 */
#include "arch.h"
#include "bench.h"

static const struct bench_axis loop_axes[] = {
	{
		.name = "iterations",
		.help = "turns of the counted loop in one operation",
		.unit = "",
		.min = 1,
		.max = 1000000,
		.values = "1000",
	},
	{ 0 },
};

static const struct bench_metric loop_metrics[] = {
	{ "operation", "one counted loop", NULL, BENCH_TIMED },
	{ 0 },
};

/* Instructions around the counted loop: load, test, call, the outer loop. */
static int loop_run(struct bench *bench, uint64_t operations)
{
	uint64_t iterations = bench_number(bench, "iterations");

	while (operations--)
		arch_counted_loop(iterations);
	return 0;
}

static const struct bench_case null_loop = {
	.name = "null.loop",
	.summary = "a counted loop of two instructions a turn, in user space",
	.axes = loop_axes,
	.metrics = loop_metrics,
	.run = loop_run,
};
BENCH_CASE(null_loop);

static const struct bench_metric ioctl_metrics[] = {
	{ "operation", "one ioctl of the module that does nothing", NULL,
	  BENCH_TIMED },
	{ 0 },
};

static int ioctl_run(struct bench *bench, uint64_t operations)
{
	while (operations--) {
		struct mmg_null request = { .clock = bench_clock(bench) };
		int ret = bench_kernel(bench, MMG_IOC_NULL, &request);

		if (ret)
			return ret;
	}
	return 0;
}

static const struct bench_case null_ioctl = {
	.name = "null.ioctl",
	.summary = "an ioctl of the module that does nothing",
	.metrics = ioctl_metrics,
	.needs = BENCH_NEEDS_MODULE,
	.run = ioctl_run,
};
BENCH_CASE(null_ioctl);
