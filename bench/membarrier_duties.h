/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one sibling does (membarrier_siblings.h), and tells of it. */
#ifndef MMGAUGE_MEMBARRIER_DUTIES_H
#define MMGAUGE_MEMBARRIER_DUTIES_H

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "membarrier_siblings.h"
#include "thread_watch.h"

/* What a sibling tells; on cache lines of its own, so it disturbs nobody. */
struct sibling {
	_Alignas(128) atomic_ulong turns;
	atomic_ulong gaps; /* turns that took long */
	atomic_ulong lost; /* ns of them beyond a quiet turn */
	_Alignas(128) struct siblings *all;
	enum sibling_duty duty;
	int cpu;
	atomic_int tid; /* 0 until it runs */
	pthread_t thread;
	long (*call)(void *data);
	void *data;
	/* as of siblings_before() */
	struct switches switches;
	unsigned long turns_then, gaps_then, lost_then;
	unsigned long missed; /* samples in which it was not at it */
};

struct siblings {
	struct bench *bench;
	struct sibling **list;
	unsigned int count;
	atomic_bool stop;
	bool pause; /* nothing else lets the other CPUs in */
	sem_t wake;
	int interrupts; /* /proc/interrupts */
	cpu_set_t cpus; /* of all of them */
	uint64_t calls_then; /* function-call interrupts, as of before() */
};

/* Its thread: until all are to stop. */
void *sibling_main(void *data);

#endif
