// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "results/base/median.h"
#include "bench_context.h"
#include "cases.h"
#include "bench/clock.h"
#include "bench/ours.h"
#include "counters.h"
#include "measure.h"
#include "pin_balance.h"
#include "sample.h"

#define WARMUP_WINDOW 3
#define WARMUP_MAX 30
#define SAMPLES_MIN 11
#define SAMPLES_MAX 1000
#define COUNTED_SAMPLES 11
/*
 * When nine in ten samples are rejected the machine is what it is, and such
 * samples count. To say so takes a while: a burst of noise is no share.
 */
#define REJECTED_FIRST 100
#define REJECTED_PER_CLEAN 9

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

static uint64_t time_limit(const struct measure_request *request)
{
	return clock_nanoseconds(CLOCK_MONOTONIC) +
	       (uint64_t)(request->max_time * 1e9);
}

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
	a = sample_median(ticks + count - 2 * WARMUP_WINDOW, WARMUP_WINDOW);
	b = sample_median(ticks + count - WARMUP_WINDOW, WARMUP_WINDOW);
	return fabs(a - b) <= tolerance * a;
}

static int warm_up(struct session *session, uint64_t batch)
{
	double ticks[WARMUP_MAX];
	size_t count = 0;

	while (count < WARMUP_MAX && !time_is_up(session)) {
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

static bool is_hopeless(unsigned int rejected, unsigned int clean)
{
	return rejected >= REJECTED_FIRST + REJECTED_PER_CLEAN * clean;
}

/* Take one; whether it counts, or a negative errno. */
static int sample_once(struct session *session, uint64_t batch)
{
	struct bench *bench = session->bench;
	double ticks;
	int ret = sample_take(bench, batch, &ticks);
	bool keep = !bench->rejected ||
		    is_hopeless(session->rejected, session->clean);

	if (!ret && keep)
		ret = keep_sample(session);
	if (ret)
		return ret;
	bench_context_commit(bench, batch, keep);
	if (!bench->rejected)
		session->clean++;
	else if (keep)
		session->doubtful++;
	else
		session->rejected++;
	return keep;
}

static int sample_until_precise(struct session *session, uint64_t batch)
{
	size_t count = 0, look = SAMPLES_MIN;

	while (count < SAMPLES_MAX) {
		int kept = sample_once(session, batch);

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
		if (time_is_up(session))
			break;
	}
	return 0;
}

static int add_latency(struct session *session, double ticks)
{
	static const struct bench_metric latency = { "latency", NULL, NULL, 0 };
	struct metric *metric = metric_for(session, &latency);

	return !metric || metric_add_sample(metric,
					    ticks * tick_size(session->bench)) ?
		       -ENOMEM :
		       1;
}

/* The operation just run, or its calls if the module timed them: how many. */
static int keep_latencies(struct session *session,
			  const struct sample_value *timed, unsigned int wanted)
{
	struct bench *bench = session->bench;
	int count, ret = 1;

	if (timed)
		return add_latency(session,
				   timed->value * (double)bench->units);
	count = sample_calls(bench);
	for (int i = 0; i < count && (unsigned int)i < wanted && ret > 0; i++)
		ret = add_latency(session, (double)bench->calls[i] -
						   bench->kernel_overhead);
	return ret > 0 ? count : ret;
}

/*
 * What lies in the 99th place depends on how many there are, so trials are to
 * have as many: where the time ended it, 1, 2 or 5 times a power of ten.
 */
static void round_latencies(struct session *session, unsigned int wanted)
{
	static const unsigned int steps[] = { 2, 5, 10 };
	size_t keep = 100, power = 100;

	for (size_t i = 0; i < session->trial->metric_count; i++) {
		struct metric *metric = &session->trial->metrics[i];

		if (strcmp(metric->name, "latency") != 0 ||
		    metric->sample_count >= wanted ||
		    metric->sample_count < keep)
			continue;
		for (size_t step = 0;
		     steps[step % 3] * power <= metric->sample_count; step++) {
			keep = steps[step % 3] * power;
			power = step % 3 == 2 ? keep : power;
		}
		metric->sample_count = keep;
	}
}

/*
 * Tails come from operations timed one by one, never from batches: between two
 * reads of the harness's clock, or of the module's where that has the loop.
 * Preempted ones are rejected as everywhere; all others stay, however long they
 * took.
 */
static int sample_latency(struct session *session)
{
	struct bench *bench = session->bench;
	const struct bench_metric *metrics = bench->bench_case->metrics;
	unsigned int taken = 0, clean = 0, rejected = 0, timed = 0;
	unsigned int wanted = session->request->latency;
	double ticks;
	int ret = 0;

	while (metrics[timed].name && !(metrics[timed].flags & BENCH_TIMED))
		timed++;
	bench->times_calls = wanted && !metrics[timed].name &&
			     bench->bench_case->times_calls;
	if (!metrics[timed].name && !bench->times_calls)
		return 0;
	/* At least one, even where the samples before took all the time. */
	while (taken < wanted && (!taken || !time_is_up(session))) {
		bool keep;

		ret = sample_take(bench, 1, &ticks);
		if (ret)
			break;
		keep = !bench->rejected || is_hopeless(rejected, clean);
		bench_context_commit(bench, 1, keep);
		clean += !bench->rejected;
		rejected += !keep;
		if (!keep)
			continue;
		ret = keep_latencies(
			session, bench->times_calls ? NULL : &bench->now[timed],
			wanted - taken);
		if (ret <= 0)
			break;
		taken += (unsigned int)ret;
	}
	round_latencies(session, wanted);
	bench->times_calls = false;
	return ret < 0 ? ret : 0;
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

static int add_counter(void *data, const char *name, double value,
		       const char *reason)
{
	struct trial *trial = data;
	int ret = trial_add_counter(trial, name, value);

	return ret || !reason ? ret : trial_add_absence(trial, name, reason);
}

/* The same samples once more, with the counters on: reading them costs time. */
static int count_events(struct session *session, uint64_t batch)
{
	const char *list = session->request->counters;
	struct bench *bench = session->bench;
	struct error err = { "" };
	unsigned int counted = 0;
	double ticks;
	int ret;

	if (!list)
		return 0;
	ret = counters_open(&bench->counters, *list ? list : NULL, &err);
	if (ret)
		return bench_fail(bench, "%s", err.text);
	for (int i = 0; i < 4 * COUNTED_SAMPLES && !ret; i++) {
		ret = sample_take(bench, batch, &ticks);
		if (bench->rejected)
			counters_drop(bench->counters);
		else if (++counted == COUNTED_SAMPLES)
			break;
	}
	if (!ret && counted)
		ret = counters_report(bench->counters, (double)batch * counted,
				      add_counter, session->trial);
	counters_close(bench->counters);
	bench->counters = NULL;
	return ret;
}

static int add_facts(struct session *session)
{
	struct bench *bench = session->bench;
	int ret = 0;

	bench_fact(bench, "harness_share", harness_share(session));
	bench_fact(bench, "clock_overhead",
		   bench->user_overhead * tick_size(bench));
	bench_fact(bench, "rejected_samples", session->rejected);
	if (session->doubtful)
		bench_fact(bench, "doubtful_samples", session->doubtful);
	for (size_t i = 0; i < bench->tally_count && !ret; i++) {
		const struct tally *tally = &bench->tallies[i];
		const char *name = tally->fact->name;

		ret = trial_add_fact(session->trial, name,
				     tally->absolute ?
					     tally->total :
					     bench_counted(bench, name));
		if (tally->fact->kind == BENCH_EXACT)
			trial_mark_exact(session->trial, name);
	}
	return ret;
}

/* What is not declared would be compared by nobody, and nobody would know. */
static int check_declared(struct bench *bench)
{
	if (!bench->undeclared)
		return 0;
	return bench_fail(bench, "%s counts '%s', which is none of its facts",
			  bench->bench_case->name, bench->undeclared);
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
	if (!ret)
		ret = sample_until_precise(session, session->trial->batch);
	session->deadline = time_limit(session->request);
	if (!ret)
		ret = sample_latency(session);
	if (!ret)
		ret = count_events(session, session->trial->batch);
	if (!ret && c->check)
		ret = c->check(bench);
	/* Also of a cell that turns out invalid: its facts explain it. */
	if (!ret || ret == -EILSEQ) {
		int added = add_facts(session);

		ret = ret ? ret : added;
	}
	return ret ? ret : check_declared(bench);
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

/* On a host others pin, too: a trial that pins nothing is not to blame. */
static bool is_to_blame(const struct bench *bench)
{
	return system_is_ours() || bench->bench_case->pins ||
	       cases_needs(bench) & BENCH_NEEDS_MODULE;
}

/* What does not count must not pass for what does not leak. */
static int check_counting(struct session *session)
{
	struct bench *bench = session->bench;
	int shown;

	if (!(cases_needs(bench) & BENCH_NEEDS_MODULE))
		return 0;
	shown = pin_balance_probe();
	if (shown < 0)
		return 0;
	if (trial_add_fact(session->trial, "pins_counted",
			   shown == PIN_BALANCE_PROBE))
		return -ENOMEM;
	trial_mark_exact(session->trial, "pins_counted");
	if (shown == PIN_BALANCE_PROBE || bench->status != CELL_OK)
		return 0;
	return bench_invalid(bench,
			     "%d pages were pinned and nr_foll_pin_acquired in "
			     "/proc/vmstat counts %d: nobody would see a leak",
			     PIN_BALANCE_PROBE, shown);
}

/* When the trial has given back all it had: what is still pinned leaked. */
static int check_pins(struct session *session,
		      const struct pin_balance *balance)
{
	struct bench *bench = session->bench;
	int64_t leaked = pin_balance_leaked(balance);

	if (balance->known &&
	    trial_add_fact(session->trial, "leaked_pins", (double)leaked))
		return -ENOMEM;
	/* On a host others pin, too. */
	if (system_is_ours())
		trial_mark_exact(session->trial, "leaked_pins");
	if (!leaked || bench->status == CELL_FAILED || !is_to_blame(bench))
		return balance->known ? check_counting(session) : 0;
	return bench_fail(bench,
			  "%" PRId64 " pins leaked: nr_foll_pin_acquired and "
			  "_released in /proc/vmstat (or somebody else pinned "
			  "pages meanwhile)",
			  leaked);
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
		.deadline = time_limit(request),
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
	leaked = check_pins(&session, &balance);
	ret = ret ? ret : leaked;
	settle(reply, &bench, ret);
}
