// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cases that break the guest, linked into the agent and the program of the
 * crash test only: what a kernel under test may do at any time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/bench.h"

static const struct bench_choice choices[] = {
	{ "panic", "the kernel panics", 0 },
	{ "hang", "the guest halts: nothing ends, its time neither", 0 },
	{ "killed", "the trial dies of a signal", 0 },
	{ "exit", "the trial ends without an answer", 0 },
	{ "once", "the trial dies, but not as the first of a boot", 0 },
	{ "leak", "seven pages stay pinned", BENCH_NEEDS_MODULE },
	{ "nothing", "all goes well", 0 },
	{ NULL, NULL, 0 },
};

enum { PANIC, HANG, KILLED, EXIT, ONCE, LEAK };

/* That a trial ran before in this boot. */
#define MARK "/tmp/not-the-first"

#define LEAKED 7

static const struct bench_axis axes[] = {
	{
		.name = "how",
		.help = "what goes wrong",
		.choices = choices,
		.values = "panic,hang,killed,exit,leak,nothing",
	},
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "nothing at all", NULL, BENCH_TIMED },
	{ 0 },
};

static int hold(void)
{
	size_t length = LEAKED * (size_t)sysconf(_SC_PAGESIZE);
	void *pages = mmap(NULL, length, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mmg_pin request = {
		.start = (uint64_t)pages,
		.pages = LEAKED,
		.batch = LEAKED,
		.iterations = 1,
		.flags = MMG_PIN_WRITE | MMG_PIN_HOLD,
	};

	return pages == MAP_FAILED ?
		       -errno :
		       bench_device_request(bench_device(), MMG_IOC_PIN,
					    &request);
}

/* By a process that outlives the trial: a leak of the kernel's own would too.
 */
static int leak(struct bench *bench)
{
	int told[2], ret = -EIO;

	if (pipe2(told, O_CLOEXEC))
		return -errno;
	if (!fork()) {
		/* The trial's own answer ends with its output's last writer. */
		close(STDOUT_FILENO);
		ret = hold();
		ret = write(told[1], &ret, sizeof(ret)) != sizeof(ret);
		for (;;)
			pause();
	}
	if (read(told[0], &ret, sizeof(ret)) != sizeof(ret) || ret)
		return bench_fail(bench, "cannot pin");
	return 0;
}

static int setup(struct bench *bench)
{
	bool first = access(MARK, F_OK);
	int fd = open(MARK, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	close(fd);

	switch (bench_option(bench, "how")) {
	case PANIC:
		fd = open("/proc/sysrq-trigger", O_WRONLY);
		return write(fd, "c", 1) == 1 ? 0 : -errno;
	case HANG:
		return reboot(RB_HALT_SYSTEM);
	case KILLED:
		abort();
	case EXIT:
		_exit(3);
	case ONCE:
		if (!first)
			abort();
		break;
	case LEAK:
		return leak(bench);
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

/* --- what a kernel does, by its release --- */

enum { FACT, CELL };

static const struct bench_choice moody_choices[] = {
	[FACT] = { "fact", "an exact fact is 2 from 6.12 on", 0 },
	[CELL] = { "cell", "the cell is invalid from 6.12 on", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis moody_axes[] = {
	{
		.name = "what",
		.help = "what is another",
		.choices = moody_choices,
		.values = "fact,cell",
	},
	{ 0 },
};

static const struct bench_fact moody_facts[] = {
	{ "answers", "a number", BENCH_EXACT },
	{ 0 },
};

static int moody_check(struct bench *bench)
{
	struct utsname kernel;
	bool later = !uname(&kernel) && strncmp(kernel.release, "6.1.", 4);

	if (later && bench_option(bench, "what") == CELL)
		return bench_invalid(bench, "as asked");
	bench_fact(bench, "answers", later ? 2 : 1);
	return 0;
}

static const struct bench_case moody = {
	.name = "test.moody",
	.summary = "does something else on another kernel, at equal costs",
	.axes = moody_axes,
	.metrics = metrics,
	.facts = moody_facts,
	.run = run,
	.check = moody_check,
};
BENCH_CASE(moody);
