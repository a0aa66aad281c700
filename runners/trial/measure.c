// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "results/base/median.h"
#include "cases.h"
#include "cpu_counts.h"
#include "sample.h"
#include "session.h"

#define WARMUP_WINDOW 3
#define WARMUP_MAX 30
#define SAMPLES_MAX 1000

#define NS_PER_S 1000000000
/* Of all usual ticks (1, 3 1/3, 4 and 10 ms) a multiple; a second is one of it. */
#define ALIGN_NS 20000000

/* Level: the last window's median is within @tolerance of the one before. */
static bool is_level(const double *ticks, size_t count, double tolerance)
{
	double a, b;

	if (count < 2 * WARMUP_WINDOW)
		return false;
	a = sample_median(ticks + count - 2 * WARMUP_WINDOW, WARMUP_WINDOW);
	b = sample_median(ticks + count - WARMUP_WINDOW, WARMUP_WINDOW);
	return fabs(a - b) <= tolerance * a;
}

static int warm_up(struct session *session, uint64_t batch)
{
	double ticks[WARMUP_MAX];
	size_t count = 0;

	while (count < WARMUP_MAX && !session_time_is_up(session)) {
		int ret =
			sample_take_clean(session->bench, batch, &ticks[count]);

		if (ret)
			return ret;
		if (is_level(ticks, ++count,
			     fmax(session->request->precision, 0.01)))
			break;
	}
	bench_fact(session->bench, "warmup_samples", (double)count);
	return 0;
}

/* Whether every metric's median is known to the wanted precision. */
static bool is_precise(const struct session *session)
{
	for (size_t i = 0; i < session->trial->metric_count; i++) {
		const struct metric *metric = &session->trial->metrics[i];
		struct stats_median level = stats_median(
			metric->samples, metric->sample_count, 0.95);
		double half = (level.high - level.low) / 2;

		if (level.status != STATS_OK ||
		    half > session->request->precision * fabs(level.median))
			return false;
	}
	return true;
}

static int sample_until_precise(struct session *session, uint64_t batch)
{
	size_t count = 0, look = SAMPLES_MIN;

	/* However many the warm-up took. */
	session->bench->phases.tries = 0;
	while (count < SAMPLES_MAX) {
		int kept = session_sample(session, batch);

		if (kept < 0)
			return kept;
		count += (size_t)kept;
		if (count < SAMPLES_MIN)
			continue;
		/* Looking sorts: look ever more rarely. */
		if (kept && count >= look) {
			if (is_precise(session))
				break;
			look += look / 8 + 1;
		}
		if (session_time_is_up(session))
			break;
	}
	return 0;
}

/*
 * Which of its samples the kernel's timer meets must not be a matter of the cells
 * before, nor of what a kernel does elsewhere: begin at one place between its
 * ticks, when the CPU is idle and has no work left. Samples of CPUs that take turns
 * begin anywhere.
 */
static void align(const struct bench *bench)
{
	struct timespec when;

	if (!bench->instructions || bench->shares)
		return;
	clock_gettime(CLOCK_MONOTONIC, &when);
	when.tv_nsec += ALIGN_NS - when.tv_nsec % ALIGN_NS;
	if (when.tv_nsec >= NS_PER_S) {
		when.tv_sec++;
		when.tv_nsec = 0;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
}

static int measure_cell(struct session *session)
{
	struct bench *bench = session->bench;
	const struct bench_case *c = bench->bench_case;
	int ret = c->setup ? c->setup(bench) : 0;

	if (ret)
		return ret;
	sample_overheads(bench);
	ret = sample_calibrate(bench, &session->trial->batch);
	if (!ret)
		ret = warm_up(session, session->trial->batch);
	align(bench);
	bench->tells = true;
	if (!ret)
		ret = sample_until_precise(session, session->trial->batch);
	bench->tells = false;
	session->deadline = session_limit(session->request);
	align(bench);
	if (!ret)
		ret = session_latency(session);
	if (!ret)
		ret = session_count_events(session, session->trial->batch);
	if (!ret && c->check)
		ret = c->check(bench);
	/* Also of a cell that turns out invalid: its facts explain it. */
	if (!ret || ret == -EILSEQ) {
		int added = session_add_facts(session);

		ret = ret ? ret : added;
	}
	return ret ? ret : session_check_declared(bench);
}

static void settle(struct measure_reply *reply, const struct bench *bench,
		   int ret)
{
	reply->status = bench->status;
	snprintf(reply->reason, sizeof(reply->reason), "%s", bench->reason);
	if (ret && reply->status == CELL_OK) {
		reply->status = CELL_FAILED;
		snprintf(reply->reason, sizeof(reply->reason), "%s",
			 strerror(-ret));
	}
}

void measure_trial(const struct measure_request *request,
		   struct measure_reply *reply)
{
	const struct bench_case *c = cases_find(request->name);
	struct bench bench;
	struct error err = { "" };
	struct session session = {
		.bench = &bench,
		.request = request,
		.trial = &reply->trial,
		.deadline = session_limit(request),
	};
	struct pin_balance balance;
	int ret, leaked;

	memset(reply, 0, sizeof(*reply));
	reply->trial.boot = request->boot;
	reply->trial.trial = request->trial;
	reply->status = CELL_FAILED;
	if (!c) {
		snprintf(reply->reason, sizeof(reply->reason),
			 "no case %.200s in the agent", request->name);
		return;
	}
	if (bench_context_init(&bench, c, request->axes, request->axis_count,
			       &err)) {
		snprintf(reply->reason, sizeof(reply->reason), "%s", err.text);
		return;
	}
	bench.instructions = request->instructions;
	bench.pauses = request->pauses;
	bench.phases.seed = request->seed;
	if (bench.instructions)
		cpu_counts_find();
	if (!cases_available(c, request->axes, request->axis_count,
			     reply->reason, sizeof(reply->reason))) {
		reply->status = CELL_SKIPPED;
		return;
	}
	ret = bench_context_pin(&bench);
	pin_balance_start(&balance);
	if (!ret)
		ret = measure_cell(&session);
	if (bench.state && c->teardown)
		c->teardown(&bench);
	if (bench.device >= 0)
		close(bench.device);
	free(bench.calls);
	leaked = session_check_pins(&session, &balance);
	ret = ret ? ret : leaked;
	settle(reply, &bench, ret);
}
