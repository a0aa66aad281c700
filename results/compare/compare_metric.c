// SPDX-License-Identifier: GPL-2.0-or-later
/* One metric of one cell: the ratio of the sides, and what they repeat. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "results/format.h"

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

static json_int_t chosen_cpus(const struct result *result)
{
	return json_integer_value(
		result_value(result, "run/configuration/cpus"));
}

/*
 * Several CPUs that take turns another way count another thing; unless it is
 * their number that was chosen, which then is what is compared.
 */
static const char *other_guest(const struct compare_report *report,
			       const struct comparison *row)
{
	const char *base = row->base_cell->guest, *new = row->new_cell->guest;

	if (base == new || (base && new && !strcmp(base, new)) ||
	    chosen_cpus(report->base) != chosen_cpus(report->new))
		return NULL;
	return "measured in guests of other CPUs (see \"guest\" in both "
	       "files): measure both alike";
}

/* Rounds that both runs took part in, as `run --until-verdict` boots them. */
static bool in_turns(const struct compare_report *report)
{
	return report->looks > 1 &&
	       result_value(report->base, "run/until_verdict") &&
	       result_value(report->new, "run/until_verdict");
}

void compare_find_layer(const struct compare_report *report,
			struct comparison *row)
{
	const struct stats_logs *base = &row->base_logs, *new = &row->new_logs;
	struct stats_row found;

	row->layer = LAYER_BOOTS;
	row->evidence = row->inside;
	found = stats_runs_differ(base, new);
	if (!isnan(found.free)) {
		row->layer = LAYER_RUNS;
		row->evidence = found;
		/* One boot of a run is one of its kind. */
		if (row->status == STATS_FEW)
			row->status = STATS_OK;
		return;
	}
	if (row->status || !in_turns(report))
		return;
	found = stats_rounds_differ(base, new, true);
	if (found.units >= 4) {
		row->layer = LAYER_ROUNDS;
		row->evidence = found;
		row->ratio = exp(found.difference);
	}
}

static void take_answer(const struct stats_ratio *answer,
			struct comparison *row)
{
	row->base = answer->base;
	row->new = answer->new;
	row->ratio = answer->ratio;
	row->low = answer->low;
	row->high = answer->high;
	row->p_rank = answer->p_rank;
	row->status = answer->status;
	row->inside = (struct stats_row){
		.difference = answer->difference,
		.error = answer->error,
		.free = answer->free,
		.units = 1 / (1.0 / row->base_boots + 1.0 / row->new_boots),
	};
}

/* On a clock without noise the runs of a baseline tell what they differ by. */
static void learn_exactly(const struct compare_report *report,
			  struct comparison *row)
{
	double learnt = report->options.learn ?
				stats_usual_change(&row->base_logs) :
				NAN;

	if (isnan(learnt))
		return;
	row->threshold = fmin(fmax(learnt, LEARNT_MIN), LEARNT_MAX);
	row->learnt = learnt <= LEARNT_MAX;
}

static int compare_sides(const struct compare_report *report,
			 struct stats_plan *plan,
			 const struct metric_side *base,
			 const struct metric_side *new, struct comparison *row)
{
	const char *why =
		report->refusal ? report->refusal : other_guest(report, row);
	bool by_boot = compare_over_boots(report);
	struct stats_ratio answer;
	int ret;

	if (!why)
		why = mismatch(base, new);
	row->unit = base->unit ? base->unit : new->unit;
	row->higher_is_better =
		base->unit ? base->higher_is_better : new->higher_is_better;
	row->base_boots = (unsigned int)base->side.count;
	row->new_boots = (unsigned int)new->side.count;
	if (why)
		return (row->reason = format_string("%s", why)) ? 0 : -ENOMEM;
	ret = side_logs(base, by_boot, &row->base_logs);
	if (!ret)
		ret = side_logs(new, by_boot, &row->new_logs);
	if (ret)
		return ret;
	if (plan)
		answer = stats_ratio_boots(plan, &base->side, &new->side,
					   compare_misses(report));
	else
		answer = stats_ratio_exact(&base->side, &new->side);
	take_answer(&answer, row);
	row->base_runs = stats_runs(&row->base_logs);
	row->new_runs = stats_runs(&row->new_logs);
	if (plan)
		compare_find_layer(report, row);
	else
		learn_exactly(report, row);
	return answer.status == STATS_NO_MEMORY ? -ENOMEM : 0;
}

/* By boots, also of a host, whose rounds are further trials of one. */
static int find_noise(const struct compare_report *report,
		      struct comparison *row)
{
	struct metric_side base, new;
	int ret = side_gather_boots(report->base, row->base_cell, row->metric,
				    &base);

	if (ret)
		goto free_base;
	ret = side_gather_boots(report->new, row->new_cell, row->metric, &new);
	if (!ret && !strcmp(row->metric, metric_tail))
		ret = sides_take_tails(&base, &new, &row->tail);
	if (!ret)
		ret = compare_noise(&base, &new, &row->noise);
	side_free(&new);
free_base:
	side_free(&base);
	return ret;
}

int compare_metric(const struct compare_report *report, struct stats_plan *plan,
		   struct comparison *row)
{
	struct metric_side base, new;
	int ret;

	ret = side_gather(report->base, row->base_cell, row->metric, &base);
	if (ret)
		goto free_base;
	ret = side_gather(report->new, row->new_cell, row->metric, &new);
	if (!ret && !strcmp(row->metric, metric_tail))
		ret = sides_take_tails(&base, &new, &row->tail);
	if (!ret)
		ret = compare_sides(report, plan, &base, &new, row);
	if (!ret && !plan && row->base_cell->guest && !row->tail.base_all)
		ret = compare_turns(&base, &new, &row->turns_chance);
	side_free(&new);
free_base:
	side_free(&base);
	if (!ret && plan && report->options.precision > 0)
		ret = find_noise(report, row);
	return ret;
}
