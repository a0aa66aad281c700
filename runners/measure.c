// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../results/stats/stats.h"
#include "bench_context.h"
#include "clock.h"
#include "measure.h"
#include "needs.h"

/*
 * A sample is long against its two clock reads (about 25 ns or 30
 * instructions: well under 0.1 %) and short against a timer tick.
 */
#define SAMPLE_TICKS 100000.0
#define OVERHEAD_READS 101
#define WARMUP_WINDOW 3
#define WARMUP_MAX 30
#define SAMPLES_MIN 11
#define SAMPLES_MAX 1000
/* Past this share of rejected samples the machine is what it is. */
#define REJECTED_MAX 200

const struct bench_case *measure_find_case(const char *name)
{
	bench_for_each_case (position)
		if (!strcmp((*position)->name, name))
			return *position;
	return NULL;
}

bool measure_is_cell(const struct bench_case *bench_case,
		     const struct axis_value *axes, size_t count,
		     struct error *err)
{
	struct bench bench;

	if (bench_context_init(&bench, bench_case, axes, count, err))
		return false;
	if (bench_case->excludes && bench_case->excludes(&bench)) {
		error_set(err, -EINVAL,
			  "%s: these values together are no cell: see `mmgauge "
			  "list %s`",
			  bench_case->name, bench_case->name);
		return false;
	}
	return true;
}

static unsigned int choice_needs(const struct bench *bench)
{
	const struct bench_axis *axes = bench->bench_case->axes;
	unsigned int mask = 0;

	for (int i = 0; axes && axes[i].name; i++)
		if (axes[i].choices)
			mask |= axes[i].choices[bench->values[i]].needs;
	return mask;
}

bool measure_available(const struct bench_case *bench_case,
		       const struct axis_value *axes, size_t count,
		       char *reason, size_t size)
{
	unsigned int mask = bench_case->needs;
	struct bench bench;

	if (axes && !bench_context_init(&bench, bench_case, axes, count, NULL))
		mask |= choice_needs(&bench);
	for (const struct need *need = needs; need->bit; need++)
		if (mask & need->bit && !need->met(reason, size))
			return false;
	return true;
}

static int empty_run(struct bench *bench, uint64_t operations)
{
	(void)bench;
	(void)operations;
	return 0;
}

/* The two reads and the indirect call between them, in ticks. */
static uint64_t timed_run(struct bench *bench, uint64_t operations,
			  int (*volatile run)(struct bench *, uint64_t),
			  int *ret)
{
	uint64_t before = clock_read(bench->instructions);

	*ret = run(bench, operations);
	return clock_read(bench->instructions) - before;
}

static double median_of(const double *values, size_t count)
{
	return stats_median(values, count, 0.95).median;
}

/* The mechanisms' own clock reads, for cells that use the module. */
static void measure_kernel_overhead(struct bench *bench)
{
	unsigned int mask = bench->bench_case->needs | choice_needs(bench);
	double ticks[OVERHEAD_READS];

	if (!(mask & BENCH_NEEDS_MODULE))
		return;
	for (size_t i = 0; i < OVERHEAD_READS; i++) {
		struct mmg_null null = { .clock = bench_clock(bench) };

		if (bench_kernel(bench, MMG_IOC_NULL, &null))
			return;
		ticks[i] = (double)null.elapsed;
	}
	bench->kernel_overhead = median_of(ticks, OVERHEAD_READS);
}

static void measure_overheads(struct bench *bench)
{
	double ticks[OVERHEAD_READS];
	int ret;

	for (size_t i = 0; i < OVERHEAD_READS; i++)
		ticks[i] = (double)timed_run(bench, 0, empty_run, &ret);
	bench->user_overhead = median_of(ticks, OVERHEAD_READS);
	measure_kernel_overhead(bench);
}

static void record_timed(struct bench *bench, uint64_t ticks, uint64_t n)
{
	const struct bench_metric *metrics = bench->bench_case->metrics;

	for (int i = 0; metrics[i].name; i++) {
		struct sample_value *now = &bench->now[i];

		if (!(metrics[i].flags & BENCH_TIMED))
			continue;
		now->set = true;
		now->ticks = (double)ticks;
		now->value = ((double)ticks - bench->user_overhead) /
			     (double)(n * bench->units);
		now->harness = bench->user_overhead;
	}
}

/*
 * One sample of @n operations. 0 with the values in bench->now, or what a
 * callback returned. An interrupted sample is marked by counters, never by its
 * value: what the clock showed must not decide what counts.
 */
static int take_sample(struct bench *bench, uint64_t n, double *ticks)
{
	const struct bench_case *c = bench->bench_case;
	struct rusage before, after;
	uint64_t spent;
	int ret = 0;

	bench_context_forget(bench);
	if (c->prepare)
		ret = c->prepare(bench, n);
	if (ret)
		return ret;
	getrusage(RUSAGE_THREAD, &before);
	spent = timed_run(bench, n, c->run, &ret);
	getrusage(RUSAGE_THREAD, &after);
	if (ret)
		return ret;
	record_timed(bench, spent, n);
	if (c->finish)
		ret = c->finish(bench, n);
	if (after.ru_nivcsw != before.ru_nivcsw && !c->yields)
		bench_reject(bench, "rejected_preempted");
	*ticks = 0;
	for (int i = 0; c->metrics[i].name; i++)
		*ticks = fmax(*ticks, bench->now[i].ticks);
	return ret;
}

/* Double the batch until a sample is long enough, or may not grow. */
static int calibrate(struct bench *bench, uint64_t *batch)
{
	const struct bench_case *c = bench->bench_case;
	uint64_t limit = c->limit ? c->limit(bench) : UINT64_MAX >> 1;
	double ticks;
	int ret;

	for (*batch = 1;; *batch = *batch * 2 < limit ? *batch * 2 : limit) {
		ret = take_sample(bench, *batch, &ticks);
		if (ret || ticks >= SAMPLE_TICKS || *batch >= limit)
			return ret;
	}
}

struct session {
	struct bench *bench;
	const struct measure_request *request;
	struct trial *trial;
	uint64_t deadline; /* CLOCK_MONOTONIC, ns */
	double ticks[BENCH_MAX_METRICS]; /* sums over the kept samples */
	double harness[BENCH_MAX_METRICS]; /* the harness's part of them */
	unsigned int rejected;
};

static bool time_is_up(const struct session *session)
{
	return clock_nanoseconds(CLOCK_MONOTONIC) >= session->deadline;
}

/* Level: the last window's median is within @tolerance of the one before. */
static bool is_level(const double *ticks, size_t count, double tolerance)
{
	double a, b;

	if (count < 2 * WARMUP_WINDOW)
		return false;
	a = median_of(ticks + count - 2 * WARMUP_WINDOW, WARMUP_WINDOW);
	b = median_of(ticks + count - WARMUP_WINDOW, WARMUP_WINDOW);
	return fabs(a - b) <= tolerance * a;
}

static int warm_up(struct session *session, uint64_t batch)
{
	double ticks[WARMUP_MAX];
	size_t count = 0;

	while (count < WARMUP_MAX && !time_is_up(session)) {
		int ret = take_sample(session->bench, batch, &ticks[count]);

		if (ret)
			return ret;
		if (is_level(ticks, ++count,
			     fmax(session->request->precision, 0.01)))
			break;
	}
	bench_fact(session->bench, "warmup_samples", (double)count);
	return 0;
}

static bool metric_counts(const struct bench *bench,
			  const struct bench_metric *metric)
{
	return !(metric->flags & BENCH_SLEEPS) || !bench->instructions;
}

/* A tick in the unit of a result: seconds, or instructions. */
static double tick_size(const struct bench *bench)
{
	return bench->instructions ? 1 : 1e-9;
}

static struct metric *metric_for(struct session *session,
				 const struct bench_metric *from)
{
	struct trial *trial = session->trial;
	char unit[64];

	for (size_t i = 0; i < trial->metric_count; i++)
		if (!strcmp(trial->metrics[i].name, from->name))
			return &trial->metrics[i];
	snprintf(unit, sizeof(unit), "%s%s%s",
		 session->bench->instructions ? "instruction" : "s",
		 from->per ? "/" : "", from->per ? from->per : "");
	return trial_add_metric(trial, from->name, unit, false);
}

static int keep_sample(struct session *session)
{
	const struct bench *bench = session->bench;
	const struct bench_metric *metrics = bench->bench_case->metrics;

	for (int i = 0; metrics[i].name; i++) {
		const struct sample_value *now = &bench->now[i];
		struct metric *metric;

		if (!now->set || !metric_counts(bench, &metrics[i]))
			continue;
		metric = metric_for(session, &metrics[i]);
		if (!metric ||
		    metric_add_sample(metric, now->value * tick_size(bench)))
			return -ENOMEM;
		session->ticks[i] += now->ticks;
		session->harness[i] += now->harness;
	}
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
	double ticks;

	while (count < SAMPLES_MAX) {
		int ret = take_sample(session->bench, batch, &ticks);
		const char *why = session->bench->rejected;
		bool keep = !why || session->rejected >= REJECTED_MAX;

		if (!ret && keep)
			ret = keep_sample(session);
		if (ret)
			return ret;
		bench_context_commit(session->bench, batch, keep);
		if (!keep && ++session->rejected)
			continue;
		if (++count < SAMPLES_MIN)
			continue;
		/* Looking sorts: look ever more rarely. */
		if (count >= look) {
			if (is_precise(session))
				break;
			look += look / 8 + 1;
		}
		if (time_is_up(session))
			break;
	}
	return 0;
}

/* The harness's share of the samples, of the metric where it is largest. */
static double harness_share(const struct session *session)
{
	double share = 0;

	for (int i = 0; i < BENCH_MAX_METRICS; i++)
		if (session->ticks[i] > 0)
			share = fmax(share,
				     session->harness[i] / session->ticks[i]);
	return share;
}

static int add_facts(struct session *session)
{
	const struct bench *bench = session->bench;
	int ret = 0;

	for (size_t i = 0; i < bench->tally_count && !ret; i++) {
		const struct tally *tally = &bench->tallies[i];

		ret = trial_add_fact(session->trial, tally->name,
				     tally->absolute ?
					     tally->total :
					     bench_counted(bench, tally->name));
	}
	if (!ret)
		ret = trial_add_fact(session->trial, "harness_share",
				     harness_share(session));
	if (!ret)
		ret = trial_add_fact(session->trial, "clock_overhead",
				     bench->user_overhead * tick_size(bench));
	if (!ret)
		ret = trial_add_fact(session->trial, "rejected_samples",
				     session->rejected);
	return ret;
}

static int measure_cell(struct session *session)
{
	struct bench *bench = session->bench;
	const struct bench_case *c = bench->bench_case;
	int ret = c->setup ? c->setup(bench) : 0;

	if (ret)
		return ret;
	measure_overheads(bench);
	ret = calibrate(bench, &session->trial->batch);
	if (!ret)
		ret = warm_up(session, session->trial->batch);
	if (!ret)
		ret = sample_until_precise(session, session->trial->batch);
	if (!ret && c->check)
		ret = c->check(bench);
	/* Also of a cell that turns out invalid: its facts explain it. */
	if (!ret || ret == -EILSEQ) {
		int added = add_facts(session);

		ret = ret ? ret : added;
	}
	return ret;
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
	const struct bench_case *c = measure_find_case(request->name);
	struct bench bench;
	struct error err = { "" };
	struct session session = {
		.bench = &bench,
		.request = request,
		.trial = &reply->trial,
		.deadline = clock_nanoseconds(CLOCK_MONOTONIC) +
			    (uint64_t)(request->max_time * 1e9),
	};
	int ret;

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
	if (!measure_available(c, request->axes, request->axis_count,
			       reply->reason, sizeof(reply->reason))) {
		reply->status = CELL_SKIPPED;
		return;
	}
	ret = bench_context_pin(&bench);
	if (!ret)
		ret = measure_cell(&session);
	if (bench.state && c->teardown)
		c->teardown(&bench);
	if (bench.device >= 0)
		close(bench.device);
	settle(reply, &bench, ret);
}
