// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/clock.h"
#include "runners/base/tell.h"
#include "sample.h"
#include "session.h"

/*
 * When nine in ten samples are rejected the machine is what it is, and such
 * samples count. To say so takes a while: a burst of noise is no share.
 */
#define REJECTED_FIRST 100
#define REJECTED_PER_CLEAN 9

uint64_t session_limit(const struct measure_request *request)
{
	return clock_nanoseconds(CLOCK_MONOTONIC) +
	       (uint64_t)(request->max_time * 1e9);
}

bool session_time_is_up(const struct session *session)
{
	return clock_nanoseconds(CLOCK_MONOTONIC) >= session->deadline;
}

static bool metric_counts(const struct bench *bench,
			  const struct bench_metric *metric)
{
	if (!bench->instructions)
		return true;
	return !(metric->flags & BENCH_SLEEPS) &&
	       (clock_cpus || !bench->shares ||
		!(metric->flags & BENCH_CONTENDS));
}

/* A tick in the unit of a result: seconds, or instructions. */
double session_tick_size(const struct bench *bench)
{
	return bench->instructions ? 1 : 1e-9;
}

struct metric *session_metric(struct session *session,
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

static void tell_metric(int number, const struct sample_value *now)
{
	const uint64_t values[TELL_VALUES] = { (uint64_t)number,
					       (uint64_t)now->ticks,
					       (uint64_t)now->harness,
					       now->units };

	tell(TELL_METRIC, values);
}

static int keep_value(struct session *session, const char *name, double value)
{
	const struct bench_metric from = { .name = name };
	struct metric *metric = session_metric(session, &from);

	return metric ? metric_add_sample(metric, value) : -ENOMEM;
}

static int keep_others(struct session *session)
{
	const struct bench *bench = session->bench;
	int ret;

	if (!bench->others.set)
		return 0;
	tell_metric(TELL_NUMBER_OTHERS, &bench->others);
	tell_metric(TELL_NUMBER_SYSTEM, &bench->system);
	ret = keep_value(session, SESSION_OTHERS, bench->others.value);
	return ret ? ret :
		     keep_value(session, SESSION_SYSTEM, bench->system.value);
}

static int keep_sample(struct session *session)
{
	const struct bench *bench = session->bench;
	const struct bench_metric *metrics = bench->bench_case->metrics;

	tell(TELL_KEEP, NULL);
	for (int i = 0; metrics[i].name; i++) {
		const struct sample_value *now = &bench->now[i];
		struct metric *metric;

		if (!now->set || !metric_counts(bench, &metrics[i]))
			continue;
		metric = session_metric(session, &metrics[i]);
		if (!metric ||
		    metric_add_sample(metric,
				      now->value * session_tick_size(bench)))
			return -ENOMEM;
		tell_metric(i, now);
		session->ticks[i] += now->ticks;
		session->harness[i] += now->harness;
	}
	return keep_others(session);
}

bool session_is_hopeless(unsigned int rejected, unsigned int clean)
{
	return rejected >= REJECTED_FIRST + REJECTED_PER_CLEAN * clean;
}

/* Take one; whether it counts, or a negative errno. */
int session_sample(struct session *session, uint64_t batch)
{
	struct bench *bench = session->bench;
	double ticks;
	int ret = sample_take(bench, batch, &ticks);
	bool keep = !bench->rejected ||
		    session_is_hopeless(session->rejected, session->clean);

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
