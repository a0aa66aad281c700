// SPDX-License-Identifier: GPL-2.0-or-later
/* membarrier() calls that reach no other thread: the floor, and refusals. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "membarrier.h"

static const struct bench_metric plain_metrics[] = {
	{ "operation", "one membarrier() call", NULL, BENCH_TIMED },
	{ 0 },
};

static int setup_query(struct bench *bench)
{
	struct membarrier_state *state =
		membarrier_new(bench, MEMBARRIER_CMD_QUERY);

	if (!state)
		return -ENOMEM;
	state->call.answer =
		syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
	return 0;
}

static const struct bench_case query = {
	.name = "membarrier.query",
	.summary = "membarrier() QUERY: the floor, a call that does nothing",
	.metrics = plain_metrics,
	.needs = BENCH_NEEDS_MEMBARRIER,
	.setup = setup_query,
	.run = membarrier_run,
	.teardown = membarrier_teardown,
};
BENCH_CASE(query);

/* Linux 6.3; the header of Debian 12 is older. */
#define CMD_GET_REGISTRATIONS (1 << 9)

static int setup_get_registrations(struct bench *bench)
{
	struct membarrier_state *state =
		membarrier_new(bench, CMD_GET_REGISTRATIONS);
	int ret;

	if (!state)
		return -ENOMEM;
	ret = membarrier_register(
		bench, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
	if (ret)
		return ret;
	state->call.answer =
		syscall(SYS_membarrier, CMD_GET_REGISTRATIONS, 0, 0);
	if (state->call.answer < 0)
		return bench_skip(bench,
				  "GET_REGISTRATIONS: %s: needs Linux "
				  "6.3",
				  strerror(errno));
	if (!(state->call.answer &
	      MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE))
		return bench_invalid(bench, "it knows of no SYNC_CORE: %lx",
				     state->call.answer);
	return 0;
}

static const struct bench_case get_registrations = {
	.name = "membarrier.get_registrations",
	.summary = "membarrier() GET_REGISTRATIONS",
	.metrics = plain_metrics,
	.needs = BENCH_NEEDS_MEMBARRIER,
	.setup = setup_get_registrations,
	.run = membarrier_run,
	.teardown = membarrier_teardown,
};
BENCH_CASE(get_registrations);

static const struct bench_choice refused_choices[] = {
	{ "private_expedited", "PRIVATE_EXPEDITED", 0 },
	{ "sync_core", "PRIVATE_EXPEDITED_SYNC_CORE", 0 },
	{ "rseq", "PRIVATE_EXPEDITED_RSEQ", 0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis refused_axes[] = {
	{
		.name = "command",
		.help = "what is asked for without registration",
		.choices = refused_choices,
		.values = "private_expedited,sync_core,rseq",
	},
	{ 0 },
};

static int setup_unregistered(struct bench *bench)
{
	static const int commands[] = {
		MEMBARRIER_CMD_PRIVATE_EXPEDITED,
		MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE,
		MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ,
	};
	struct membarrier_state *state =
		membarrier_new(bench, commands[bench_option(bench, "command")]);

	if (!state)
		return -ENOMEM;
	state->call.answer = -EPERM;
	return 0;
}

static const struct bench_case unregistered = {
	.name = "membarrier.unregistered",
	.summary = "membarrier() of a process not registered: EPERM",
	.axes = refused_axes,
	.metrics = plain_metrics,
	.needs = BENCH_NEEDS_MEMBARRIER,
	.setup = setup_unregistered,
	.run = membarrier_run,
	.teardown = membarrier_teardown,
};
BENCH_CASE(unregistered);
