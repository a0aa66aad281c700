// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../results/array.h"
#include "../results/cell_index.h"
#include "../results/stats/stats.h"
#include "figures.h"

#define CONFIDENCE 0.95

static const struct figure no_figure = { NAN, NAN, NAN, 0, 0 };

/* The median of one trial. */
struct level {
	unsigned int boot;
	double value;
};

static int compare_levels(const void *a, const void *b)
{
	const struct level *left = a, *right = b;

	return (left->boot > right->boot) - (left->boot < right->boot);
}

static bool is_metric(const struct metric *metric, const struct row *row)
{
	return !strcmp(metric->name, row->metric) &&
	       !strcmp(metric->unit, row->unit) && metric->sample_count;
}

/*
 * Fill @levels, which is ordered by boot afterwards. With one trial in all its
 * own interval is the best there is, and left in @only.
 */
static size_t find_levels(const struct cell *cell, const struct row *row,
			  struct level *levels, struct figure *figure,
			  struct stats_median *only)
{
	size_t count = 0;

	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct metric *metric =
			trial_metric(&cell->trials[i], row->metric);

		if (!metric || !is_metric(metric, row))
			continue;
		*only = stats_median(metric->samples, metric->sample_count,
				     CONFIDENCE);
		levels[count].boot = cell->trials[i].boot;
		levels[count++].value = only->median;
		figure->samples += metric->sample_count;
	}
	qsort(levels, count, sizeof(*levels), compare_levels);
	return count;
}

/* Medians of trials into medians of boots, both in @values in turn. */
static struct stats_median over_boots(const struct level *levels, size_t count,
				      double *values, double *boots,
				      struct figure *figure)
{
	struct stats_median boot = { 0 };
	size_t from = 0;

	for (size_t i = 0; i < count; i++) {
		values[i - from] = levels[i].value;
		if (i + 1 < count && levels[i + 1].boot == levels[i].boot)
			continue;
		boot = stats_median(values, i + 1 - from, CONFIDENCE);
		boots[figure->boots++] = boot.median;
		from = i + 1;
	}
	if (figure->boots == 1)
		return boot;
	return stats_median(boots, figure->boots, CONFIDENCE);
}

static int figure_make(const struct cell *cell, const struct row *row,
		       struct figure *figure)
{
	struct stats_median answer = { .status = STATS_EMPTY };
	struct level *levels;
	double *values;
	size_t count;

	*figure = no_figure;
	if (!cell || cell->status != CELL_OK)
		return 0;
	levels = calloc(cell->trial_count + 1, sizeof(*levels));
	values = calloc(cell->trial_count + 1, 2 * sizeof(*values));
	if (!levels || !values) {
		free(levels);
		free(values);
		return -ENOMEM;
	}
	count = find_levels(cell, row, levels, figure, &answer);
	if (count > 1)
		answer = over_boots(levels, count, values, values + count,
				    figure);
	else
		figure->boots = (unsigned int)count;
	if (answer.status == STATS_OK || answer.status == STATS_FEW) {
		figure->median = answer.median;
		figure->low = answer.low;
		figure->high = answer.high;
	}
	free(levels);
	free(values);
	return answer.status == STATS_NO_MEMORY ? -ENOMEM : 0;
}

/* The same cell in every result, NULL where a result lacks it. */
struct gathering {
	const struct result *const *results;
	struct cell_index *indexes;
	const struct cell **cells;
	size_t count;
	struct figures *figures;
	size_t first_row; /* of the present cell */
};

static bool has_row(const struct gathering *gathering,
		    const struct metric *metric)
{
	const struct figures *figures = gathering->figures;

	for (size_t i = gathering->first_row; i < figures->row_count; i++)
		if (is_metric(metric, &figures->rows[i]))
			return true;
	return false;
}

static int add_row(struct gathering *gathering, const struct cell *cell,
		   const struct metric *metric)
{
	struct figures *figures = gathering->figures;
	struct row *rows, *row;
	int ret = 0;

	rows = array_grow(figures->rows, figures->row_count, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	figures->rows = rows;
	row = &rows[figures->row_count];
	row->cell = cell;
	row->metric = metric->name;
	row->unit = metric->unit;
	row->higher_is_better = metric->higher_is_better;
	row->place = figures->row_count;
	row->figures = calloc(gathering->count, sizeof(*row->figures));
	if (!row->figures)
		return -ENOMEM;
	figures->row_count++;
	for (size_t i = 0; i < gathering->count && !ret; i++)
		ret = figure_make(gathering->cells[i], row, &row->figures[i]);
	return ret;
}

static int add_cell_rows(struct gathering *gathering, const struct cell *cell)
{
	int ret = 0;

	for (size_t t = 0; t < cell->trial_count && !ret; t++) {
		const struct trial *trial = &cell->trials[t];

		for (size_t m = 0; m < trial->metric_count && !ret; m++) {
			const struct metric *metric = &trial->metrics[m];

			if (metric->sample_count && !has_row(gathering, metric))
				ret = add_row(gathering, cell, metric);
		}
	}
	return ret;
}

static int add_cell(struct gathering *gathering, size_t result,
		    const struct cell *cell)
{
	int ret;

	for (size_t i = 0; i < gathering->count; i++) {
		ret = cell_index_find(&gathering->indexes[i], cell,
				      &gathering->cells[i]);
		if (ret)
			return ret;
		if (i < result && gathering->cells[i])
			return 0; /* was added with that result */
	}
	gathering->first_row = gathering->figures->row_count;
	for (size_t i = 0; i < gathering->count; i++) {
		const struct cell *same = gathering->cells[i];

		if (!same || same->status != CELL_OK)
			continue;
		ret = add_cell_rows(gathering, same);
		if (ret)
			return ret;
	}
	return 0;
}

static int add_results(struct gathering *gathering)
{
	int ret = 0;

	for (size_t i = 0; i < gathering->count && !ret; i++)
		ret = cell_index_build(gathering->results[i],
				       &gathering->indexes[i]);
	for (size_t i = 0; i < gathering->count && !ret; i++) {
		const struct result *result = gathering->results[i];

		for (size_t c = 0; c < result->cell_count && !ret; c++)
			ret = add_cell(gathering, i, &result->cells[c]);
	}
	return ret;
}

static int gather_rows(const struct result *const *results, size_t count,
		       struct figures *figures)
{
	struct gathering gathering = {
		.results = results,
		.indexes = calloc(count + 1, sizeof(struct cell_index)),
		.cells = calloc(count + 1, sizeof(struct cell *)),
		.count = count,
		.figures = figures,
	};
	int ret = -ENOMEM;

	if (gathering.indexes && gathering.cells)
		ret = add_results(&gathering);
	for (size_t i = 0; gathering.indexes && i < count; i++)
		cell_index_free(&gathering.indexes[i]);
	free(gathering.indexes);
	free(gathering.cells);
	return ret;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *left = a, *right = b;
	int order = cell_order(left->cell, right->cell);

	/* Metrics stay in the order in which the case names them. */
	if (!order)
		order = (left->place > right->place) -
			(left->place < right->place);
	return order;
}

int figures_make(const struct result *const *results, size_t count,
		 struct figures *figures)
{
	int ret;

	memset(figures, 0, sizeof(*figures));
	figures->result_count = count;
	ret = gather_rows(results, count, figures);
	if (ret || !figures->row_count)
		return ret;
	qsort(figures->rows, figures->row_count, sizeof(*figures->rows),
	      compare_rows);
	return chapters_make(figures);
}

void figures_free(struct figures *figures)
{
	for (size_t i = 0; i < figures->row_count; i++)
		free(figures->rows[i].figures);
	for (size_t i = 0; i < figures->chapter_count; i++)
		free(figures->chapters[i].axes);
	free(figures->rows);
	free(figures->chapters);
	memset(figures, 0, sizeof(*figures));
}

double row_typical(const struct row *row, size_t count)
{
	double typical = NAN;

	for (size_t i = 0; i < count; i++)
		typical = fmax(typical, fabs(row->figures[i].median));
	return typical;
}
