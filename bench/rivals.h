/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads that work against the one that is measured, each on a CPU of its
 * own, from setup() to teardown(). What they did is counted, so that a sample
 * in which one did nothing can be told.
 */
#ifndef MMGAUGE_BENCH_RIVALS_H
#define MMGAUGE_BENCH_RIVALS_H

#include <pthread.h>
#include <stdatomic.h>

#include "bench.h"

#define RIVALS_MAX 64

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
	struct rival *each;
};

/* bench_skip() on the instruction clock: it knows neither CPUs nor waiting. */
int rivals_need_wall(struct bench *bench);

/*
 * Start @count threads, each turning once before this returns. bench_skip()
 * where there are too few CPUs. With @device each opens /dev/mmgauge for
 * itself: requests on one open file run one after another.
 */
int rivals_start(struct bench *bench, struct rivals *rivals, unsigned int count,
		 bool device);

/* Mark the start of a sample; then count the fact @fact and reject idle ones.
 */
void rivals_mark(struct rivals *rivals);
int rivals_count(struct bench *bench, struct rivals *rivals, const char *fact);

void rivals_stop(struct rivals *rivals);

#endif
