/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One trial: one cell measured by one fresh process.
 *
 * The method (docs/method.md): pin to a CPU, set the case up, double the batch
 * until a sample is long against its clock reads, warm up until the samples
 * are level, then sample until the 95 % interval of every metric's median is
 * within the precision, or the time is up.
 */
#ifndef MMGAUGE_MEASURE_H
#define MMGAUGE_MEASURE_H

#include <jansson.h>

#include "bench/bench.h"
#include "results/base/result.h"

/* What to measure, as it stands in a plan. */
struct measure_request {
	char *name; /* of the case */
	struct axis_value *axes; /* a value for every axis of the case */
	size_t axis_count;
	unsigned int boot;
	unsigned int trial;
	bool instructions; /* the clock */
	double precision; /* relative half-width wanted, 0.01 */
	double max_time; /* seconds of the clock that passes here */
	char *counters; /* events to count, NULL: none, "": the usual ones */
	unsigned int latency; /* operations to time one by one as well */
	bool pauses; /* CPUs give way where they wait, and only there */
	bool draws; /* where samples begin, from @seed (sample.c) */
	uint64_t seed;
};

json_t *measure_request_to_json(const struct measure_request *request);
int measure_request_from_json(const json_t *object,
			      struct measure_request *request,
			      struct error *err);
void measure_request_free(struct measure_request *request);

struct measure_reply {
	enum cell_status status;
	char reason[1024];
	struct trial trial;
};

/* {"status", "reason", "trial" or null}: the payload of FRAME_TRIAL. */
json_t *measure_reply_to_json(const struct measure_reply *reply);
/* The same of a trial that told nothing: it crashed, for @reason. */
json_t *measure_crash_to_json(const char *reason);
int measure_reply_from_json(const json_t *object, struct measure_reply *reply,
			    struct error *err);

/*
 * Measure in this process. Never fails as a function: what went wrong is the
 * reply's status and reason.
 */
void measure_trial(const struct measure_request *request,
		   struct measure_reply *reply);

#endif
