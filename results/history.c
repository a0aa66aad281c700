// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "format.h"
#include "history.h"
#include "stats/stats.h"

static bool same_text(const struct result *a, const struct result *b,
		      const char *path)
{
	const char *first = result_text(a, path);
	const char *second = result_text(b, path);

	return !strcmp(first ? first : "", second ? second : "");
}

static bool comparable(const struct result *a, const struct result *b)
{
	return same_text(a, b, "clock/kind") &&
	       same_text(a, b, "machine/accelerator") &&
	       same_text(a, b, "machine/fingerprint");
}

static bool is_exact(const struct result *result)
{
	const char *kind = result_text(result, "clock/kind");

	return kind && !strcmp(kind, "instructions");
}

/* The median over trials of each one's median; NAN without any. */
static double level_of(const struct cell *cell, const char *metric)
{
	double *levels = calloc(cell->trial_count + 1, sizeof(*levels));
	double level = NAN;
	size_t count = 0;

	for (size_t i = 0; levels && i < cell->trial_count; i++) {
		const struct metric *from =
			trial_metric(&cell->trials[i], metric);

		if (from && from->sample_count)
			levels[count++] = stats_median(from->samples,
						       from->sample_count, 0.95)
						  .median;
	}
	if (count)
		level = stats_median(levels, count, 0.95).median;
	free(levels);
	return level;
}

static struct history_series *series_find(struct history *history,
					  const char *name)
{
	for (size_t i = 0; i < history->count; i++)
		if (!strcmp(history->series[i].name, name))
			return &history->series[i];
	return NULL;
}

static struct history_series *series_add(struct history *history, char *name,
					 const struct metric *metric)
{
	struct history_series *grown =
		array_grow(history->series, history->count, sizeof(*grown));

	if (!grown)
		return NULL;
	history->series = grown;
	grown += history->count;
	*grown = (struct history_series){
		.name = strdup(name),
		.unit = strdup(metric->unit),
		.higher_is_better = metric->higher_is_better,
	};
	history->count++;
	return grown->name && grown->unit ? grown : NULL;
}

static int add_point(struct history_series *series, double value, size_t run)
{
	double *points =
		array_grow(series->points, series->count, sizeof(*points));
	size_t *runs;

	if (!points)
		return -ENOMEM;
	series->points = points;
	runs = array_grow(series->runs, series->count, sizeof(*runs));
	if (!runs)
		return -ENOMEM;
	series->runs = runs;
	points[series->count] = value;
	runs[series->count++] = run;
	return 0;
}

static int add_cell(struct history *history, const struct cell *cell,
		    size_t run, bool exact)
{
	const struct trial *first = &cell->trials[0];
	char label[512];

	cell_label(cell, label, sizeof(label));
	for (size_t i = 0; i < first->metric_count; i++) {
		const struct metric *metric = &first->metrics[i];
		double level = level_of(cell, metric->name);
		struct history_series *series;
		char *name = format_string("%s %s", label, metric->name);

		if (!name)
			return -ENOMEM;
		series = series_find(history, name);
		if (!series)
			series = series_add(history, name, metric);
		free(name);
		if (!series)
			return -ENOMEM;
		series->exact = exact;
		/* Another unit is another thing. */
		if (isnan(level) || strcmp(series->unit, metric->unit))
			continue;
		if (add_point(series, level, run))
			return -ENOMEM;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct history_series *first = a, *second = b;

	return strcmp(first->name, second->name);
}

int history_build(const struct result *const *results, size_t count,
		  struct history *history, size_t *left_out)
{
	*history = (struct history){ 0 };
	*left_out = 0;
	for (size_t i = 0; i < count; i++) {
		const struct result *result = results[i];

		if (!comparable(results[0], result)) {
			++*left_out;
			continue;
		}
		for (size_t j = 0; j < result->cell_count; j++) {
			const struct cell *cell = &result->cells[j];

			if (cell->status == CELL_OK && cell->trial_count &&
			    add_cell(history, cell, i, is_exact(result))) {
				history_free(history);
				return -ENOMEM;
			}
		}
	}
	if (history->count)
		qsort(history->series, history->count, sizeof(*history->series),
		      by_name);
	return 0;
}

void history_free(struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		free(history->series[i].name);
		free(history->series[i].unit);
		free(history->series[i].points);
		free(history->series[i].runs);
		free(history->series[i].changes);
	}
	free(history->series);
	*history = (struct history){ 0 };
}

static int add_change(struct history_series *series, size_t index,
		      double before)
{
	double after = series->points[index];
	double ratio = before != 0 ? after / before : INFINITY;
	struct history_change *grown = array_grow(
		series->changes, series->change_count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	series->changes = grown;
	grown[series->change_count++] = (struct history_change){
		.index = index,
		.before = before,
		.after = after,
		.low = ratio,
		.high = ratio,
		.probability = 1,
		.regression = (after > before) != series->higher_is_better,
	};
	return 0;
}

int history_steps(struct history_series *series, double threshold)
{
	double level = series->count ? series->points[0] : NAN;

	for (size_t i = 1; i < series->count; i++) {
		if (fabs(series->points[i] - level) <= threshold * fabs(level))
			continue;
		if (add_change(series, i, level))
			return -ENOMEM;
		level = series->points[i];
	}
	return 0;
}
