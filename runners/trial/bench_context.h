/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands behind the opaque struct bench of a running case. */
#ifndef MMGAUGE_BENCH_CONTEXT_H
#define MMGAUGE_BENCH_CONTEXT_H

#include <sched.h>

#include "bench/bench.h"
#include "results/base/error.h"
#include "results/base/result.h"

#define BENCH_MAX_AXES 16
#define BENCH_MAX_METRICS 8
#define BENCH_MAX_TALLIES 48

/* A metric's part of the sample in progress. */
struct sample_value {
	bool set;
	double ticks; /* as read, harness included */
	double value; /* ticks per unit, harness taken off */
	double harness; /* ticks of it that are the harness's */
	uint64_t units; /* that value is per */
};

struct tally {
	const struct bench_fact *fact;
	double now; /* the sample in progress */
	double total; /* of the samples that count */
	bool absolute; /* bench_fact() */
};

/*
 * Where in the CPUs' turns samples begin (sample.c): what this is decides, so
 * that equal seeds give samples that begin alike, one by one.
 */
struct phases {
	uint64_t seed; /* of the run */
	uint64_t kept; /* samples so far */
	uint64_t tries; /* since then */
};

struct bench {
	const struct bench_case *bench_case;
	uint64_t values[BENCH_MAX_AXES]; /* in the order of the case's axes */
	void *state;
	bool instructions;
	int device; /* -1: not opened */
	int own_cpu;
	cpu_set_t siblings; /* CPUs beside the trial's own */
	bool pauses; /* bench_turns_pause() */
	bool shares; /* something of the case runs on them */
	bool counts_others; /* bench_counts_others() */
	struct phases phases;
	uint64_t units; /* of one operation, to the timed metric */
	double user_overhead; /* ticks of an empty run() between two reads */
	double kernel_overhead; /* ticks between two reads in the module */
	struct counters *counters; /* NULL: none wanted, or not now */
	bool times_calls; /* in the samples to come */
	bool tells; /* of the samples to come: base/tell.h */
	double slowest_call; /* seconds or instructions */
	uint64_t *calls; /* MMG_MAX_SAMPLES ticks, from the first use on */
	struct sample_value now[BENCH_MAX_METRICS];
	struct sample_value others; /* what the other CPUs did meanwhile */
	uint64_t passed; /* ticks of all CPUs in it; 0 where none shares it */
	struct sample_value system; /* ... and the sample's own */
	struct tally tallies[BENCH_MAX_TALLIES];
	size_t tally_count;
	const char *undeclared; /* the first fact that is in no table */
	const char *rejected; /* the sample in progress must not count */
	uint64_t operations; /* measured so far */
	enum cell_status status;
	char reason[1024];
};

/*
 * A context with the axis values of a cell. -EINVAL with a reason: an unknown
 * axis, one missing, or a value that is none of it; -E2BIG: more axes or metrics
 * than there is room for.
 */
int bench_context_init(struct bench *bench, const struct bench_case *bench_case,
		       const struct axis_value *axes, size_t count,
		       struct error *err);

/* Pin this thread to the last CPU it may use; the others are for siblings. */
int bench_context_pin(struct bench *bench);

/* Take the sample in progress into the totals, or forget it. */
void bench_context_commit(struct bench *bench, uint64_t operations, bool keep);
void bench_context_forget(struct bench *bench);

#endif
