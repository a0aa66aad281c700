// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cases that break the guest, linked into the agent and the program of the
 * crash test only: what a kernel under test may do at any time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"

static const struct bench_choice choices[] = {
	{ "panic", "the kernel panics", 0 },
	{ "hang", "the trial never ends, nor does its time", 0 },
	{ "killed", "the trial dies of a signal", 0 },
	{ "exit", "the trial ends without an answer", 0 },
	{ "nothing", "all goes well", 0 },
	{ NULL, NULL, 0 },
};

enum { PANIC, HANG, KILLED, EXIT };

static const struct bench_axis axes[] = {
	{ "how", "what goes wrong", NULL, choices, 0, 0,
	  "panic,hang,killed,exit,nothing" },
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "nothing at all", NULL, BENCH_TIMED },
	{ 0 },
};

static int setup(struct bench *bench)
{
	int fd;

	switch (bench_option(bench, "how")) {
	case PANIC:
		fd = open("/proc/sysrq-trigger", O_WRONLY);
		return write(fd, "c", 1) == 1 ? 0 : -errno;
	case HANG:
		for (;;)
			;
	case KILLED:
		abort();
	case EXIT:
		_exit(3);
	}
	return 0;
}

static int run(struct bench *bench, uint64_t operations)
{
	(void)bench;
	for (volatile uint64_t i = 0; i < operations; i++)
		;
	return 0;
}

static const struct bench_case broken = {
	.name = "test.broken",
	.summary = "breaks the guest in several ways",
	.axes = axes,
	.metrics = metrics,
	.setup = setup,
	.run = run,
};
BENCH_CASE(broken);
