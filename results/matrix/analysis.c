// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "results/base/array.h"
#include "results/base/cell_index.h"
#include "results/level.h"

static void free_row(struct analysis_row *row)
{
	free(row->logs);
	effects_free(&row->effects);
}

void analysis_free(struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->count; i++)
		free_row(&analysis->rows[i]);
	free(analysis->rows);
	*analysis = (struct analysis){ 0 };
}

struct effects_input analysis_input(const struct analysis *analysis,
				    const struct analysis_row *row)
{
	const struct design *design = analysis->design;

	return (struct effects_input){ design->sizes, design->count,
				       design->runs, row->logs,
				       design->run_count };
}

static void find_most(const struct analysis *analysis, struct analysis_row *row)
{
	const struct effects *effects = &row->effects;

	for (size_t i = 0; i < effects->count; i++)
		if (fabs(effects->list[i].log) > row->most)
			row->most = fabs(effects->list[i].log);
	for (size_t i = 0; i < effects->suspect_count; i++)
		row->most = fmax(row->most, fabs(effects->suspects[i].log));
	if (row->most <= analysis->tolerance)
		row->most = 0;
	/* Where nothing can be told, that it moves is to be told. */
	for (size_t i = 0; i < analysis->design->run_count; i++)
		if (!row->most &&
		    fabs(row->logs[i] - row->logs[0]) > analysis->tolerance)
			row->most = analysis->tolerance;
}

static int add_row(struct analysis *analysis, const struct cell_index *indexes,
		   const struct cell *cell, const struct metric *metric)
{
	struct analysis_row *rows =
		array_grow(analysis->rows, analysis->count, sizeof(*rows));
	struct analysis_row row = { .cell = cell, .metric = metric };
	struct effects_input input;
	int ret = 0;

	if (!rows)
		return -ENOMEM;
	analysis->rows = rows;
	row.logs = calloc(analysis->design->run_count, sizeof(*row.logs));
	if (!row.logs)
		return -ENOMEM;
	for (size_t i = 0; i < analysis->design->run_count && !ret; i++) {
		const struct cell *found;

		ret = cell_index_find(&indexes[i], cell, &found);
		row.logs[i] = !ret && found && found->status == CELL_OK ?
				      log(cell_level(found, metric->name)) :
				      NAN;
		if (!isfinite(row.logs[i]))
			row.logs[i] = NAN;
	}
	input = analysis_input(analysis, &row);
	if (!ret)
		ret = effects_find(&input, analysis->tolerance, &row.effects);
	if (ret) {
		free_row(&row);
		return ret;
	}
	find_most(analysis, &row);
	rows[analysis->count++] = row;
	return 0;
}

/* Whether a run before @run has measured @cell, which is in the rows then. */
static int is_known(const struct cell_index *indexes, size_t run,
		    const struct cell *cell, bool *known)
{
	int ret = 0;

	*known = false;
	for (size_t i = 0; i < run && !ret && !*known; i++) {
		const struct cell *found;

		ret = cell_index_find(&indexes[i], cell, &found);
		*known = !ret && found && found->status == CELL_OK;
	}
	return ret;
}

static int add_run(struct analysis *analysis, const struct cell_index *indexes,
		   const struct result *results, size_t run)
{
	int ret = 0;

	for (size_t i = 0; i < results[run].cell_count && !ret; i++) {
		const struct cell *cell = &results[run].cells[i];
		bool known;

		if (cell->status != CELL_OK || !cell->trial_count)
			continue;
		ret = is_known(indexes, run, cell, &known);
		for (size_t j = 0;
		     j < cell->trials[0].metric_count && !ret && !known; j++)
			ret = add_row(analysis, indexes, cell,
				      &cell->trials[0].metrics[j]);
	}
	return ret;
}

/* Rows come in the same order again, new ones behind them. */
static void keep_asked(struct analysis *analysis, const struct analysis *before)
{
	memcpy(analysis->pairs, before->pairs, sizeof(before->pairs));
	analysis->pair_count = before->pair_count;
	for (size_t i = 0; i < before->count && i < analysis->count; i++)
		analysis->rows[i].asked = before->rows[i].asked;
}

int analysis_make(struct analysis *analysis, const struct design *design,
		  const struct result *results, double tolerance)
{
	struct analysis before = *analysis;
	struct cell_index *indexes =
		calloc(design->run_count, sizeof(*indexes));
	int ret = indexes ? 0 : -ENOMEM;

	*analysis =
		(struct analysis){ .design = design, .tolerance = tolerance };
	for (size_t i = 0; i < design->run_count && !ret; i++)
		ret = cell_index_build(&results[i], &indexes[i]);
	for (size_t i = 0; i < design->run_count && !ret; i++)
		ret = add_run(analysis, indexes, results, i);
	for (size_t i = 0; i < design->run_count && indexes; i++)
		cell_index_free(&indexes[i]);
	free(indexes);
	keep_asked(analysis, &before);
	analysis_free(&before);
	return ret;
}

static bool is_effect(const struct effect *a, const struct effect *b)
{
	return a->dimension == b->dimension && a->value == b->value;
}

static bool is_there(const struct design *design,
		     const struct combination *wanted, size_t count,
		     const struct combination *both)
{
	for (size_t i = 0; i < design->run_count; i++)
		if (!memcmp(&design->runs[i], both, sizeof(*both)))
			return true;
	for (size_t i = 0; i < count; i++)
		if (!memcmp(&wanted[i], both, sizeof(*both)))
			return true;
	return false;
}

/* Its place among the pairs; ANALYSIS_PAIRS_MAX: there is no room. */
static size_t note_pair(struct analysis *analysis, const struct effect *a,
			const struct effect *b)
{
	size_t i;

	for (i = 0; i < analysis->pair_count; i++)
		if (is_effect(&analysis->pairs[i].a, a) &&
		    is_effect(&analysis->pairs[i].b, b))
			return i;
	if (i < ANALYSIS_PAIRS_MAX)
		analysis->pairs[analysis->pair_count++] =
			(struct suspect){ .a = *a, .b = *b };
	return i;
}

/* The design has the base and each value alone: both together are missing. */
static size_t ask_pair(struct analysis *analysis, struct analysis_row *row,
		       const struct effect *a, const struct effect *b,
		       struct combination *wanted, size_t count, size_t most)
{
	struct combination both = { 0 };
	size_t pair;

	both.values[a->dimension] = (unsigned char)a->value;
	both.values[b->dimension] = (unsigned char)b->value;
	if (!is_there(analysis->design, wanted, count, &both)) {
		if (count == most)
			return count;
		wanted[count++] = both;
	}
	pair = note_pair(analysis, a, b);
	if (pair < ANALYSIS_PAIRS_MAX)
		row->asked |= 1u << pair;
	return count;
}

/* The next row by how much moves it; NULL: all that move were there. */
static struct analysis_row *next_row(const struct analysis *analysis,
				     const struct analysis_row *last)
{
	struct analysis_row *next = NULL;

	for (size_t i = 0; i < analysis->count; i++) {
		struct analysis_row *row = &analysis->rows[i];

		if (!row->effects.suspect_count ||
		    (last && (row->most > last->most ||
			      (row->most == last->most && row <= last))))
			continue;
		if (!next || row->most > next->most)
			next = row;
	}
	return next;
}

size_t analysis_ask(struct analysis *analysis, struct combination *wanted,
		    size_t most)
{
	struct analysis_row *row = NULL;
	size_t count = 0;

	while ((row = next_row(analysis, row)))
		for (size_t i = 0; i < row->effects.suspect_count; i++) {
			const struct suspect *suspect =
				&row->effects.suspects[i];

			count = ask_pair(analysis, row, &suspect->a,
					 &suspect->b, wanted, count, most);
		}
	return count;
}
