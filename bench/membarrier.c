// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * membarrier.*: what a JIT pays to have every running thread of its process
 * serialise its instruction stream.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define MAX_SIBLINGS 256

static const struct bench_axis axes[] = {
	{ "siblings", "threads of the process spinning on other CPUs", "", NULL,
	  0, MAX_SIBLINGS, "0,1" },
	{ 0 },
};

static const struct bench_metric metrics[] = {
	{ "operation", "one membarrier() call", NULL, BENCH_TIMED },
	{ 0 },
};

/* On a cache line of its own, so that spinning disturbs nobody. */
struct sibling {
	_Alignas(128) atomic_ulong turns;
	atomic_bool *stop;
	pthread_t thread;
	unsigned long seen; /* turns at the start of the sample */
};

struct membarrier_state {
	struct sibling *siblings;
	unsigned int count; /* started */
	atomic_bool stop;
};

static int membarrier(int command)
{
	return syscall(SYS_membarrier, command, 0, 0) < 0 ? -errno : 0;
}

static void *spin(void *data)
{
	struct sibling *sibling = data;
	unsigned long turns = 0;

	while (!atomic_load_explicit(sibling->stop, memory_order_relaxed))
		atomic_store_explicit(&sibling->turns, ++turns,
				      memory_order_relaxed);
	return NULL;
}

static int start_sibling(struct bench *bench, struct membarrier_state *state)
{
	struct sibling *sibling = &state->siblings[state->count];
	pthread_attr_t attributes;
	cpu_set_t cpus;
	int ret;

	CPU_ZERO(&cpus);
	CPU_SET(bench_sibling_cpu(bench, state->count), &cpus);
	sibling->stop = &state->stop;
	pthread_attr_init(&attributes);
	ret = pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus);
	if (!ret)
		ret = pthread_create(&sibling->thread, &attributes, spin,
				     sibling);
	pthread_attr_destroy(&attributes);
	if (ret)
		return bench_fail(bench, "cannot start a sibling: %s",
				  strerror(ret));
	state->count++;
	/* Running, not merely created. */
	while (!atomic_load(&sibling->turns))
		sched_yield();
	return 0;
}

static int setup(struct bench *bench)
{
	struct membarrier_state *state = calloc(1, sizeof(*state));
	unsigned int wanted = (unsigned int)bench_number(bench, "siblings");
	int ret;

	if (!state)
		return -ENOMEM;
	bench_set_state(bench, state);
	if (wanted > bench_sibling_cpus(bench))
		return bench_skip(bench,
				  "%u siblings need as many CPUs beside "
				  "the trial's own; %u there",
				  wanted, bench_sibling_cpus(bench));
	ret = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
	if (ret)
		return bench_skip(bench, "cannot register SYNC_CORE: %s",
				  strerror(-ret));
	if (!wanted)
		return 0;
	state->siblings = aligned_alloc(_Alignof(struct sibling),
					wanted * sizeof(*state->siblings));
	if (!state->siblings)
		return -ENOMEM;
	memset(state->siblings, 0, wanted * sizeof(*state->siblings));
	while (!ret && state->count < wanted)
		ret = start_sibling(bench, state);
	return ret;
}

static int prepare(struct bench *bench, uint64_t operations)
{
	struct membarrier_state *state = bench_state(bench);

	(void)operations;
	for (unsigned int i = 0; i < state->count; i++)
		state->siblings[i].seen =
			atomic_load(&state->siblings[i].turns);
	return 0;
}

static int run(struct bench *bench, uint64_t operations)
{
	int ret = 0;

	(void)bench;
	while (operations-- && !ret)
		ret = membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE);
	return ret;
}

/* A sibling that was not running got no IPI: the sample says nothing. */
static int finish(struct bench *bench, uint64_t operations)
{
	struct membarrier_state *state = bench_state(bench);

	(void)operations;
	for (unsigned int i = 0; i < state->count; i++)
		if (atomic_load(&state->siblings[i].turns) ==
		    state->siblings[i].seen)
			bench_reject(bench, "rejected_sibling_asleep");
	return 0;
}

static void teardown(struct bench *bench)
{
	struct membarrier_state *state = bench_state(bench);

	atomic_store(&state->stop, true);
	while (state->count)
		pthread_join(state->siblings[--state->count].thread, NULL);
	free(state->siblings);
	free(state);
}

static const struct bench_case sync_core = {
	.name = "membarrier.sync_core",
	.summary = "membarrier() PRIVATE_EXPEDITED_SYNC_CORE, registered",
	.axes = axes,
	.metrics = metrics,
	.needs = BENCH_NEEDS_MEMBARRIER,
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.finish = finish,
	.teardown = teardown,
};
BENCH_CASE(sync_core);
