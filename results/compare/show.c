// SPDX-License-Identifier: GPL-2.0-or-later
#include "show.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/base/utf8.h"
#include "results/level.h"

static const struct comparison *find_change(const struct compare_report *report,
					    const struct cell *cell,
					    const char *metric)
{
	for (size_t i = 0; report && i < report->count; i++) {
		const struct comparison *row = &report->rows[i];

		if (row->new_cell == cell && row->metric &&
		    !strcmp(row->metric, metric) &&
		    verdict_is_of_cost(row->verdict))
			return row;
	}
	return NULL;
}

/*
 * Sample by sample in proportion: the same measurement in other units. Single
 * operations on a clock without noise are the mean once more.
 */
static bool is_repeat(const struct result *result, const struct trial *trial,
		      size_t at)
{
	const struct metric *metric = &trial->metrics[at];
	const char *clock = result_text(result, "clock/kind");

	if (at && clock && !strcmp(clock, "instructions") &&
	    !strcmp(metric->name, "latency"))
		return true;
	for (size_t i = 0; i < at; i++) {
		const struct metric *other = &trial->metrics[i];
		bool same = metric->sample_count == other->sample_count &&
			    metric->sample_count &&
			    strcmp(metric->unit, other->unit) != 0;

		for (size_t s = 1; s < metric->sample_count && same; s++)
			same = fabs(metric->samples[s] * other->samples[0] -
				    metric->samples[0] * other->samples[s]) <=
			       1e-9 * fabs(metric->samples[0] *
					   other->samples[s]);
		if (same)
			return true;
	}
	return false;
}

static double spread_of(const struct cell *cell, const char *metric,
			double level)
{
	double least = INFINITY, most = -INFINITY;
	size_t count = 0;

	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct metric *from =
			trial_metric(&cell->trials[i], metric);
		double value = NAN;

		if (from && from->sample_count)
			value = stats_median(from->samples, from->sample_count,
					     0.95)
					.median;
		if (!isfinite(value))
			continue;
		least = fmin(least, value);
		most = fmax(most, value);
		count++;
	}
	return count > 1 && level > 0 ? (most - least) / 2 / level : NAN;
}

static int add_row(struct show *show, const struct cell *cell,
		   const struct metric *metric)
{
	struct show_row *grown =
		array_grow(show->rows, show->count, sizeof(*grown));
	double level;

	if (!grown)
		return -ENOMEM;
	show->rows = grown;
	level = cell_level(cell, metric->name);
	grown[show->count++] = (struct show_row){
		.cell = cell,
		.metric = metric->name,
		.unit = metric->unit,
		.higher_is_better = metric->higher_is_better,
		.level = level,
		.spread = spread_of(cell, metric->name, level),
		.change = find_change(show->report, cell, metric->name),
	};
	return 0;
}

static int add_cell(struct show *show, const struct cell *cell, bool all)
{
	const struct trial *trial = cell->trials;
	int ret = 0;

	if (cell->status != CELL_OK || !cell->trial_count) {
		show->without++;
		return 0;
	}
	for (size_t i = 0; i < trial->metric_count && !ret; i++) {
		if (!all && is_repeat(show->result, trial, i))
			show->repeats++;
		else
			ret = add_row(show, cell, &trial->metrics[i]);
	}
	return ret;
}

static double change_of(const struct show_row *row)
{
	double ratio = row->change ? row->change->ratio : NAN;

	return ratio > 0 && isfinite(ratio) ? fabs(log(ratio)) : 0;
}

static int by_change(const void *a, const void *b)
{
	const struct show_row *left = a, *right = b;
	double x = change_of(left), y = change_of(right);

	if (x != y)
		return x < y ? 1 : -1;
	if (left->cell != right->cell)
		return left->cell < right->cell ? -1 : 1;
	return strcmp(left->metric, right->metric);
}

int show_make(const struct result *result, const struct compare_report *report,
	      const struct cell_filter *filter,
	      const struct compare_style *style, bool all, struct show *show)
{
	int ret = 0;

	*show = (struct show){ .result = result, .report = report };
	for (size_t i = 0; i < result->cell_count && !ret; i++)
		if (cell_filter_takes(filter, &result->cells[i]))
			ret = add_cell(show, &result->cells[i], all);
	if (show->count && report && !style->by_case)
		qsort(show->rows, show->count, sizeof(*show->rows), by_change);
	return ret;
}

void show_free(struct show *show)
{
	free(show->rows);
	show->rows = NULL;
	show->count = 0;
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *row_to_json(const struct show_row *row)
{
	const struct comparison *change = row->change;
	json_t *object = json_pack(
		"{s:o, s:o, s:o, s:o, s:s, s:o, s:o}", "case",
		utf8_json(row->cell->name), "axes",
		axes_to_json(row->cell->axes, row->cell->axis_count), "metric",
		utf8_json(row->metric), "unit", utf8_json(row->unit), "better",
		row->higher_is_better ? "higher" : "lower", "median",
		number(row->level), "spread", number(row->spread));

	if (object && change) {
		json_object_set_new(object, "base", number(change->base));
		json_object_set_new(object, "ratio", number(change->ratio));
		json_object_set_new(object, "verdict",
				    json_string(verdict_name(change->verdict)));
	}
	return object;
}

static json_t *id_to_json(const struct result *result)
{
	const char *id = result ? result_text(result, "run/id") : NULL;

	return id ? utf8_json(id) : json_null();
}

json_t *show_to_json(const struct show *show)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < show->count; i++)
		if (json_array_append_new(cells, row_to_json(&show->rows[i]))) {
			json_decref(cells);
			return NULL;
		}
	return json_pack(
		"{s:o, s:o, s:I, s:o}", "run", id_to_json(show->result), "base",
		id_to_json(show->report ? show->report->base : NULL),
		"without_figures", (json_int_t)show->without, "cells", cells);
}
