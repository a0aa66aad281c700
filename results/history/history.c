// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/base/threshold.h"
#include "results/format.h"
#include "results/level.h"
#include "history.h"
#include "results/stats/changes.h"
#include "results/stats/stats.h"

static bool same_text(const struct result *a, const struct result *b,
		      const char *path)
{
	const char *first = result_text(a, path);
	const char *second = result_text(b, path);

	return !strcmp(first ? first : "", second ? second : "");
}

bool history_comparable(const struct result *a, const struct result *b)
{
	return same_text(a, b, "clock/kind") &&
	       same_text(a, b, "machine/accelerator") &&
	       same_text(a, b, "machine/fingerprint") &&
	       same_text(a, b, "run/configuration/name");
}

static bool is_exact(const struct result *result)
{
	const char *kind = result_text(result, "clock/kind");

	return kind && !strcmp(kind, "instructions");
}

static struct history_series *series_find(struct history *history,
					  const char *name)
{
	for (size_t i = 0; i < history->count; i++)
		if (!strcmp(history->series[i].name, name))
			return &history->series[i];
	return NULL;
}

struct history_series *history_add(struct history *history, const char *name,
				   const char *unit, bool higher_is_better)
{
	struct history_series *grown = series_find(history, name);

	if (grown)
		return grown;
	grown = array_grow(history->series, history->count, sizeof(*grown));
	if (!grown)
		return NULL;
	history->series = grown;
	grown += history->count;
	*grown = (struct history_series){
		.name = strdup(name),
		.unit = strdup(unit),
		.higher_is_better = higher_is_better,
	};
	history->count++;
	return grown->name && grown->unit ? grown : NULL;
}

int history_add_point(struct history_series *series, double value, size_t run)
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
		double level = cell_level(cell, metric->name);
		struct history_series *series;
		char *name = format_string("%s %s", label, metric->name);

		if (!name)
			return -ENOMEM;
		series = history_add(history, name, metric->unit,
				     metric->higher_is_better);
		free(name);
		if (!series)
			return -ENOMEM;
		series->exact = exact;
		/* Another unit is another thing. */
		if (isnan(level) || strcmp(series->unit, metric->unit))
			continue;
		if (history_add_point(series, level, run))
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

		if (!history_comparable(results[0], result)) {
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

static void free_series(struct history_series *series)
{
	free(series->name);
	free(series->unit);
	free(series->points);
	free(series->runs);
	free(series->changes);
}

void history_drop(struct history *history, size_t index)
{
	struct history_series *series = &history->series[index];

	free_series(series);
	memmove(series, series + 1,
		(--history->count - index) * sizeof(*series));
}

void history_free(struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free_series(&history->series[i]);
	free(history->series);
	*history = (struct history){ 0 };
}

int history_add_change(struct history_series *series,
		       const struct history_change *change)
{
	struct history_change *grown = array_grow(
		series->changes, series->change_count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	series->changes = grown;
	grown += series->change_count++;
	*grown = *change;
	grown->regression =
		(change->after > change->before) != series->higher_is_better;
	return 0;
}

/* A step when the last point made the difference, else a drift that ends. */
static struct history_change describe_exact(const struct history_series *series,
					    size_t at, double level,
					    double threshold)
{
	const double *points = series->points;
	struct history_change change = {
		.index = at,
		.end = at,
		.before = level,
		.after = points[at],
		.low = points[at] - level,
		.high = points[at] - level,
		.probability = 1,
	};

	change.drift =
		!threshold_exceeded(points[at], points[at - 1], threshold);
	/* It began where the series last left the level. */
	while (change.drift && change.index > 1 &&
	       points[change.index - 1] != level)
		change.index--;
	change.first = change.index;
	change.last = change.index;
	return change;
}

static int find_exact(struct history_series *series, double threshold)
{
	double level = series->count ? series->points[0] : NAN;

	for (size_t i = 1; i < series->count; i++) {
		struct history_change change;

		if (!threshold_exceeded(series->points[i], level, threshold)) {
			series->below |=
				threshold_exceeded(series->points[i], level, 0);
			continue;
		}
		change = describe_exact(series, i, level, threshold);
		if (history_add_change(series, &change))
			return -ENOMEM;
		level = series->points[i];
	}
	return 0;
}

static int find_noisy(struct history_series *series, double threshold)
{
	struct changes found = changes_find(series->points, series->count);
	int ret = found.status == STATS_NO_MEMORY ? -ENOMEM : 0;

	for (size_t i = 0; i < found.count && !ret; i++) {
		const struct change *item = &found.items[i];
		const struct history_change change = {
			.drift = item->kind == CHANGE_DRIFT,
			.index = item->index,
			.end = item->end,
			.first = item->first,
			.last = item->last,
			.before = item->before,
			.after = item->after,
			.low = item->low,
			.high = item->high,
			.probability = item->probability,
		};

		if (threshold_exceeded(item->after, item->before, threshold))
			ret = history_add_change(series, &change);
		else
			series->below = true;
	}
	series->noise = found.noise;
	series->autocorrelation = found.autocorrelation;
	series->wandering = found.wandering && series->change_count;
	changes_free(&found);
	return ret;
}

int history_find(struct history_series *series, double threshold)
{
	int ret;

	series->change_count = 0;
	ret = series->exact ? find_exact(series, threshold) :
			      find_noisy(series, threshold);

	series->below &= !series->change_count;
	return ret;
}
