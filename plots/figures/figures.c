// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/base/cell_index.h"
#include "figures.h"

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
		if (is_row_metric(metric, &figures->rows[i]))
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
	row->over = NULL;
	row->figures = calloc(gathering->count, sizeof(*row->figures));
	row->cells = calloc(gathering->count, sizeof(*row->cells));
	figures->row_count++;
	if (!row->figures || !row->cells)
		return -ENOMEM;
	memcpy(row->cells, gathering->cells,
	       gathering->count * sizeof(*row->cells));
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
	for (size_t i = 0; i < figures->row_count; i++) {
		free(figures->rows[i].figures);
		free(figures->rows[i].over);
		free(figures->rows[i].cells);
	}
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
