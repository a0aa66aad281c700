// SPDX-License-Identifier: GPL-2.0-or-later
/* What a trial found beside its samples: facts, counters, pins that stay. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "bench/ours.h"
#include "cases.h"
#include "counters.h"
#include "sample.h"
#include "session.h"

#define COUNTED_SAMPLES 11

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
int session_count_events(struct session *session, uint64_t batch)
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

/* On the exact clock nothing is noise; a second CPU would be. */
static bool is_exact(const struct bench *bench, enum bench_fact_kind kind)
{
	if (bench->counts_others)
		return false;
	return kind == BENCH_EXACT ||
	       (kind == BENCH_EXACT_ALONE && bench->instructions &&
		!bench_sibling_cpus(bench));
}

int session_add_facts(struct session *session)
{
	struct bench *bench = session->bench;
	int ret = 0;

	bench_fact(bench, "harness_share", harness_share(session));
	bench_fact(bench, "clock_overhead",
		   bench->user_overhead * session_tick_size(bench));
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
		if (is_exact(bench, tally->fact->kind))
			trial_mark_exact(session->trial, name);
	}
	return ret;
}

/* What is not declared would be compared by nobody, and nobody would know. */
int session_check_declared(struct bench *bench)
{
	if (!bench->undeclared)
		return 0;
	return bench_fail(bench, "%s counts '%s', which is none of its facts",
			  bench->bench_case->name, bench->undeclared);
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
int session_check_pins(struct session *session,
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
