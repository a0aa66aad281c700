/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trial while it is measured: what its parts share. */
#ifndef MMGAUGE_SESSION_H
#define MMGAUGE_SESSION_H

#include "bench_context.h"
#include "measure.h"
#include "pin_balance.h"

/*
 * Beside a case's own metrics, per operation: what interrupts and faults made
 * the other CPUs do meanwhile; and that with the caller's own.
 */
#define SESSION_OTHERS "others"
#define SESSION_SYSTEM "system"

/* The median of fewer is a matter of what else happened in one or two of them. */
#define SAMPLES_MIN 11

struct session {
	struct bench *bench;
	const struct measure_request *request;
	struct trial *trial;
	uint64_t deadline; /* CLOCK_MONOTONIC, ns */
	double ticks[BENCH_MAX_METRICS]; /* sums over the kept samples */
	double harness[BENCH_MAX_METRICS]; /* the harness's part of them */
	unsigned int rejected;
	unsigned int clean; /* kept, with nothing against them */
	unsigned int doubtful; /* kept, as nearly all would be rejected */
};

/* When what was asked for is over, from now on. */
uint64_t session_limit(const struct measure_request *request);
bool session_time_is_up(const struct session *session);

/* A tick in the unit of a result: seconds, or instructions. */
double session_tick_size(const struct bench *bench);

/* That of the trial which @from describes, added if need be; NULL: no memory. */
struct metric *session_metric(struct session *session,
			      const struct bench_metric *from);

/* Whether so many rejected samples to so few clean ones are the machine. */
bool session_is_hopeless(unsigned int rejected, unsigned int clean);

/* Take a sample; whether it counts, or a negative errno. */
int session_sample(struct session *session, uint64_t batch);

/*
 * Tails come from operations timed one by one, never from batches: between two
 * reads of the harness's clock, or of the module's where that has the loop.
 * Preempted ones are rejected as everywhere; all others stay, however long they
 * took (latency.c).
 */
int session_latency(struct session *session);

/* --- findings.c: what a trial found beside its samples --- */

/* The same samples once more, with the counters on: reading them costs time. */
int session_count_events(struct session *session, uint64_t batch);
int session_add_facts(struct session *session);

/* Whether all facts that were counted are declared. */
int session_check_declared(struct bench *bench);

/* When the trial has given back all it had: what is still pinned leaked. */
int session_check_pins(struct session *session,
		       const struct pin_balance *balance);

#endif
