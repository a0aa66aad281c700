// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "bisect_metric.h"
#include "runners/base/suggest.h"
#include "runners/trial/cases.h"
#include "runners/trial/session.h"

struct lookup {
	const char *wanted;
	struct suggestion nearest;
	bool found;
};

static void offer(struct lookup *lookup, const char *name)
{
	lookup->found |= !strcmp(name, lookup->wanted);
	suggest(&lookup->nearest, lookup->wanted, name);
}

static void offer_facts(struct lookup *lookup, const struct bench_fact *fact)
{
	for (; fact && fact->name; fact++)
		if (fact->kind <= BENCH_EXACT_ALONE)
			offer(lookup, fact->name);
}

int bisect_check_metric(const struct bisect_options *options, struct error *err)
{
	const struct bench_case *bench_case = cases_find(options->name);
	struct lookup lookup = { .wanted = options->metric };

	/* Which case a pattern stands for is told by who measures it. */
	if (!options->metric || !bench_case)
		return 0;
	for (const struct bench_metric *metric = bench_case->metrics;
	     metric && metric->name; metric++)
		offer(&lookup, metric->name);
	offer(&lookup, SESSION_OTHERS);
	offer(&lookup, SESSION_SYSTEM);
	offer_facts(&lookup, bench_case->facts);
	offer_facts(&lookup, harness_facts);
	if (lookup.found)
		return 0;
	return error_set(err, -EINVAL,
			 "--metric: %s has no metric or exact fact '%.100s': "
			 "%s%s",
			 bench_case->name, options->metric,
			 lookup.nearest.name ? "did you mean " :
					       "see `mmgauge list CASE`",
			 lookup.nearest.name ? lookup.nearest.name : "");
}
