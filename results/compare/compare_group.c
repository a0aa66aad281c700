// SPDX-License-Identifier: GPL-2.0-or-later
/* The cells of a case together: their mean, boot by boot, judged as a row. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "compare_parts.h"
#include "results/stats/significance.h"

static bool takes_part(const struct comparison *row)
{
	return verdict_is_of_cost(row->verdict) && row->ratio > 0;
}

/* The logarithms of the boots that both have are added up in @sum. */
static void add_logs(struct stats_logs *sum, const struct stats_logs *logs)
{
	size_t kept = 0;

	for (size_t s = 0, b = 0; s < sum->count; s++) {
		while (b < logs->count && logs->boots[b] < sum->boots[s])
			b++;
		if (b == logs->count || logs->boots[b] != sum->boots[s])
			continue;
		sum->boots[kept] = sum->boots[s];
		sum->runs[kept] = sum->runs[s];
		sum->values[kept++] = sum->values[s] + logs->values[b];
	}
	sum->count = kept;
}

static int copy_logs(struct stats_logs *to, const struct stats_logs *from)
{
	size_t count = from->count;

	memset(to, 0, sizeof(*to));
	to->values = calloc(count + 1, sizeof(*to->values));
	to->boots = calloc(count + 1, sizeof(*to->boots));
	to->runs = calloc(count + 1, sizeof(*to->runs));
	if (!to->values || !to->boots || !to->runs)
		return -ENOMEM;
	if (count) {
		memcpy(to->values, from->values, count * sizeof(*to->values));
		memcpy(to->boots, from->boots, count * sizeof(*to->boots));
		memcpy(to->runs, from->runs, count * sizeof(*to->runs));
	}
	to->count = count;
	return 0;
}

/* No chance is told less than this one, nor what has none. */
#define CHANCE_LEAST 1e-12

/*
 * How far @row is from what the CPUs' turns explain, in standard deviations and
 * in its direction: the sum of n of them has the deviation sqrt(n) where turns
 * are all there is (Stouffer).
 */
static double turns_score(const struct comparison *row)
{
	double chance = isnan(row->turns_chance) ? 0 : row->turns_chance;
	double score =
		stats_t_quantile(fmax(chance, CHANCE_LEAST) / 2, HUGE_VAL);

	return row->ratio == 1 ? 0 : copysign(score, log(row->ratio));
}

/* A row for the group of this one, with what is known of this one alone. */
static int start_group(const struct compare_report *report,
		       const struct comparison *from, struct comparison *group)
{
	*group = (struct comparison){
		.base_cell = from->base_cell,
		.metric = from->metric,
		.unit = from->unit,
		.higher_is_better = from->higher_is_better,
		.ratio = log(from->ratio),
		.low = NAN,
		.high = NAN,
		.q = NAN,
		.p_rank = NAN,
		.threshold = from->learnt ? from->threshold :
					    report->options.threshold,
		.status = from->status,
		.tail = from->tail,
		.turns_chance = turns_score(from),
	};
	if (copy_logs(&group->base_logs, &from->base_logs))
		return -ENOMEM;
	return copy_logs(&group->new_logs, &from->new_logs);
}

static void add_tail(struct comparison_tail *sum,
		     const struct comparison_tail *tail)
{
	sum->base_all += tail->base_all;
	sum->new_all += tail->new_all;
	sum->base_above += tail->base_above;
	sum->new_above += tail->new_above;
	sum->chance = stats_uneven(sum->base_above, sum->base_all,
				   sum->new_above, sum->new_all);
}

struct groups {
	struct comparison *rows;
	unsigned int *sizes;
	bool *turns; /* whether one of its rows has a chance of them */
	size_t count;
};

/* Rows are sorted by case: a group of another case is not further up. */
static size_t find_group(const struct groups *groups,
			 const struct comparison *row)
{
	for (size_t i = groups->count; i-- > 0;) {
		const struct comparison *group = &groups->rows[i];

		if (strcmp(group->base_cell->name, row->base_cell->name))
			break;
		if (!strcmp(group->metric, row->metric) &&
		    group->higher_is_better == row->higher_is_better)
			return i;
	}
	return groups->count;
}

static int add_to_groups(const struct compare_report *report,
			 struct groups *groups, const struct comparison *row)
{
	size_t at = find_group(groups, row);
	struct comparison *group = &groups->rows[at];

	groups->sizes[at]++;
	if (at == groups->count) {
		groups->turns[at] = !isnan(row->turns_chance);
		groups->count++;
		return start_group(report, row, group);
	}
	group->ratio += log(row->ratio);
	group->threshold = fmax(group->threshold, row->threshold);
	if (row->status)
		group->status = row->status;
	group->turns_chance += turns_score(row);
	groups->turns[at] |= !isnan(row->turns_chance);
	add_tail(&group->tail, &row->tail);
	add_logs(&group->base_logs, &row->base_logs);
	add_logs(&group->new_logs, &row->new_logs);
	return 0;
}

static void average(struct stats_logs *logs, double cells)
{
	for (size_t b = 0; b < logs->count; b++)
		logs->values[b] /= cells;
}

/* From sums to means, and how sure their difference is. */
static void close_group(const struct compare_report *report,
			struct comparison *group, double cells, bool exact)
{
	struct stats_logs *base = &group->base_logs, *new = &group->new_logs;

	group->ratio = exp(group->ratio / cells);
	group->low = group->high = group->ratio;
	if (exact)
		return;
	average(base, cells);
	average(new, cells);
	group->base_boots = (unsigned int)base->count;
	group->new_boots = (unsigned int)new->count;
	group->inside = stats_boots_differ(base, new, true);
	if (group->status == STATS_OK &&
	    !stats_boots_enough(base->count, new->count))
		group->status = STATS_FEW;
	if (base->count && new->count)
		group->p_rank = stats_mann_whitney(base->values, base->count,
						   new->values, new->count)
					.p;
	group->base_runs = stats_runs(base);
	group->new_runs = stats_runs(new);
	compare_find_layer(report, group);
	if (group->status)
		group->low = group->high = NAN;
}

/* Groups of one row say no more than it does. */
static void drop_single(struct groups *groups)
{
	size_t kept = 0;

	for (size_t i = 0; i < groups->count; i++) {
		if (groups->sizes[i] < 2) {
			stats_logs_free(&groups->rows[i].base_logs);
			stats_logs_free(&groups->rows[i].new_logs);
			continue;
		}
		groups->sizes[kept] = groups->sizes[i];
		groups->turns[kept] = groups->turns[i];
		groups->rows[kept++] = groups->rows[i];
	}
	groups->count = kept;
}

static int hand_over(struct compare_report *report, struct groups *groups)
{
	report->groups = calloc(groups->count + 1, sizeof(*report->groups));
	if (!report->groups)
		return -ENOMEM;
	for (size_t i = 0; i < groups->count; i++) {
		struct comparison *row = &groups->rows[i];

		report->groups[report->group_count++] =
			(struct comparison_group){
				.name = row->base_cell->name,
				.metric = row->metric,
				.higher_is_better = row->higher_is_better,
				.count = groups->sizes[i],
				.ratio = row->ratio,
				.low = row->low,
				.high = row->high,
				.q = row->q,
				.threshold = row->threshold,
				.verdict = row->verdict,
				.direction = row->direction,
				.reason = row->reason,
			};
		row->reason = NULL;
	}
	return 0;
}

static int judge_groups(struct compare_report *report, struct groups *groups,
			bool exact)
{
	struct judged all;
	int ret;

	drop_single(groups);
	for (size_t i = 0; i < groups->count; i++) {
		struct comparison *group = &groups->rows[i];

		group->turns_chance =
			groups->turns[i] ? erfc(fabs(group->turns_chance) /
						sqrt(2.0 * groups->sizes[i])) :
					   NAN;
		close_group(report, &groups->rows[i], groups->sizes[i], exact);
	}
	all = (struct judged){ .rows = groups->rows, .count = groups->count };
	ret = compare_judge(report, &all, exact);
	return ret ? ret : hand_over(report, groups);
}

int compare_group(struct compare_report *report, bool exact)
{
	struct groups groups = { 0 };
	int ret = -ENOMEM;

	groups.rows = calloc(report->count + 1, sizeof(*groups.rows));
	groups.sizes = calloc(report->count + 1, sizeof(*groups.sizes));
	groups.turns = calloc(report->count + 1, sizeof(*groups.turns));
	if (!groups.rows || !groups.sizes || !groups.turns)
		goto free_groups;
	ret = 0;
	for (size_t i = 0; i < report->count && !ret; i++)
		if (takes_part(&report->rows[i]))
			ret = add_to_groups(report, &groups, &report->rows[i]);
	if (!ret)
		ret = judge_groups(report, &groups, exact);
free_groups:
	for (size_t i = 0; i < groups.count; i++) {
		free(groups.rows[i].reason);
		stats_logs_free(&groups.rows[i].base_logs);
		stats_logs_free(&groups.rows[i].new_logs);
	}
	free(groups.rows);
	free(groups.sizes);
	free(groups.turns);
	return ret;
}
