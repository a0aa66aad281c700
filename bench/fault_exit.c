// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fault.exit: the end of a process that is faulting for a device: from the
 * kill until it is buried, with its memory, its interval and its mirror gone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"

#define MAX_THREADS 16

static const struct bench_axis axes[] = {
	{
		.name = "faulters",
		.help = "threads of the process that fault when it is killed",
		.unit = "",
		.max = MAX_THREADS,
		.values = "0,1",
	},
	FAULT_AXIS_MODE("write"),
	FAULT_AXIS_BATCH("64"),
	FAULT_AXIS_RANGE("512"),
	{ 0 },
};

static const struct bench_fact facts[] = {
	MEMORY_FACTS,
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "from the kill to the end of the wait", NULL,
	  BENCH_TIMED | BENCH_SLEEPS },
	{ 0 },
};

/* Shared with the process that dies. */
struct witness {
	atomic_uint walking; /* threads that have mirrored the range once */
	atomic_int error;
};

struct exit_state {
	struct memory memory;
	struct mmg_fault request;
	struct witness *witness;
	unsigned int faulters;
	pid_t child;
};

static int setup(struct bench *bench)
{
	struct exit_state *state = calloc(1, sizeof(*state));
	struct witness *witness;
	int ret;

	if (!state)
		return -ENOMEM;
	state->memory.fd = -1;
	bench_set_state(bench, state);
	if (bench_counts_instructions(bench))
		return bench_skip(bench, "the end of a process waits: measure "
					 "with --clock wall");
	state->faulters = (unsigned int)bench_number(bench, "faulters");
	witness = mmap(NULL, sizeof(*witness), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (witness == MAP_FAILED)
		return -errno;
	state->witness = witness;
	ret = memory_make(bench, &state->memory, MEMORY_4K,
			  bench_number(bench, "range") * memory_page_size());
	state->request = fault_request(bench, &state->memory);
	return ret;
}

/* Until it is killed: the module stops for nothing but that. */
static void *walk(void *data)
{
	struct exit_state *state = data;
	struct mmg_fault request = state->request;
	int device = bench_device(), ret = device;

	request.iterations = 1;
	if (device >= 0)
		ret = bench_device_request(device, MMG_IOC_FAULT, &request);
	if (!ret)
		atomic_fetch_add(&state->witness->walking, 1);
	request.iterations = MMG_MAX_ITERATIONS;
	while (!ret)
		ret = bench_device_request(device, MMG_IOC_FAULT, &request);
	atomic_store(&state->witness->error, -ret);
	return NULL;
}

static void live(struct exit_state *state)
{
	pthread_t thread;

	for (unsigned int i = 0; i < state->faulters; i++)
		if (pthread_create(&thread, NULL, walk, state))
			atomic_store(&state->witness->error, EAGAIN);
	if (!state->faulters)
		atomic_store(&state->witness->walking, 1);
	for (;;)
		pause();
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct exit_state *state = bench_state(bench);
	unsigned int wanted = state->faulters ? state->faulters : 1;
	int error = 0;

	(void)operations;
	atomic_store(&state->witness->walking, 0);
	state->child = fork();
	if (!state->child)
		live(state);
	if (state->child < 0)
		return bench_fail(bench, "fork: %s", strerror(errno));
	while (atomic_load(&state->witness->walking) < wanted && !error) {
		error = atomic_load(&state->witness->error);
		usleep(1000);
	}
	if (error)
		return bench_fail(bench, "the process that faults: %s",
				  strerror(error));
	return 0;
}

static int run(struct bench *bench, uint64_t operations)
{
	struct exit_state *state = bench_state(bench);
	pid_t child = state->child;

	(void)operations;
	state->child = 0;
	if (kill(child, SIGKILL) || waitpid(child, NULL, 0) != child)
		return bench_fail(bench, "kill: %s", strerror(errno));
	return 0;
}

static void teardown(struct bench *bench)
{
	struct exit_state *state = bench_state(bench);

	if (state->child > 0) {
		kill(state->child, SIGKILL);
		waitpid(state->child, NULL, 0);
	}
	if (state->witness)
		munmap(state->witness, sizeof(*state->witness));
	memory_unmap(&state->memory);
	free(state);
}

static bool excludes(const struct bench *bench)
{
	return bench_number(bench, "batch") > bench_number(bench, "range");
}

static const struct bench_case exit_case = {
	.name = "fault.exit",
	.summary = "the end of a process killed while it mirrors its memory",
	.axes = axes,
	.metrics = metrics,
	.facts = facts,
	.needs = BENCH_NEEDS_MODULE,
	.yields = true,
	.excludes = excludes,
	.limit = bench_limit_one,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.teardown = teardown,
};
BENCH_CASE(exit_case);
