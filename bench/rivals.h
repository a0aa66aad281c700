/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads that work against the one that is measured, on the CPUs beside its
 * own, from setup() to check() or teardown(). What they did is counted, so that a sample
 * in which one did nothing can be told.
 *
 * The state of a case that has them begins with its struct rivals.
 */
#ifndef MMGAUGE_BENCH_RIVALS_H
#define MMGAUGE_BENCH_RIVALS_H

#include <pthread.h>
#include <stdatomic.h>

#include "bench.h"

#define RIVALS_MAX 64
#define RIVALS_ROUNDS 64
#define RIVALS_ROUNDS_MAX 4096

/* For the facts of a case that has rivals. */
#define RIVAL_FACTS                                                         \
	{ "threads_per_cpu", "of the threads beside the measured one",      \
	  BENCH_DIAGNOSTIC },                                               \
		{ "starved", "samples that count in which one had no turn", \
		  BENCH_STATISTICAL },                                      \
	{                                                                   \
		"rejected_rival_idle", "samples in which one had no turn",  \
			BENCH_DIAGNOSTIC                                    \
	}

struct rivals;

/* On a cache line of its own, so that counting disturbs nobody. */
struct rival {
	_Alignas(128) atomic_ulong turns;
	struct rivals *all;
	unsigned int number;
	int device; /* /dev/mmgauge of its own, -1: none */
	unsigned long seen; /* turns at the start of the sample */
	pthread_t thread;
};

struct rivals {
	/* One turn; 0 or a negative errno, which ends the thread. */
	int (*turn)(struct rival *rival, void *data);
	void *data;
	atomic_bool stop;
	atomic_int error; /* of the turn that failed first */
	unsigned int count; /* started */
	/*
	 * What the measured thread does so many times in one operation, so that
	 * the others get to interfere: from RIVALS_ROUNDS up, or what the case
	 * sets after rivals_start(), doubled whenever one had no turn.
	 */
	unsigned int rounds;
	struct rival *each;
};

/*
 * Start @count threads, each turning once before this returns. Where there are
 * fewer CPUs they share them, and the fact threads_per_cpu says so;
 * bench_skip() where there is but the trial's own. With @device each opens
 * /dev/mmgauge for itself: requests on one open file run one after another.
 */
int rivals_start(struct bench *bench, struct rivals *rivals, unsigned int count,
		 bool device);

/* A case's prepare(): mark the start of a sample. */
int rivals_prepare(struct bench *bench, uint64_t operations);

/*
 * Count the turns of rivals @first up to @end since then as the fact @fact, and
 * reject the sample if one was idle.
 */
int rivals_count(struct bench *bench, struct rivals *rivals, unsigned int first,
		 unsigned int end, const char *fact);

/*
 * A case's check(), before rivals_stop(): invalid if a sample that counts had an
 * idle one, with the turns of all.
 */
int rivals_check(struct bench *bench, const struct rivals *rivals);

void rivals_stop(struct rivals *rivals);

#endif
