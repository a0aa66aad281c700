// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/base/cell_index.h"
#include "compare_parts.h"
#include "results/format.h"

static const char *const verdict_names[] = {
	[VERDICT_UNCHANGED] = "unchanged",
	[VERDICT_IMPROVEMENT] = "improvement",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_REGRESSION] = "regression",
	[VERDICT_BEHAVES] = "behaves differently",
	[VERDICT_BROKEN] = "broken",
	[VERDICT_INCOMPARABLE] = "incomparable",
};

const char *verdict_name(enum verdict verdict)
{
	if ((size_t)verdict >= sizeof(verdict_names) / sizeof(*verdict_names))
		return "unknown";
	return verdict_names[verdict];
}

struct pair {
	const struct cell *base;
	const struct cell *new;
};

struct pairs {
	struct pair *items;
	size_t count;
};

static int compare_axis(const struct axis_value *a, const struct axis_value *b)
{
	int order = strcmp(a->axis, b->axis);

	if (order)
		return order;
	if (!a->text != !b->text)
		return a->text ? 1 : -1;
	if (a->text)
		return strcmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

/* Cells run in random order; people read them by case, then axis by axis. */
static int compare_pairs(const void *a, const void *b)
{
	const struct pair *pair_a = a, *pair_b = b;
	const struct cell *left = pair_a->base ? pair_a->base : pair_a->new;
	const struct cell *right = pair_b->base ? pair_b->base : pair_b->new;
	int order = strcmp(left->name, right->name);

	for (size_t i = 0;
	     !order && i < left->axis_count && i < right->axis_count; i++)
		order = compare_axis(&left->axes[i], &right->axes[i]);
	if (order)
		return order;
	return (left->axis_count > right->axis_count) -
	       (left->axis_count < right->axis_count);
}

/* Every cell of the base with its partner, and the new side's bachelors. */
static int find_pairs(const struct result *base, const struct result *new,
		      struct pairs *pairs)
{
	struct cell_index old_index, new_index;
	struct pair *pair;
	int ret;

	pairs->items = calloc(base->cell_count + new->cell_count + 1,
			      sizeof(*pairs->items));
	pairs->count = 0;
	if (!pairs->items)
		return -ENOMEM;
	ret = cell_index_build(base, &old_index);
	if (ret)
		return ret;
	ret = cell_index_build(new, &new_index);
	if (ret)
		goto free_old;
	for (size_t i = 0; i < base->cell_count && !ret; i++) {
		pair = &pairs->items[pairs->count++];
		pair->base = &base->cells[i];
		ret = cell_index_find(&new_index, pair->base, &pair->new);
	}
	for (size_t i = 0; i < new->cell_count && !ret; i++) {
		pair = &pairs->items[pairs->count];
		ret = cell_index_find(&old_index, &new->cells[i], &pair->base);
		if (!pair->base) {
			pair->new = &new->cells[i];
			pairs->count++;
		} else {
			pair->base = NULL;
		}
	}
	qsort(pairs->items, pairs->count, sizeof(*pairs->items), compare_pairs);
	cell_index_free(&new_index);
free_old:
	cell_index_free(&old_index);
	return ret;
}

/* A row with everything unknown; NULL when out of memory. */
static struct comparison *add_row(struct compare_report *report,
				  const struct pair *pair)
{
	struct comparison *rows, *row;

	rows = array_grow(report->rows, report->count, sizeof(*rows));
	if (!rows)
		return NULL;
	report->rows = rows;
	row = &rows[report->count++];
	*row = (struct comparison){
		.base_cell = pair->base,
		.new_cell = pair->new,
		.base = NAN,
		.new = NAN,
		.ratio = NAN,
		.low = NAN,
		.high = NAN,
		.q = NAN,
		.threshold = report->options.threshold,
		.p_rank = NAN,
		.evidence = { NAN, NAN, NAN, NAN, NAN },
		.inside = { NAN, NAN, NAN, NAN, NAN },
		.noise = { STATS_EMPTY, NAN, NAN, NAN },
		.turns_chance = NAN,
		.verdict = VERDICT_INCOMPARABLE,
	};
	return row;
}

static char *why_not_measured(const struct cell *cell, const char *side)
{
	return format_string("%s in %s: %s", cell_status_name(cell->status),
			     side,
			     cell->reason ? cell->reason : "no reason given");
}

static char *both_not_measured(const struct cell *base, const struct cell *new)
{
	const char *before = base->reason ? base->reason : "no reason given";
	const char *after = new->reason ? new->reason : "no reason given";

	if (base->status == new->status && !strcmp(before, after))
		return why_not_measured(base, "both runs");
	return format_string("%s in the base: %s; %s in the new run: %s",
			     cell_status_name(base->status), before,
			     cell_status_name(new->status), after);
}

/* The one row of a pair that cannot be compared. */
static int add_unpaired(struct compare_report *report, const struct pair *pair)
{
	struct comparison *row = add_row(report, pair);

	if (!row)
		return -ENOMEM;
	if (pair->base && pair->new &&
	    !report->refusal &&behaviour_is_broken(pair->base->status,
						   pair->new->status)) {
		row->verdict = VERDICT_BROKEN;
		row->reason = format_string(
			"%s: %s", cell_status_name(pair->new->status),
			pair->new->reason ? pair->new->reason :
					    "no reason given");
	} else if (!pair->new)
		row->reason = format_string("only the base run has it");
	else if (!pair->base)
		row->reason = format_string("only the new run has it");
	else if (pair->base->status && pair->new->status)
		row->reason = both_not_measured(pair->base, pair->new);
	else if (pair->base->status)
		row->reason = why_not_measured(pair->base, "the base");
	else if (pair->new->status)
		row->reason = why_not_measured(pair->new, "the new run");
	else
		row->reason = format_string("no metric was measured");
	return row->reason ? 0 : -ENOMEM;
}

/* Whether the pair from row @first on already has a row for this metric. */
static bool has_metric(const struct compare_report *report, size_t first,
		       const char *metric)
{
	for (size_t i = first; i < report->count; i++)
		if (!strcmp(report->rows[i].metric, metric))
			return true;
	return false;
}

static int add_metric(struct compare_report *report, struct stats_plan *plan,
		      const struct pair *pair, const char *metric)
{
	struct comparison *row = add_row(report, pair);

	if (!row)
		return -ENOMEM;
	row->metric = metric;
	return compare_metric(report, plan, row);
}

static int add_metrics(struct compare_report *report, struct stats_plan *plan,
		       const struct pair *pair, const struct cell *cell,
		       size_t first)
{
	for (size_t t = 0; t < cell->trial_count; t++) {
		const struct trial *trial = &cell->trials[t];

		for (size_t m = 0; m < trial->metric_count; m++) {
			const struct metric *metric = &trial->metrics[m];
			int ret = 0;

			if (has_metric(report, first, metric->name))
				continue;
			ret = add_metric(report, plan, pair, metric->name);
			if (!ret && side_has_tail(metric))
				ret = add_metric(report, plan, pair,
						 metric_tail);
			if (ret)
				return ret;
		}
	}
	return 0;
}

/* One row for all that the cell does otherwise. */
static int add_behaviour(struct compare_report *report, const struct pair *pair)
{
	struct behaviour behaviour;
	struct comparison *row;
	int ret = behaviour_compare(pair->base, pair->new, &behaviour);

	if (ret || !behaviour.count)
		return ret;
	row = add_row(report, pair);
	if (!row) {
		behaviour_free(&behaviour);
		return -ENOMEM;
	}
	row->behaviour = behaviour;
	row->verdict = VERDICT_BEHAVES;
	row->reason = behaviour_text(&behaviour);
	return row->reason ? 0 : -ENOMEM;
}

static int add_pair(struct compare_report *report, struct stats_plan *plan,
		    const struct pair *pair)
{
	size_t first = report->count;
	int ret;

	if (!pair->base || !pair->new || pair->base->status ||
	    pair->new->status)
		return add_unpaired(report, pair);
	ret = add_metrics(report, plan, pair, pair->base, first);
	if (!ret)
		ret = add_metrics(report, plan, pair, pair->new, first);
	if (!ret && report->count == first)
		ret = add_unpaired(report, pair);
	if (!ret && !report->refusal)
		ret = add_behaviour(report, pair);
	return ret;
}

static bool is_exact(const struct result *result)
{
	const char *kind = result_text(result, "clock/kind");

	return kind && !strcmp(kind, "instructions");
}

bool compare_is_exact(const struct compare_report *report)
{
	return is_exact(report->base) && is_exact(report->new);
}

bool compare_any(const struct compare_report *report, unsigned int mask)
{
	for (unsigned int v = 0; v <= VERDICT_INCOMPARABLE; v++)
		if (report->verdicts[v] && (mask & (1u << v)))
			return true;
	for (size_t i = 0; i < report->group_count; i++)
		if (mask & (1u << report->groups[i].verdict))
			return true;
	return false;
}

static int add_rows(struct compare_report *report, const struct pairs *pairs)
{
	struct stats_plan *plan = NULL;
	bool exact = compare_is_exact(report);
	struct judged all;
	int ret = 0;

	if (!exact) {
		plan = stats_plan_new(report->options.seed);
		if (!plan)
			return -ENOMEM;
	}
	for (size_t i = 0; i < pairs->count && !ret; i++)
		ret = add_pair(report, plan, &pairs->items[i]);
	all = (struct judged){ .rows = report->rows, .count = report->count };
	if (!ret)
		ret = compare_judge(report, &all, exact);
	compare_drop_rows(report);
	if (!ret)
		ret = compare_group(report, exact);
	if (!ret && plan && report->options.precision > 0)
		ret = compare_make_plan(report);
	stats_plan_free(plan);
	return ret;
}

static unsigned int looks_of(const struct result *result)
{
	double looks = result_number(result, "run/until_verdict/looks");

	return looks >= 1 && looks <= 100 ? (unsigned int)looks : 1;
}

int compare_results(const struct result *base, const struct result *new,
		    const struct compare_options *options,
		    struct compare_report *report)
{
	struct pairs pairs;
	int ret;

	memset(report, 0, sizeof(*report));
	report->base = base;
	report->new = new;
	report->options = *options;
	report->looks =
		looks_of(base) > looks_of(new) ? looks_of(base) : looks_of(new);
	if (!(report->options.fdr > 0))
		report->options.fdr = 0.05;
	ret = compare_surroundings(report);
	if (ret)
		goto free_report;
	ret = find_pairs(base, new, &pairs);
	if (!ret)
		ret = add_rows(report, &pairs);
	free(pairs.items);
	if (ret)
		goto free_report;
	for (size_t i = 0; i < report->count; i++)
		report->verdicts[report->rows[i].verdict]++;
	ret = compare_caution(report, compare_is_exact(report));
	if (!ret)
		return 0;

free_report:
	compare_free(report);
	return ret;
}
