// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "rivals.h"
#include "thread_watch.h"

static void *rival_main(void *data)
{
	struct rival *rival = data;
	struct rivals *all = rival->all;

	while (!atomic_load_explicit(&all->stop, memory_order_relaxed)) {
		int ret = all->turn(rival, all->data);

		if (ret) {
			atomic_store(&all->error, ret);
			break;
		}
		atomic_fetch_add_explicit(&rival->turns, 1,
					  memory_order_relaxed);
	}
	return NULL;
}

static int start_one(struct bench *bench, struct rivals *rivals, bool device)
{
	struct rival *rival = &rivals->each[rivals->count];
	pthread_attr_t attributes;
	cpu_set_t cpus;
	int ret;

	rival->all = rivals;
	rival->number = rivals->count;
	rival->device = -1;
	if (device) {
		rival->device = bench_device();
		if (rival->device < 0)
			return bench_fail(bench, "a thread's device: %s",
					  strerror(-rival->device));
	}
	CPU_ZERO(&cpus);
	CPU_SET(bench_sibling_cpu(bench,
				  rivals->count % bench_sibling_cpus(bench)),
		&cpus);
	pthread_attr_init(&attributes);
	ret = pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus);
	if (!ret)
		ret = pthread_create(&rival->thread, &attributes, rival_main,
				     rival);
	pthread_attr_destroy(&attributes);
	if (ret) {
		if (rival->device >= 0)
			close(rival->device);
		return bench_fail(bench, "cannot start a thread: %s",
				  strerror(ret));
	}
	rivals->count++;
	return 0;
}

static void list_turns(const struct rivals *rivals, char *text, size_t size)
{
	*text = '\0';
	for (unsigned int i = 0; i < rivals->count; i++)
		counts_add(text, size, atomic_load(&rivals->each[i].turns));
}

static int wait_for_turn(struct bench *bench, struct rivals *rivals,
			 const struct rival *rival)
{
	uint64_t limit = clock_nanoseconds(CLOCK_MONOTONIC) + WATCH_NS;
	char turns[200];

	while (!atomic_load(&rival->turns)) {
		int error = atomic_load(&rivals->error);

		if (error)
			return bench_fail(bench, "a thread: %s",
					  strerror(-error));
		if (clock_nanoseconds(CLOCK_MONOTONIC) > limit) {
			list_turns(rivals, turns, sizeof(turns));
			return bench_invalid(
				bench,
				"thread %u had no turn in %d s: turns of all "
				"threads so far: %s",
				rival->number + 1, WATCH_SECONDS, turns);
		}
		sched_yield();
	}
	return 0;
}

static int wait_for_turns(struct bench *bench, struct rivals *rivals)
{
	int ret = 0;

	for (unsigned int i = 0; i < rivals->count && !ret; i++)
		ret = wait_for_turn(bench, rivals, &rivals->each[i]);
	return ret;
}

int rivals_start(struct bench *bench, struct rivals *rivals, unsigned int count,
		 bool device)
{
	unsigned int cpus = bench_sibling_cpus(bench);
	int ret = 0;

	rivals->rounds = RIVALS_ROUNDS;
	if (!count)
		return 0;
	if (!cpus)
		return bench_skip(bench, "other threads need a CPU beside the "
					 "trial's own");
	if (bench_counts_instructions(bench) && !bench_counts_own(bench))
		return bench_skip(bench, "contention has no count where CPUs "
					 "count as one: measure with --clock "
					 "wall");
	if (bench_turns_pause(bench))
		return bench_skip(bench, NEEDS_SHARED_TIME);
	bench_fact(bench, "threads_per_cpu", (double)count / cpus);
	rivals->each = aligned_alloc(_Alignof(struct rival),
				     count * sizeof(*rivals->each));
	if (!rivals->each)
		return -ENOMEM;
	memset(rivals->each, 0, count * sizeof(*rivals->each));
	while (!ret && rivals->count < count)
		ret = start_one(bench, rivals, device);
	return ret ? ret : wait_for_turns(bench, rivals);
}

int rivals_prepare(struct bench *bench, uint64_t operations)
{
	struct rivals *rivals = bench_state(bench);

	(void)operations;
	for (unsigned int i = 0; i < rivals->count; i++)
		rivals->each[i].seen = atomic_load(&rivals->each[i].turns);
	return 0;
}

int rivals_count(struct bench *bench, struct rivals *rivals, unsigned int first,
		 unsigned int end, const char *fact)
{
	int error = atomic_load(&rivals->error);
	bool idle = false;

	if (error)
		return bench_fail(bench, "a thread: %s", strerror(-error));
	for (unsigned int i = first; i < end; i++) {
		unsigned long turns = atomic_load(&rivals->each[i].turns) -
				      rivals->each[i].seen;

		bench_count(bench, fact, (double)turns);
		idle |= !turns;
	}
	if (idle) {
		bench_count(bench, "starved", 1);
		bench_reject(bench, "rejected_rival_idle");
	}
	if (idle && rivals->rounds < RIVALS_ROUNDS_MAX)
		rivals->rounds *= 2;
	return 0;
}

int rivals_check(struct bench *bench, const struct rivals *rivals)
{
	char turns[200];

	if (bench_counted(bench, "starved") <= 0)
		return 0;
	list_turns(rivals, turns, sizeof(turns));
	return bench_invalid(bench,
			     "not every thread had a turn in every sample, of "
			     "%u rounds at the end; turns of all threads: %s: "
			     "too much else runs here",
			     rivals->rounds, turns);
}

void rivals_stop(struct rivals *rivals)
{
	atomic_store(&rivals->stop, true);
	while (rivals->count) {
		struct rival *rival = &rivals->each[--rivals->count];

		pthread_join(rival->thread, NULL);
		if (rival->device >= 0)
			close(rival->device);
	}
	free(rivals->each);
	rivals->each = NULL;
}
