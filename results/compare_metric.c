// SPDX-License-Identifier: GPL-2.0-or-later
/* One metric of one cell: samples by boot, and the verdict on them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "format.h"

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
static size_t find_metric(const struct cell *cell, const char *name,
			  struct found *found, struct metric_side *side)
{
	size_t count = 0;

	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct metric *metric =
			trial_metric(&cell->trials[i], name);

		if (!metric)
			continue;
		note_unit(metric, side);
		if (!metric->sample_count)
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
			boot = &side->boots[side->side.count++];
			boot->trials = &side->trials[i];
		}
		side->trials[i].samples = found[i].metric->samples;
		side->trials[i].count = found[i].metric->sample_count;
		boot->count++;
	}
	side->side.boots = side->boots;
}

int side_gather(const struct cell *cell, const char *metric,
		struct metric_side *side)
{
	struct found *found;

	memset(side, 0, sizeof(*side));
	found = calloc(cell->trial_count + 1, sizeof(*found));
	side->trials = calloc(cell->trial_count + 1, sizeof(*side->trials));
	side->boots = calloc(cell->trial_count + 1, sizeof(*side->boots));
	if (!found || !side->trials || !side->boots) {
		free(found);
		return -ENOMEM;
	}
	group_by_boot(found, find_metric(cell, metric, found, side), side);
	free(found);
	return 0;
}

void side_free(struct metric_side *side)
{
	free(side->trials);
	free(side->boots);
}

static int set_verdict(struct comparison *row, enum verdict verdict,
		       char *reason)
{
	row->verdict = verdict;
	row->reason = reason;
	return reason ? 0 : -ENOMEM;
}

/* Decimal thresholds and ratios are rarely exact: 1.01 - 1 is above 0.01. */
#define ROUNDING 1e-12

/* What a ratio above (or below) the threshold means for this metric. */
static enum verdict direction(const struct comparison *row, bool above)
{
	return above == row->higher_is_better ? VERDICT_IMPROVEMENT :
						VERDICT_REGRESSION;
}

/*
 * An interval shrinks with the square root of the boots. How many more would
 * bring its end from @reach away from the ratio to the @room there is?
 */
static double more_boots(const struct comparison *row, double reach,
			 double room)
{
	double boots = row->base_boots < row->new_boots ? row->base_boots :
							  row->new_boots;

	if (room <= 0)
		return INFINITY;
	return fmax(1, ceil(boots * (reach * reach / (room * room)) - boots));
}

static int judge_straddling(const struct compare_report *report,
			    struct comparison *row)
{
	double top = 1 + report->options.threshold;
	double bottom = 1 - report->options.threshold;
	double up = row->high - row->ratio, down = row->ratio - row->low;
	double more = 0;

	if (row->ratio > top) {
		more = more_boots(row, down, row->ratio - top);
	} else if (row->ratio < bottom) {
		more = more_boots(row, up, bottom - row->ratio);
	} else {
		if (row->high > top)
			more = more_boots(row, up, top - row->ratio);
		if (row->low < bottom)
			more = fmax(more,
				    more_boots(row, down, row->ratio - bottom));
	}
	if (more > 1000)
		return set_verdict(row, VERDICT_INCONCLUSIVE,
				   format_string("too close to the threshold "
						 "to settle with boots"));
	return set_verdict(row, VERDICT_INCONCLUSIVE,
			   format_string("about %.0f more boot%s a side", more,
					 more == 1 ? "" : "s"));
}

static int judge(const struct compare_report *report, bool exact,
		 struct comparison *row)
{
	double margin = report->options.threshold + ROUNDING;
	double low = exact ? row->ratio : row->low;
	double high = exact ? row->ratio : row->high;

	if (low > 1 + margin)
		row->verdict = direction(row, true);
	else if (high < 1 - margin)
		row->verdict = direction(row, false);
	else if (low >= 1 - margin && high <= 1 + margin)
		row->verdict = VERDICT_UNCHANGED;
	else
		return judge_straddling(report, row);
	return 0;
}

/* A host is not rebooted by a run: more --boots are more trials of one boot. */
static bool on_host(const struct result *result)
{
	const char *accelerator = result_text(result, "machine/accelerator");

	return accelerator && !strcmp(accelerator, "none");
}

static int few_boots(const struct compare_report *report,
		     struct comparison *row)
{
	const char *remedy = on_host(report->base) || on_host(report->new) ?
				     "a host run is one: use a vm target" :
				     "run --boots 5";
	char *why;

	if (row->base_boots == row->new_boots)
		why = format_string("%u boot%s a side: %s", row->base_boots,
				    row->base_boots == 1 ? "" : "s", remedy);
	else
		why = format_string("%u and %u boots: %s", row->base_boots,
				    row->new_boots, remedy);
	return set_verdict(row, VERDICT_INCONCLUSIVE, why);
}

static int judge_status(const struct compare_report *report,
			enum stats_status status, bool exact,
			struct comparison *row)
{
	const char *why = NULL;

	switch (status) {
	case STATS_OK:
		return judge(report, exact, row);
	case STATS_FEW:
		return few_boots(report, row);
	case STATS_NO_MEMORY:
		return -ENOMEM;
	case STATS_UNBOUNDED:
		why = "the base is not clearly above zero";
		return set_verdict(row, VERDICT_INCONCLUSIVE,
				   format_string("%s", why));
	case STATS_EMPTY:
		why = "no samples on one side";
		break;
	case STATS_NOT_FINITE:
		why = "a sample is not a finite number";
		break;
	case STATS_NO_RATIO:
		why = "no ratio: the base is zero or a median negative";
		break;
	}
	return set_verdict(row, VERDICT_INCOMPARABLE, format_string("%s", why));
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
		return set_verdict(row, VERDICT_INCOMPARABLE,
				   format_string("%s", why));
	if (plan)
		answer = stats_ratio_bootstrap(plan, &base->side, &new->side);
	else
		answer = stats_ratio_exact(&base->side, &new->side);
	row->base = answer.base;
	row->new = answer.new;
	row->ratio = answer.ratio;
	row->low = answer.low;
	row->high = answer.high;
	return judge_status(report, answer.status, !plan, row);
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
	side_free(&new);
free_base:
	side_free(&base);
	return ret;
}
