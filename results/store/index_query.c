// SPDX-License-Identifier: GPL-2.0-or-later
/* What an index knows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index_parts.h"
#include "results/base/array.h"

static char *copy_text(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return strdup(text ? text : "");
}

static int read_run(struct index_run *run, sqlite3_stmt *row)
{
	char **const texts[] = { &run->file,	     &run->id,
				 &run->started,	     &run->release,
				 &run->commit,	     &run->title,
				 &run->clock,	     &run->accelerator,
				 &run->fingerprint,  &run->machine,
				 &run->configuration };
	bool whole = true;

	for (int i = 0; i < (int)(sizeof(texts) / sizeof(*texts)); i++) {
		*texts[i] = copy_text(row, 5 + i);
		whole &= *texts[i] != NULL;
	}
	run->foreign = sqlite3_column_int(row, 2);
	if (sqlite3_column_type(row, 1) != SQLITE_NULL) {
		run->problem = copy_text(row, 1);
		whole &= run->problem != NULL;
	}
	run->profile = sqlite3_column_int(row, 16);
	run->cells = (size_t)sqlite3_column_int64(row, 3);
	run->measured = (size_t)sqlite3_column_int64(row, 4);
	return whole ? 0 : -ENOMEM;
}

static int add_row(struct index *index, sqlite3_stmt *row)
{
	struct index_run *runs =
		array_grow(index->runs, index->count, sizeof(*runs));
	long long *keys;

	if (!runs)
		return -ENOMEM;
	index->runs = runs;
	keys = array_grow(index->keys, index->count, sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	index->keys = keys;
	keys[index->count] = sqlite3_column_int64(row, 0);
	runs[index->count] = (struct index_run){ 0 };
	return read_run(&runs[index->count++], row);
}

int index_load_runs(struct index *index, struct error *err)
{
	sqlite3_stmt *rows;
	int code = SQLITE_DONE;
	int ret = index_prepare(index,
				"SELECT key, problem, isforeign, cells, "
				"measured, file, id, started, release, "
				"commit_id, title, clock, accelerator, "
				"fingerprint, machine, configuration, profile "
				"FROM run "
				"ORDER BY key",
				&rows, err);

	if (ret)
		return ret;
	while (!ret && (code = sqlite3_step(rows)) == SQLITE_ROW)
		if (add_row(index, rows))
			ret = error_set(err, -ENOMEM, "out of memory");
	sqlite3_finalize(rows);
	return ret || code == SQLITE_DONE ? ret : index_fault(index, code, err);
}

void index_free_runs(struct index *index)
{
	for (size_t i = 0; i < index->count; i++) {
		struct index_run *run = &index->runs[i];

		free(run->file);
		free(run->problem);
		free(run->id);
		free(run->started);
		free(run->release);
		free(run->commit);
		free(run->title);
		free(run->clock);
		free(run->accelerator);
		free(run->fingerprint);
		free(run->machine);
		free(run->configuration);
	}
	free(index->runs);
	free(index->keys);
	index->runs = NULL;
	index->keys = NULL;
	index->count = 0;
}

static int compare_keys(const void *a, const void *b)
{
	const long long *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

/* The place of the run with @key; false when another process removed it. */
static bool find_run(const struct index *index, long long key, size_t *run)
{
	const long long *found =
		index->count ? bsearch(&key, index->keys, index->count,
				       sizeof(key), compare_keys) :
			       NULL;

	if (found)
		*run = (size_t)(found - index->keys);
	return found;
}

struct points {
	struct index_point *items;
	size_t count;
};

static int read_points(struct index *index, sqlite3_stmt *rows, long long key,
		       struct points *points, struct error *err)
{
	int code;

	points->count = 0;
	sqlite3_bind_int64(rows, 1, key);
	while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
		size_t run;

		/* There is room for one of every run. */
		if (find_run(index, sqlite3_column_int64(rows, 0), &run) &&
		    points->count < index->count)
			points->items[points->count++] = (struct index_point){
				run, sqlite3_column_double(rows, 1)
			};
	}
	sqlite3_reset(rows);
	return code == SQLITE_DONE ? 0 : index_fault(index, code, err);
}

static int take_series(struct index *index, sqlite3_stmt *rows,
		       sqlite3_stmt *points_rows, struct points *points,
		       index_take_series *take, void *data, struct error *err)
{
	int code, ret = 0;

	while (!ret && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		struct index_series series = {
			.name = (const char *)sqlite3_column_text(rows, 1),
			.unit = (const char *)sqlite3_column_text(rows, 2),
			.higher_is_better = sqlite3_column_int(rows, 3),
		};

		ret = read_points(index, points_rows,
				  sqlite3_column_int64(rows, 0), points, err);
		series.points = points->items;
		series.count = points->count;
		if (!ret && points->count && series.name && series.unit)
			ret = take(&series, data);
	}
	return ret || code == SQLITE_DONE ? ret : index_fault(index, code, err);
}

int index_each_series(struct index *index, const char *name,
		      index_take_series *take, void *data, struct error *err)
{
	struct points points = {
		calloc(index->count + 1, sizeof(*points.items)), 0
	};
	sqlite3_stmt *rows = NULL, *inner = NULL;
	int ret = points.items ? 0 : error_set(err, -ENOMEM, "out of memory");

	if (!ret)
		ret = index_prepare(index,
				    "SELECT key, name, unit, higher FROM "
				    "series WHERE ?1 IS NULL OR name=?1 ORDER "
				    "BY name, unit",
				    &rows, err);
	if (!ret)
		ret = index_prepare(index,
				    "SELECT run, value FROM point WHERE "
				    "series=?1 ORDER BY run",
				    &inner, err);
	if (!ret) {
		sqlite3_bind_text(rows, 1, name, -1, SQLITE_STATIC);
		ret = take_series(index, rows, inner, &points, take, data, err);
	}
	sqlite3_finalize(rows);
	sqlite3_finalize(inner);
	free(points.items);
	return ret;
}

int index_each_state(struct index *index, index_take_state *take, void *data,
		     struct error *err)
{
	sqlite3_stmt *rows;
	int code = SQLITE_DONE;
	int ret = index_prepare(index,
				"SELECT cell.name, run, state FROM cell JOIN "
				"did ON did.cell=cell.key ORDER BY cell.key, "
				"run",
				&rows, err);

	if (ret)
		return ret;
	while (!ret && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		size_t run;

		if (find_run(index, sqlite3_column_int64(rows, 1), &run))
			ret = take((const char *)sqlite3_column_text(rows, 0),
				   run, (size_t)sqlite3_column_int64(rows, 2),
				   data);
	}
	sqlite3_finalize(rows);
	return ret || code == SQLITE_DONE ? ret : index_fault(index, code, err);
}

int index_state(struct index *index, size_t state, const char *cell,
		struct result *result, struct error *err)
{
	sqlite3_stmt *row;
	const char *text = NULL;
	int ret = index_prepare(index, "SELECT text FROM state WHERE key=?1",
				&row, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(row, 1, (long long)state);
	if (sqlite3_step(row) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(row, 0);
	ret = index_state_restore(text ? json_loads(text, 0, NULL) : NULL, cell,
				  result);
	sqlite3_finalize(row);
	return ret ? error_set(err, ret, "%s: the index is damaged",
			       index->folder) :
		     0;
}
