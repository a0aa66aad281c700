// SPDX-License-Identifier: GPL-2.0-or-later
/* What facts there are: those of a case, and those of every cell. */
#include <string.h>

#include "cases.h"

const struct bench_fact harness_facts[] = {
	{ "leaked_pins", "pages pinned before less pages pinned after",
	  BENCH_EXACT },
	{ "pins_counted",
	  "whether /proc/vmstat counts a pin that is known to be held",
	  BENCH_EXACT },
	{ "harness_share", "the harness's share of the samples",
	  BENCH_DIAGNOSTIC },
	{ "clock_overhead", "an empty operation, in seconds or instructions",
	  BENCH_DIAGNOSTIC },
	{ "warmup_samples", "samples taken before any counted",
	  BENCH_DIAGNOSTIC },
	{ "slowest_call", "of the calls timed one by one", BENCH_DIAGNOSTIC },
	{ "calls_sampled", "calls timed one by one in the last sample",
	  BENCH_DIAGNOSTIC },
	{ "rejected_samples", "samples that do not count", BENCH_DIAGNOSTIC },
	{ "rejected_preempted", "... as the thread was switched out",
	  BENCH_DIAGNOSTIC },
	{ "rejected_tick", "... as a timer tick fell into them",
	  BENCH_DIAGNOSTIC },
	{ "doubtful_samples", "samples that count for want of better ones",
	  BENCH_DIAGNOSTIC },
	{ "crashes", "boots in which the cell crashed before",
	  BENCH_STATISTICAL },
	{ 0 },
};

static const struct bench_fact *find(const struct bench_fact *facts,
				     const char *name)
{
	for (; facts && facts->name; facts++)
		if (!strcmp(facts->name, name))
			return facts;
	return NULL;
}

const struct bench_fact *cases_fact(const struct bench_case *bench_case,
				    const char *name)
{
	const struct bench_fact *fact = find(harness_facts, name);

	return fact ? fact : find(bench_case->facts, name);
}

const char *fact_kind_name(enum bench_fact_kind kind)
{
	static const char *const names[] = {
		[BENCH_EXACT] = "exact",
		[BENCH_EXACT_ALONE] = "exact alone",
		[BENCH_STATISTICAL] = "statistical",
		[BENCH_DIAGNOSTIC] = "diagnostic",
	};

	return names[kind];
}
