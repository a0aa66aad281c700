/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other threads of the process while membarrier() is called: what they do, the
 * proof that they did it during a sample, and what the call cost them.
 */
#ifndef MMGAUGE_MEMBARRIER_SIBLINGS_H
#define MMGAUGE_MEMBARRIER_SIBLINGS_H

#include "bench.h"

enum sibling_duty {
	SIBLING_RUNNING, /* spins in user space and times its own gaps */
	SIBLING_PAUSING, /* the same with a PAUSE in each turn */
	SIBLING_SLEEPING,
	SIBLING_IN_KERNEL, /* one long read() after another */
	SIBLING_CALLING, /* makes the same call, over and over */
};

/* For the facts of a case that has siblings. */
#define SIBLING_FACTS                                                         \
	{ "function_calls", "function-call interrupts of the siblings' CPUs", \
	  BENCH_STATISTICAL },                                                \
		{ "unproven", "samples in which a sibling was not at it",     \
		  BENCH_STATISTICAL },                                        \
		{ "sibling_turns", "turns of all siblings",                   \
		  BENCH_STATISTICAL },                                        \
		{ "sibling_gaps", "gaps a sibling saw in its own time",       \
		  BENCH_STATISTICAL },                                        \
	{                                                                     \
		"rejected_sibling",                                           \
			"samples in which a sibling was not at it",           \
			BENCH_DIAGNOSTIC                                      \
	}

struct siblings;

struct siblings *siblings_new(struct bench *bench);

/* Start @count more with this duty, each on a CPU of its own. */
int siblings_start(struct siblings *siblings, enum sibling_duty duty,
		   unsigned int count, long (*call)(void *data), void *data);

/* The CPU of the first of them, or of the caller. */
int siblings_first_cpu(const struct siblings *siblings);

/*
 * Around a sample. Before it a sibling that gets no turn makes the cell
 * invalid, with the turns of all. After it the sample is rejected if any sibling cannot be
 * shown to have done its duty all the time; metric @lost, if not negative, is
 * the time that a running sibling lost to one operation.
 */
int siblings_before(struct siblings *siblings);
int siblings_after(struct siblings *siblings, uint64_t operations, int lost);

/* A case's check(): invalid if a sample that counts is not proved. */
int siblings_check(const struct siblings *siblings);

void siblings_free(struct siblings *siblings);

#endif
