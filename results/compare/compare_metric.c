// SPDX-License-Identifier: GPL-2.0-or-later
/* One metric of one cell: samples by boot, and the ratio of the sides. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "results/format.h"

#define TAIL_SAMPLES_MIN 100

/*
 * Three runs that agree to the last digit do not make any difference one that
 * matters: what `run --verify-determinism` lets two boots of a kernel differ
 * by.
 */
#define LEARNT_MIN 0.001

static const char latency[] = "latency";
const char metric_tail[] = "latency p99";

bool side_has_tail(const struct metric *metric)
{
	return !strcmp(metric->name, latency) &&
	       metric->sample_count >= TAIL_SAMPLES_MIN;
}

struct found {
	const struct trial *trial;
	const struct metric *metric;
};

/* By boot; trials of a boot stay in the order they were measured. */
static int compare_found(const void *a, const void *b)
{
	const struct found *left = a, *right = b;

	if (left->trial->boot != right->trial->boot)
		return left->trial->boot < right->trial->boot ? -1 : 1;
	return (left->trial > right->trial) - (left->trial < right->trial);
}

static void note_unit(const struct metric *metric, struct metric_side *side)
{
	if (!side->unit) {
		side->unit = metric->unit;
		side->higher_is_better = metric->higher_is_better;
	} else if (strcmp(side->unit, metric->unit) ||
		   side->higher_is_better != metric->higher_is_better) {
		side->mixed = true;
	}
}

/* A trial that stopped before its first sample says nothing: left out. */
static size_t find_metric(const struct cell *cell, const char *wanted,
			  struct found *found, struct metric_side *side)
{
	bool tail = !strcmp(wanted, metric_tail);
	const char *name = tail ? latency : wanted;
	size_t count = 0;

	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct metric *metric =
			trial_metric(&cell->trials[i], name);

		if (!metric)
			continue;
		note_unit(metric, side);
		if (!metric->sample_count || (tail && !side_has_tail(metric)))
			continue;
		found[count].trial = &cell->trials[i];
		found[count++].metric = metric;
	}
	qsort(found, count, sizeof(*found), compare_found);
	return count;
}

static void group_by_boot(const struct found *found, size_t count,
			  struct metric_side *side)
{
	struct stats_boot *boot = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!i || found[i].trial->boot != found[i - 1].trial->boot) {
			side->numbers[side->side.count] = found[i].trial->boot;
			boot = &side->boots[side->side.count++];
			boot->trials = &side->trials[i];
		}
		side->trials[i].samples = found[i].metric->samples;
		side->trials[i].count = found[i].metric->sample_count;
		boot->count++;
	}
	side->side.boots = side->boots;
}

/* Put each trial's tail in the place of its samples. */
static int take_tails(struct metric_side *side, size_t count)
{
	side->tails = calloc(count + 1, sizeof(*side->tails));
	if (!side->tails)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct stats_trial *trial = &side->trials[i];
		double *sorted = calloc(trial->count, sizeof(*sorted));

		if (!sorted)
			return -ENOMEM;
		memcpy(sorted, trial->samples, trial->count * sizeof(*sorted));
		stats_sort(sorted, trial->count);
		side->tails[i] =
			stats_sorted_quantile(sorted, trial->count, 0.99);
		free(sorted);
		trial->samples = &side->tails[i];
		trial->count = 1;
	}
	return 0;
}

int side_gather(const struct cell *cell, const char *metric,
		struct metric_side *side)
{
	struct found *found;
	size_t count;
	int ret = 0;

	memset(side, 0, sizeof(*side));
	found = calloc(cell->trial_count + 1, sizeof(*found));
	side->trials = calloc(cell->trial_count + 1, sizeof(*side->trials));
	side->boots = calloc(cell->trial_count + 1, sizeof(*side->boots));
	side->numbers = calloc(cell->trial_count + 1, sizeof(*side->numbers));
	if (!found || !side->trials || !side->boots || !side->numbers) {
		free(found);
		return -ENOMEM;
	}
	count = find_metric(cell, metric, found, side);
	group_by_boot(found, count, side);
	if (!strcmp(metric, metric_tail))
		ret = take_tails(side, count);
	free(found);
	return ret;
}

void side_free(struct metric_side *side)
{
	free(side->trials);
	free(side->boots);
	free(side->tails);
	free(side->numbers);
}

/*
 * By how much the runs of a baseline differ among themselves. The number of
 * each boot becomes that of its run: the last that begins no later.
 */
static double learn(const struct result *base, const struct metric_side *side)
{
	const json_t *runs = result_value(base, "run/baseline/runs");

	for (size_t b = 0; b < side->side.count; b++) {
		unsigned int boot = side->numbers[b], run = 0;

		for (size_t r = 0; r < json_array_size(runs); r++) {
			const json_t *first = json_object_get(
				json_array_get(runs, r), "first_boot");

			if (json_integer_value(first) <= boot)
				run = (unsigned int)r;
		}
		side->numbers[b] = run;
	}
	return stats_usual_change(&side->side, side->numbers);
}

/* Why the two sides do not measure the same thing; NULL when they do. */
static const char *mismatch(const struct metric_side *base,
			    const struct metric_side *new)
{
	if (!base->unit)
		return "the base has no such metric";
	if (!new->unit)
		return "the new run has no such metric";
	if (base->mixed || new->mixed)
		return "trials of one side disagree on the unit";
	if (strcmp(base->unit, new->unit))
		return "the units differ";
	if (base->higher_is_better != new->higher_is_better)
		return "the sides disagree on which direction is better";
	return NULL;
}

static int compare_sides(const struct compare_report *report,
			 struct stats_plan *plan,
			 const struct metric_side *base,
			 const struct metric_side *new, struct comparison *row)
{
	const char *why =
		report->refusal ? report->refusal : mismatch(base, new);
	struct stats_ratio answer;

	row->unit = base->unit ? base->unit : new->unit;
	row->higher_is_better =
		base->unit ? base->higher_is_better : new->higher_is_better;
	row->base_boots = (unsigned int)base->side.count;
	row->new_boots = (unsigned int)new->side.count;
	if (why)
		return (row->reason = format_string("%s", why)) ? 0 : -ENOMEM;
	if (report->options.learn) {
		double learnt = learn(report->base, base);

		if (!isnan(learnt))
			row->threshold = fmax(learnt, LEARNT_MIN);
	}
	if (plan)
		answer = stats_ratio_boots(plan, &base->side, &new->side,
					   compare_misses(report));
	else
		answer = stats_ratio_exact(&base->side, &new->side);
	row->base = answer.base;
	row->new = answer.new;
	row->ratio = answer.ratio;
	row->low = answer.low;
	row->high = answer.high;
	row->p_rank = answer.p_rank;
	row->status = answer.status;
	row->evidence = (struct stats_row){
		.difference = answer.difference,
		.error = answer.error,
		.free = answer.free,
		.margin = log1p(row->threshold),
		.boots = 1 / (1.0 / row->base_boots + 1.0 / row->new_boots),
	};
	return answer.status == STATS_NO_MEMORY ? -ENOMEM : 0;
}

int compare_metric(const struct compare_report *report, struct stats_plan *plan,
		   struct comparison *row)
{
	struct metric_side base, new;
	int ret;

	ret = side_gather(row->base_cell, row->metric, &base);
	if (ret)
		goto free_base;
	ret = side_gather(row->new_cell, row->metric, &new);
	if (!ret)
		ret = compare_sides(report, plan, &base, &new, row);
	if (!ret && plan && report->options.precision > 0)
		ret = compare_noise(&base, &new, &row->noise);
	side_free(&new);
free_base:
	side_free(&base);
	return ret;
}
