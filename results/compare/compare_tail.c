// SPDX-License-Identifier: GPL-2.0-or-later
/* The tails of a row's sides in the place of their samples. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "compare_parts.h"
#include "results/stats/significance.h"

static size_t least_samples(const struct metric_side *side)
{
	size_t least = SIZE_MAX;

	for (size_t b = 0; b < side->side.count; b++)
		for (size_t t = 0; t < side->boots[b].count; t++)
			if (side->boots[b].trials[t].count < least)
				least = side->boots[b].trials[t].count;
	return least;
}

static size_t count_trials(const struct metric_side *side)
{
	size_t trials = 0;

	for (size_t b = 0; b < side->side.count; b++)
		trials += side->boots[b].count;
	return trials;
}

/* One of the @most that are looked at, spread over the trial's. */
static double sample_at(const struct stats_trial *trial, size_t i, size_t most)
{
	return trial->samples[i * trial->count / most];
}

static int find_tails(struct metric_side *side, size_t most)
{
	double *values = calloc(most + 1, sizeof(*values));
	size_t trials = count_trials(side);

	side->tails = calloc(trials + 1, sizeof(*side->tails));
	for (size_t i = 0; values && side->tails && i < trials; i++) {
		for (size_t v = 0; v < most; v++)
			values[v] = sample_at(&side->trials[i], v, most);
		stats_sort(values, most);
		side->tails[i] = stats_sorted_quantile(values, most, 0.99);
	}
	free(values);
	return values && side->tails ? 0 : -ENOMEM;
}

static double mean_tail(const struct metric_side *side)
{
	size_t trials = count_trials(side);
	double sum = 0;

	for (size_t i = 0; i < trials; i++)
		sum += side->tails[i];
	return sum / (double)trials;
}

static size_t count_above(const struct metric_side *side, size_t most,
			  double cut)
{
	size_t trials = count_trials(side), above = 0;

	for (size_t i = 0; i < trials; i++)
		for (size_t v = 0; v < most; v++)
			above += sample_at(&side->trials[i], v, most) > cut;
	return above;
}

/* How many lie beyond the middle of both tails, and the chance of that. */
static void find_evidence(const struct metric_side *base,
			  const struct metric_side *new, size_t most,
			  struct comparison_tail *tail)
{
	double cut = (mean_tail(base) + mean_tail(new)) / 2;

	tail->base_all = most * count_trials(base);
	tail->new_all = most * count_trials(new);
	tail->base_above = count_above(base, most, cut);
	tail->new_above = count_above(new, most, cut);
	tail->chance = stats_uneven(tail->base_above, tail->base_all,
				    tail->new_above, tail->new_all);
}

static void replace_samples(struct metric_side *side)
{
	size_t trials = count_trials(side);

	for (size_t i = 0; i < trials; i++) {
		side->trials[i].samples = &side->tails[i];
		side->trials[i].count = 1;
	}
}

int sides_take_tails(struct metric_side *base, struct metric_side *new,
		     struct comparison_tail *tail)
{
	size_t old = least_samples(base), young = least_samples(new);
	size_t most = old < young ? old : young;
	int ret = 0;

	if (base->side.count)
		ret = find_tails(base, most);
	if (!ret && new->side.count)
		ret = find_tails(new, most);
	if (ret)
		return ret;
	if (base->side.count && new->side.count)
		find_evidence(base, new, most, tail);
	replace_samples(base);
	replace_samples(new);
	return 0;
}
