// SPDX-License-Identifier: GPL-2.0-or-later
/* Single operations, for the tails. */
#include <errno.h>
#include <string.h>

#include "sample.h"
#include "session.h"

static const struct bench_metric latency = { "latency", NULL, NULL, 0 };

static int add_latency(struct session *session, double ticks)
{
	struct metric *metric = session_metric(session, &latency);

	return !metric || metric_add_sample(
				  metric,
				  ticks * session_tick_size(session->bench)) ?
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
 * Where a boot is compared with a boot, to the instruction, too few are none: what
 * their operation costs is a metric of its own.
 */
static void drop_few(struct session *session, unsigned int taken,
		     unsigned int wanted)
{
	if (taken && taken < wanted && taken < SAMPLES_MIN &&
	    session->bench->instructions)
		trial_drop_metric(session->trial,
				  session_metric(session, &latency));
}

int session_latency(struct session *session)
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
	while (taken < wanted && ((!taken && !bench->instructions) ||
				  !session_time_is_up(session))) {
		bool keep;

		ret = sample_take(bench, 1, &ticks);
		if (ret)
			break;
		keep = !bench->rejected || session_is_hopeless(rejected, clean);
		clean += !bench->rejected;
		rejected += !keep;
		/*
		 * Facts are those of whole samples: what happens once in each
		 * would else weigh by how many calls were taken singly.
		 */
		if (!keep) {
			bench_context_commit(bench, 1, false);
			continue;
		}
		ret = keep_latencies(
			session, bench->times_calls ? NULL : &bench->now[timed],
			wanted - taken);
		if (ret <= 0)
			break;
		taken += (unsigned int)ret;
	}
	round_latencies(session, wanted);
	drop_few(session, taken, wanted);
	bench->times_calls = false;
	return ret < 0 ? ret : 0;
}
