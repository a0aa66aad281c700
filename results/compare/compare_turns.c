// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several CPUs that take turns: what threads that want one lock do to each
 * other depends on where in a turn a sample begins, which is drawn for each
 * sample (runners/trial/sample.c). So samples, not boots, are what is
 * replicated, exactly as repeatable as all else on that clock. Runs of one seed
 * drew the same: their samples are pairs.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "results/stats/significance.h"

static size_t count_samples(const struct stats_side *side)
{
	size_t count = 0;

	for (size_t b = 0; b < side->count; b++)
		for (size_t t = 0; t < side->boots[b].count; t++)
			count += side->boots[b].trials[t].count;
	return count;
}

/* All of them in a new array. */
static double *collect(const struct stats_side *side, size_t count)
{
	double *all = malloc((count ? count : 1) * sizeof(*all)), *at = all;

	for (size_t b = 0; all && b < side->count; b++)
		for (size_t t = 0; t < side->boots[b].count; t++) {
			const struct stats_trial *trial =
				&side->boots[b].trials[t];

			memcpy(at, trial->samples, trial->count * sizeof(*at));
			at += trial->count;
		}
	return all;
}

/* The seed says where the samples begin, of a run that is no baseline. */
static bool same_draws(const struct metric_side *base,
		       const struct metric_side *new)
{
	const json_t *one = result_value(base->result, "run/seed");
	const json_t *other = result_value(new->result, "run/seed");

	return json_is_integer(one) && json_equal(one, other) &&
	       base->side.count == 1 && new->side.count == 1 &&
	       base->side.boots->count == 1 && new->side.boots->count == 1;
}

/* Either test may tell: whichever does had two chances. */
static double either(double one, double other)
{
	return fmin(1, 2 * fmin(one, other));
}

int compare_turns(const struct metric_side *base, const struct metric_side *new,
		  double *chance)
{
	size_t base_count = count_samples(&base->side);
	size_t new_count = count_samples(&new->side);
	double *before = collect(&base->side, base_count);
	double *after = collect(&new->side, new_count);
	int ret = before && after ? 0 : -ENOMEM;

	if (!ret)
		*chance =
			stats_mann_whitney(before, base_count, after, new_count)
				.p;
	if (!ret && same_draws(base, new))
		*chance = either(*chance,
				 stats_signed_ranks(before, after,
						    base_count < new_count ?
							    base_count :
							    new_count));
	free(before);
	free(after);
	return ret;
}
