// SPDX-License-Identifier: GPL-2.0-or-later
/* From samples to figures: trials into boots, boots into one. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/stats/stats.h"
#include "figures.h"

#define CONFIDENCE 0.95

static const struct figure no_figure = { NAN, NAN, NAN, 0, 0 };

/* The median of a trial or of a boot. */
struct level {
	unsigned int boot;
	double value;
};

/* The boots of a cell, in their order. */
struct levels {
	struct level *items;
	size_t count;
	size_t samples;
	struct stats_median last; /* boot: all there is to know of one alone */
};

bool is_row_metric(const struct metric *metric, const struct row *row)
{
	return !strcmp(metric->name, row->metric) &&
	       !strcmp(metric->unit, row->unit) && metric->sample_count;
}

static int compare_levels(const void *a, const void *b)
{
	const struct level *left = a, *right = b;

	return (left->boot > right->boot) - (left->boot < right->boot);
}

/* With one trial in all its own interval is the best there is. */
static void find_trials(const struct cell *cell, const struct row *row,
			struct levels *levels)
{
	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct metric *metric =
			trial_metric(&cell->trials[i], row->metric);

		if (!metric || !is_row_metric(metric, row))
			continue;
		levels->last = stats_median(metric->samples,
					    metric->sample_count, CONFIDENCE);
		levels->items[levels->count].boot = cell->trials[i].boot;
		levels->items[levels->count++].value = levels->last.median;
		levels->samples += metric->sample_count;
	}
	qsort(levels->items, levels->count, sizeof(*levels->items),
	      compare_levels);
}

/* Trials into boots, in place; @values has room for all of them. */
static void join_trials(struct levels *levels, double *values)
{
	size_t boots = 0, from = 0;

	for (size_t i = 0; i < levels->count; i++) {
		struct level *level = &levels->items[i];

		values[i - from] = level->value;
		if (i + 1 < levels->count && level[1].boot == level->boot)
			continue;
		levels->last = stats_median(values, i + 1 - from, CONFIDENCE);
		levels->items[boots].boot = level->boot;
		levels->items[boots++].value = levels->last.median;
		from = i + 1;
	}
	levels->count = boots;
}

static int levels_make(const struct cell *cell, const struct row *row,
		       struct levels *levels)
{
	double *values;

	*levels = (struct levels){ .last = { .status = STATS_EMPTY } };
	if (!cell || cell->status != CELL_OK)
		return 0;
	levels->items = calloc(cell->trial_count + 1, sizeof(*levels->items));
	values = calloc(cell->trial_count + 1, sizeof(*values));
	if (levels->items && values)
		find_trials(cell, row, levels);
	if (levels->count > 1)
		join_trials(levels, values);
	free(values);
	return levels->items && values ? 0 : -ENOMEM;
}

/* Of boots, as the header says. */
static int summarize(const struct levels *levels, struct figure *figure)
{
	struct stats_median answer = levels->last;

	*figure = no_figure;
	figure->samples = levels->samples;
	figure->boots = (unsigned int)levels->count;
	if (levels->count > 1) {
		double *values = calloc(levels->count, sizeof(*values));

		if (!values)
			return -ENOMEM;
		for (size_t i = 0; i < levels->count; i++)
			values[i] = levels->items[i].value;
		answer = stats_median(values, levels->count, CONFIDENCE);
		free(values);
	}
	if (answer.status == STATS_OK || answer.status == STATS_FEW) {
		figure->median = answer.median;
		figure->low = answer.low;
		figure->high = answer.high;
	}
	return answer.status == STATS_NO_MEMORY ? -ENOMEM : 0;
}

int figure_make(const struct cell *cell, const struct row *row,
		struct figure *figure)
{
	struct levels levels;
	int ret;

	*figure = no_figure;
	ret = levels_make(cell, row, &levels);
	if (!ret)
		ret = summarize(&levels, figure);
	free(levels.items);
	return ret;
}

/* What @levels have over @others in the boots that are in both. */
static void subtract(struct levels *levels, const struct levels *others)
{
	size_t kept = 0, at = 0;

	for (size_t i = 0; i < levels->count; i++) {
		struct level level = levels->items[i];

		while (at < others->count &&
		       others->items[at].boot < level.boot)
			at++;
		if (at == others->count)
			break;
		if (others->items[at].boot != level.boot)
			continue;
		level.value -= others->items[at].value;
		levels->items[kept++] = level;
	}
	levels->count = kept;
	levels->last = (struct stats_median){ .status = STATS_EMPTY };
	/* Nothing but further boots says how well one difference is known. */
	if (kept == 1)
		levels->last = (struct stats_median){
			.status = STATS_FEW,
			.median = levels->items->value,
			.low = levels->items->value,
			.high = levels->items->value,
		};
}

int figure_make_over(const struct cell *cell, const struct cell *control,
		     const struct row *row, struct figure *figure)
{
	struct levels levels, others = { 0 };
	int ret;

	*figure = no_figure;
	ret = levels_make(cell, row, &levels);
	if (!ret)
		ret = levels_make(control, row, &others);
	if (!ret) {
		subtract(&levels, &others);
		ret = summarize(&levels, figure);
	}
	free(levels.items);
	free(others.items);
	return ret;
}
