/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switches of a process registered with membarrier(), and the same switches of
 * a twin: a second process, never registered, that runs every sample as well.
 * Registering cannot be undone; only two processes can take turns.
 */
#ifndef MMGAUGE_SWITCH_WORKER_H
#define MMGAUGE_SWITCH_WORKER_H

#include "bench.h"

enum registered { REGISTERED_NONE, REGISTERED_PRIVATE, REGISTERED_SYNC_CORE };

extern const struct bench_choice registered_choices[];

enum switch_policy { POLICY_FIFO, POLICY_BATCH };

extern const struct bench_choice policy_choices[];

/*
 * The axis "policy" for the calling process, and what it starts from then on. A
 * task that is woken may preempt its waker, or not, as the histories of both
 * have it: two kinds of rounds. Neither a task of SCHED_BATCH
 * (check_preempt_wakeup) nor one of the same real-time priority ever does.
 */
int switch_set_policy(struct bench *bench);

struct switched {
	uint64_t ticks;
	/* Nobody else waited for the CPU, which makes every switch longer. */
	bool alone;
};

/* For the facts of all of them. */
#define SWITCH_FACTS                                                           \
	{ "switches", "switches of the trial's worker", BENCH_STATISTICAL },   \
		{ "preemptions", "of these, involuntary", BENCH_STATISTICAL }, \
		{ "null_control",                                              \
		  "1 where registration can cost nothing by the code",         \
		  BENCH_DIAGNOSTIC },                                          \
		{ "difference_instructions", "registered less its twin",       \
		  BENCH_STATISTICAL },                                         \
		{ "difference_seconds", "registered less its twin",            \
		  BENCH_STATISTICAL },                                         \
		{ "rejected_not_alone",                                        \
		  "samples in which another task waited for the CPU",          \
		  BENCH_DIAGNOSTIC },                                          \
	{                                                                      \
		"rejected_not_switched",                                       \
			"samples in which a turn was no switch",               \
			BENCH_DIAGNOSTIC                                       \
	}

/* One way of switching, once in the trial and once in its twin. */
struct switch_work {
	/* Before the process registers; a twin never will. */
	int (*open)(struct bench *bench, bool is_twin, void **worker);
	/* @operations switches or rounds; @switched says alone unless told. */
	int (*run)(struct bench *bench, void *worker, uint64_t operations,
		   struct switched *switched);
	void (*close)(void *worker);
	/* A switch away from the worker is in each, or in the module's thread.
	 */
	bool switches_itself;
	/* Of SCHED_FIFO, worker and peer leave no time to anybody else. */
	bool exclusive;
	/* Whether the kernel's code lets registration cost these nothing. */
	bool (*is_null)(const struct bench *bench);
};

int registered_register(struct bench *bench);

/*
 * The callbacks of a case with the axis "registered" and the two metrics
 * "operation" and "twin"; its setup() calls the first with its work.
 */
int switch_setup(struct bench *bench, const struct switch_work *work);
int switch_run(struct bench *bench, uint64_t operations);
int switch_finish(struct bench *bench, uint64_t operations);
int switch_check(struct bench *bench);
void switch_teardown(struct bench *bench);

/* Its own worker, for what a case checks beside. */
void *switch_worker(struct bench *bench);

#endif
