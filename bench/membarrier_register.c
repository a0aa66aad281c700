// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * membarrier.register: an address space registers once and for good, so every
 * sample is a child with a new one, which times its single call itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "bench.h"

static const struct bench_choice command_choices[] = {
	{ "global_expedited", "REGISTER_GLOBAL_EXPEDITED", 0 },
	{ "private_expedited", "REGISTER_PRIVATE_EXPEDITED", 0 },
	{ "sync_core", "REGISTER_PRIVATE_EXPEDITED_SYNC_CORE", 0 },
	{ "rseq", "REGISTER_PRIVATE_EXPEDITED_RSEQ", 0 },
	{ NULL, NULL, 0 },
};

static const int commands[] = {
	MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED,
	MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
	MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
	MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
};

enum { THREADS_SINGLE, THREADS_MULTI };

static const struct bench_choice thread_choices[] = {
	[THREADS_SINGLE] = { "single", "the only thread of its process", 0 },
	[THREADS_MULTI] = { "multi",
			    "another one sleeps: synchronize_rcu() is waited "
			    "for",
			    0 },
	{ NULL, NULL, 0 },
};

static const struct bench_axis axes[] = {
	{
		.name = "command",
		.help = "what is registered",
		.choices = command_choices,
		.values = "global_expedited,private_expedited,sync_core,rseq",
	},
	{
		.name = "threads",
		.help = "of the process that registers",
		.choices = thread_choices,
		.values = "single,multi",
	},
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "one registration of a new address space", NULL, 0 },
	{ 0 },
};

struct answer {
	int error;
	uint64_t ticks; /* with the reads' own */
	uint64_t empty; /* ticks between two reads */
};

struct register_state {
	pid_t child;
	int go, done; /* pipes */
	struct answer answer;
};

static void *sleep_on(void *data)
{
	for (;;)
		pause();
	return data;
}

static struct answer register_once(bool instructions, int command)
{
	struct answer answer = { 0 };
	uint64_t before;

	/* The first call maps and caches what it touches: not its price. */
	before = clock_read(instructions);
	syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
	before = clock_read(instructions);
	answer.empty = clock_read(instructions) - before;
	before = clock_read(instructions);
	if (syscall(SYS_membarrier, command, 0, 0))
		answer.error = errno;
	answer.ticks = clock_read(instructions) - before;
	return answer;
}

static void child_main(struct bench *bench, int go, int done)
{
	struct answer answer;
	pthread_t thread;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (bench_option(bench, "threads") == THREADS_MULTI &&
	    pthread_create(&thread, NULL, sleep_on, NULL))
		_exit(1);
	/* Ready; and be told to go. */
	if (write(done, "", 1) != 1 || read(go, &byte, 1) != 1)
		_exit(1);
	answer = register_once(bench_counts_instructions(bench),
			       commands[bench_option(bench, "command")]);
	if (write(done, &answer, sizeof(answer)) != sizeof(answer))
		_exit(1);
	_exit(0);
}

static int setup(struct bench *bench)
{
	struct register_state *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	/* Only this choice sleeps: the metric as such counts. */
	if (bench_option(bench, "threads") == THREADS_MULTI &&
	    bench_counts_instructions(bench))
		return bench_skip(bench, "waits for a grace period: no "
					 "instruction count, use --clock wall");
	/* sync_runqueues_membarrier_state(): num_online_cpus() == 1 */
	if (bench_option(bench, "threads") == THREADS_MULTI &&
	    sysconf(_SC_NPROCESSORS_ONLN) == 1)
		return bench_skip(bench, "one CPU: the kernel registers as if "
					 "single-threaded");
	return 0;
}

static uint64_t limit(struct bench *bench)
{
	(void)bench;
	return 1;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct register_state *state = bench_state(bench);
	int go[2], done[2];
	char byte;

	(void)operations;
	if (pipe(go))
		return -errno;
	if (pipe(done)) {
		close(go[0]);
		close(go[1]);
		return -errno;
	}
	state->child = fork();
	if (!state->child) {
		close(go[1]);
		close(done[0]);
		child_main(bench, go[0], done[1]);
	}
	close(go[0]);
	close(done[1]);
	state->go = go[1];
	state->done = done[0];
	if (state->child < 0 || read(state->done, &byte, 1) != 1)
		return bench_fail(bench, "cannot start a child");
	return 0;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct register_state *state = bench_state(bench);

	(void)operations;
	if (write(state->go, "", 1) != 1 ||
	    read(state->done, &state->answer, sizeof(state->answer)) !=
		    sizeof(state->answer))
		return bench_fail(bench, "the child died");
	return 0;
}

static int finish(struct bench *bench, uint64_t operations)
{
	struct register_state *state = bench_state(bench);

	close(state->go);
	close(state->done);
	waitpid(state->child, NULL, 0);
	state->child = 0;
	if (state->answer.error)
		return bench_skip(bench, "cannot register: %s",
				  strerror(state->answer.error));
	bench_record_own(bench, 0, state->answer.ticks, operations,
			 state->answer.empty);
	return 0;
}

static void teardown(struct bench *bench)
{
	struct register_state *state = bench_state(bench);

	if (state->child > 0) {
		kill(state->child, SIGKILL);
		waitpid(state->child, NULL, 0);
	}
	free(state);
}

/* The trial waits for its child: to be switched out means nothing. */
static const struct bench_case registration = {
	.name = "membarrier.register",
	.summary = "registering an address space for a membarrier() command",
	.axes = axes,
	.metrics = metrics,
	.needs = BENCH_NEEDS_MEMBARRIER,
	.yields = true,
	.limit = limit,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.teardown = teardown,
};
BENCH_CASE(registration);
