// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The proof is the kernel's own count of how often a thread was switched out
 * (/proc/self/task/TID/status), and that it went on working. A sibling that
 * was not running received no interrupt, and its sample says nothing about one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch.h"
#include "clock.h"
#include "membarrier_duties.h"
#include "thread_watch.h"

/* Function-call interrupts so far on the CPUs of the siblings. */
static uint64_t function_calls(const struct siblings *siblings)
{
	return interrupts_read(siblings->interrupts, ARCH_CALLS_ROW,
			       &siblings->cpus);
}

struct siblings *siblings_new(struct bench *bench)
{
	struct siblings *siblings = calloc(1, sizeof(*siblings));

	if (!siblings)
		return NULL;
	siblings->bench = bench;
	siblings->pause = bench_turns_pause(bench);
	siblings->interrupts = open("/proc/interrupts", O_RDONLY | O_CLOEXEC);
	sem_init(&siblings->wake, 0, 0);
	return siblings;
}

/* Waiting for it any longer shows nothing else. */
static int has_no_turn(const struct siblings *siblings,
		       const struct sibling *sibling)
{
	char turns[200] = "";
	unsigned int number = 0;

	for (unsigned int i = 0; i < siblings->count; i++) {
		counts_add(turns, sizeof(turns),
			   atomic_load(&siblings->list[i]->turns));
		if (siblings->list[i] == sibling)
			number = i + 1;
	}
	return bench_invalid(siblings->bench,
			     "sibling %u on CPU %d had no turn in %d s: turns "
			     "of all siblings so far: %s",
			     number, sibling->cpu, WATCH_SECONDS, turns);
}

/* At its work, not merely created. */
static int await_start(struct siblings *siblings, struct sibling *sibling)
{
	uint64_t limit = clock_nanoseconds(CLOCK_MONOTONIC) + WATCH_NS;
	struct switches now = { 0 };
	int ret = 0;

	while (!ret) {
		if (sibling->duty != SIBLING_SLEEPING &&
		    atomic_load(&sibling->turns))
			return 0;
		if (sibling->duty == SIBLING_SLEEPING &&
		    atomic_load(&sibling->tid)) {
			ret = switches_read(atomic_load(&sibling->tid), &now);
			if (now.state == 'S')
				return 0;
		}
		if (clock_nanoseconds(CLOCK_MONOTONIC) > limit)
			return has_no_turn(siblings, sibling);
		sched_yield();
	}
	return bench_fail(siblings->bench, "cannot watch a sibling: %s",
			  strerror(-ret));
}

static int start_one(struct siblings *siblings, struct sibling *sibling)
{
	pthread_attr_t attributes;
	cpu_set_t cpus;
	int ret;

	CPU_ZERO(&cpus);
	CPU_SET(sibling->cpu, &cpus);
	pthread_attr_init(&attributes);
	ret = pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus);
	if (!ret)
		ret = pthread_create(&sibling->thread, &attributes,
				     sibling_main, sibling);
	pthread_attr_destroy(&attributes);
	if (ret)
		return bench_fail(siblings->bench, "cannot start a sibling: %s",
				  strerror(ret));
	CPU_SET(sibling->cpu, &siblings->cpus);
	siblings->count++;
	return await_start(siblings, sibling);
}

static int too_many(struct bench *bench, unsigned int wanted)
{
	unsigned int cpus = bench_sibling_cpus(bench);

	if (cpus)
		return bench_skip(bench,
				  "%u siblings need as many CPUs beside the "
				  "trial's own; %u there: measure with -p "
				  "siblings=0,%u",
				  wanted, cpus, cpus);
	return bench_skip(bench, "siblings need CPUs beside the trial's own: "
				 "`mmgauge run 'membarrier.*' -p siblings=1 "
				 "--on vm:deb:6.12` has them");
}

/* Who fights for a lock has no PAUSE where that is free, nor has read(). */
static bool is_shut_out(const struct bench *bench, enum sibling_duty duty)
{
	return bench_turns_pause(bench) &&
	       (duty == SIBLING_CALLING || duty == SIBLING_IN_KERNEL);
}

int siblings_start(struct siblings *siblings, enum sibling_duty duty,
		   unsigned int count, long (*call)(void *data), void *data)
{
	unsigned int all = siblings->count + count;
	struct sibling **list;
	int ret = 0;

	if (all > bench_sibling_cpus(siblings->bench))
		return too_many(siblings->bench, all);
	if (!count)
		return 0;
	if (is_shut_out(siblings->bench, duty))
		return bench_skip(siblings->bench, NEEDS_SHARED_TIME);
	list = realloc(siblings->list, all * sizeof(*list));
	if (!list)
		return -ENOMEM;
	siblings->list = list;
	while (!ret && siblings->count < all) {
		struct sibling *sibling = aligned_alloc(
			_Alignof(struct sibling), sizeof(*sibling));

		if (!sibling)
			return -ENOMEM;
		memset(sibling, 0, sizeof(*sibling));
		list[siblings->count] = sibling;
		sibling->all = siblings;
		sibling->duty = duty;
		sibling->cpu =
			bench_sibling_cpu(siblings->bench, siblings->count);
		sibling->call = call;
		sibling->data = data;
		ret = start_one(siblings, sibling);
	}
	return ret;
}

int siblings_first_cpu(const struct siblings *siblings)
{
	return siblings->count ? siblings->list[0]->cpu : sched_getcpu();
}

/*
 * Wait until a sibling that is to work does work. Without it a sample would
 * start although another process has the sibling's CPU, be rejected, and so
 * would the next hundred.
 */
static int await_turn(const struct sibling *sibling)
{
	unsigned long turns = atomic_load(&sibling->turns);
	uint64_t limit = clock_nanoseconds(CLOCK_MONOTONIC) + WATCH_NS;

	if (sibling->duty == SIBLING_SLEEPING)
		return 0;
	while (atomic_load(&sibling->turns) == turns) {
		if (clock_nanoseconds(CLOCK_MONOTONIC) > limit)
			return has_no_turn(sibling->all, sibling);
		sched_yield();
	}
	return 0;
}

int siblings_before(struct siblings *siblings)
{
	/* Long to read, and no part of what is proved: outside of that. */
	if (siblings->count)
		siblings->calls_then = function_calls(siblings);
	for (unsigned int i = 0; i < siblings->count; i++) {
		struct sibling *sibling = siblings->list[i];
		int ret = switches_read(atomic_load(&sibling->tid),
					&sibling->switches);

		if (ret)
			return ret;
	}
	/*
	 * After its switches were read: one preempted between its turn and the
	 * reading would count as switched out before, and be called proven
	 * although it came back only after the operations.
	 */
	for (unsigned int i = 0; i < siblings->count; i++) {
		int ret = await_turn(siblings->list[i]);

		if (ret)
			return ret;
	}
	/* Last, as it moves while the rest is read. */
	for (unsigned int i = 0; i < siblings->count; i++) {
		struct sibling *sibling = siblings->list[i];

		sibling->turns_then = atomic_load(&sibling->turns);
		sibling->gaps_then = atomic_load(&sibling->gaps);
		sibling->lost_then = atomic_load(&sibling->lost);
	}
	return 0;
}

/* Whether it did its duty from before() until now, never switched out. */
static bool was_at_it(const struct sibling *sibling, unsigned long turns,
		      const struct switches *now)
{
	if (now->voluntary != sibling->switches.voluntary ||
	    now->involuntary != sibling->switches.involuntary)
		return false;
	if (sibling->duty == SIBLING_SLEEPING)
		return now->state == 'S' && sibling->switches.state == 'S';
	return turns != sibling->turns_then;
}

int siblings_after(struct siblings *siblings, uint64_t operations, int lost)
{
	struct bench *bench = siblings->bench;
	uint64_t time = 0, gaps = 0, turns = 0;
	bool proven = true;

	for (unsigned int i = 0; i < siblings->count; i++) {
		struct sibling *sibling = siblings->list[i];

		turns += atomic_load(&sibling->turns) - sibling->turns_then;
		gaps += atomic_load(&sibling->gaps) - sibling->gaps_then;
		time += atomic_load(&sibling->lost) - sibling->lost_then;
	}
	for (unsigned int i = 0; i < siblings->count; i++) {
		struct sibling *sibling = siblings->list[i];
		struct switches now;
		int ret = switches_read(atomic_load(&sibling->tid), &now);
		bool was;

		if (ret)
			return ret;
		was = was_at_it(sibling, atomic_load(&sibling->turns), &now);
		sibling->missed += !was;
		proven &= was;
	}
	if (!proven) {
		bench_count(bench, "unproven", 1);
		bench_reject(bench, "rejected_sibling");
	}
	if (siblings->count) {
		bench_count(bench, "sibling_turns", (double)turns);
		bench_count(bench, "function_calls",
			    (double)(function_calls(siblings) -
				     siblings->calls_then));
	}
	if (lost >= 0 && siblings->count) {
		bench_count(bench, "sibling_gaps", (double)gaps);
		/* A clock of instructions gives it other CPUs' as well. */
		if (!bench_counts_instructions(bench))
			bench_record(bench, (unsigned int)lost, time,
				     operations * siblings->count, 0);
	}
	return 0;
}

int siblings_check(const struct siblings *siblings)
{
	struct bench *bench = siblings->bench;
	char turns[200] = "", missed[200] = "";

	if (bench_counted(bench, "unproven") <= 0)
		return 0;
	for (unsigned int i = 0; i < siblings->count; i++) {
		const struct sibling *sibling = siblings->list[i];

		counts_add(turns, sizeof(turns), atomic_load(&sibling->turns));
		counts_add(missed, sizeof(missed), sibling->missed);
	}
	return bench_invalid(bench,
			     "siblings could not be shown to do their part in "
			     "every sample (not at it in %s samples; turns in "
			     "all: %s): too much else runs here",
			     missed, turns);
}

void siblings_free(struct siblings *siblings)
{
	if (!siblings)
		return;
	atomic_store(&siblings->stop, true);
	for (unsigned int i = 0; i < siblings->count; i++)
		sem_post(&siblings->wake);
	while (siblings->count) {
		struct sibling *sibling = siblings->list[--siblings->count];

		pthread_join(sibling->thread, NULL);
		free(sibling);
	}
	if (siblings->interrupts >= 0)
		close(siblings->interrupts);
	sem_destroy(&siblings->wake);
	free(siblings->list);
	free(siblings);
}
