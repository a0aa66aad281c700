// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_columns.h"
#include "history_csv.h"
#include "results/base/array.h"
#include "results/format.h"
#include "runners/base/timestamp.h"

/* More is a column that was taken for one of names. */
#define SERIES_MAX 10000

/* A value and what is known of it. */
struct point {
	size_t place; /* in the file, from 0 */
	size_t line;
	size_t series;
	double value; /* NAN: missing */
	double time; /* 0 without times */
	char *name; /* of the series */
	char *unit, *when, *commit, *title;
};

struct table {
	const struct history_csv *csv;
	struct csv_columns columns;
	struct timestamp first; /* time there is; the others are like it */
	size_t first_line; /* of it; 0: there is none yet */
	struct point *points;
	size_t count;
	bool letters; /* some commit is more than digits */
};

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "history: out of memory");
}

/* "benchmark metric column", of what there is; "value" where there is nothing.
 */
static char *series_name(const struct csv_columns *columns,
			 const struct csv_row *row, size_t value)
{
	char *name = strdup("");

	for (size_t i = 0; i < columns->count && name; i++) {
		const char *part = columns->roles[i] == CSV_METRIC ?
					   csv_field_text(row, i) :
				   i == value ? columns->titles[i] :
						NULL;
		char *longer;

		if (!part || !*part)
			continue;
		longer = format_string("%s%s%s", name, *name ? " " : "", part);
		free(name);
		name = longer;
	}
	if (name && !*name) {
		free(name);
		name = strdup("value");
	}
	return name;
}

static int read_time(struct table *table, const struct csv_row *row,
		     double *seconds, struct error *err)
{
	static const char remedy[] = "write 2026-01-31, 2026-01-31T12:00:00Z "
				     "or seconds since 1970";
	size_t place = 0;
	struct timestamp time;

	while (place < table->columns.count &&
	       table->columns.roles[place] != CSV_TIME)
		place++;
	if (place == table->columns.count)
		return 0;
	if (timestamp_parse(csv_field_text(row, place), &time))
		return csv_refuse(row, place, "no time that can be ordered",
				  remedy, err);
	if (!table->first_line) {
		table->first_line = row->fields[place].line;
		table->first = time;
	}
	if (time.kind != table->first.kind)
		return csv_refuse(
			row, place,
			"cannot be ordered with the first time, which "
			"is of another kind (date with a zone, date "
			"without, number)",
			remedy, err);
	*seconds = time.seconds;
	return 0;
}

static bool is_number(const char *text)
{
	return !text[strspn(text, "0123456789")];
}

static int add_point(struct table *table, const struct csv_row *row,
		     size_t place, double value, double time)
{
	const struct csv_columns *columns = &table->columns;
	const char *commit = csv_text(columns, row, CSV_COMMIT);
	struct point *grown =
		array_grow(table->points, table->count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	table->points = grown;
	table->letters |= !is_number(commit);
	grown += table->count;
	*grown = (struct point){
		.place = table->count++,
		.line = row->fields[0].line,
		.value = value,
		.time = time,
		.name = series_name(columns, row, place),
		.unit = strdup(csv_text(columns, row, CSV_UNIT)),
		.when = strdup(csv_text(columns, row, CSV_TIME)),
		.commit = strdup(commit),
		.title = strdup(csv_text(columns, row, CSV_SUBJECT)),
	};
	return grown->name && grown->unit && grown->when && grown->commit &&
			       grown->title ?
		       0 :
		       -ENOMEM;
}

static int read_value(const struct table *table, const struct csv_row *row,
		      size_t place, double *value, struct error *err)
{
	const char *why, *text = csv_field_text(row, place);

	*value = NAN;
	if (csv_is_missing(text))
		return 0;
	why = csv_number(text, table->csv->comma, value);
	if (!why)
		return 0;
	return csv_refuse(row, place, why,
			  table->csv->comma == CSV_COMMA_UNKNOWN &&
					  strchr(text, ',') ?
				  "say --comma group or --comma decimal" :
				  "write numbers as in C, or leave them out",
			  err);
}

/* Spreadsheets end lines with the separators of columns that were left. */
static size_t used_fields(const struct csv_row *row)
{
	size_t count = row->count;

	while (count && !*row->fields[count - 1].text)
		count--;
	return count;
}

static int read_row(struct table *table, const struct csv_row *row,
		    struct error *err)
{
	bool timed = false;
	double value, time = 0;
	int ret = 0;

	if (used_fields(row) > table->columns.count)
		return csv_refuse(row, table->columns.count,
				  "one field more than there are columns",
				  "put what has a comma into quotes", err);
	for (size_t i = 0; i < table->columns.count && !ret; i++) {
		if (table->columns.roles[i] != CSV_VALUE)
			continue;
		ret = read_value(table, row, i, &value, err);
		/* A line that says nothing needs no place, either. */
		if (!ret && !timed && !isnan(value)) {
			ret = read_time(table, row, &time, err);
			timed = true;
		}
		if (!ret && add_point(table, row, i, value, time))
			ret = no_memory(err);
	}
	return ret;
}

static int note_row(const struct csv_row *row, void *data, struct error *err)
{
	struct table *table = data;
	struct csv_columns *columns = &table->columns;
	int ret = 0;

	if (!used_fields(row))
		return 0;
	if (csv_is_header(columns, row))
		return csv_name_columns(columns, row, err);
	if (!columns->count)
		ret = csv_guess_columns(columns, row, err);
	return ret ? ret : read_row(table, row, err);
}

static int by_series(const void *a, const void *b)
{
	const struct point *first = a, *second = b;
	int order = strcmp(first->name, second->name);

	return order			    ? order :
	       first->place < second->place ? -1 :
					      first->place > second->place;
}

static int by_time(const void *a, const void *b)
{
	const struct point *first = a, *second = b;

	return first->time < second->time   ? -1 :
	       first->time > second->time   ? 1 :
	       first->place < second->place ? -1 :
					      first->place > second->place;
}

/* The series that there are, by name; points get to know theirs. */
static int make_series(struct table *table, struct history *history,
		       struct error *err)
{
	struct history_series *series = NULL;

	qsort(table->points, table->count, sizeof(*table->points), by_series);
	for (size_t i = 0; i < table->count; i++) {
		struct point *point = &table->points[i];

		if (!i || strcmp(point[-1].name, point->name))
			series = history_add(history, point->name, point->unit,
					     table->csv->higher_is_better);
		if (!series)
			return no_memory(err);
		if (history->count > SERIES_MAX)
			return error_set(err, -E2BIG,
					 "%s:%zu: '%.40s' is one of more than "
					 "%d metrics: rename the column if it "
					 "is something else",
					 table->csv->path, point->line,
					 point->name, SERIES_MAX);
		if (strcmp(series->unit, point->unit))
			return error_set(
				err, -EINVAL,
				"%s:%zu: the unit of %s is '%s' here "
				"and '%s' before: convert one, or name "
				"them differently",
				table->csv->path, point->line, point->name,
				point->unit, series->unit);
		point->series = history->count - 1;
		series->missing += isnan(point->value);
	}
	return 0;
}

static bool same_run(const struct point *a, const struct point *b)
{
	return a->time == b->time && !strcmp(a->commit, b->commit) &&
	       !strcmp(a->title, b->title) && !strcmp(a->when, b->when);
}

static int add_run(const struct point *point, struct history_runs *runs)
{
	char number[32];

	snprintf(number, sizeof(number), "%zu", runs->count);
	/* Runs are named by what says most. */
	return history_runs_add(runs,
				*point->commit ? point->commit :
				*point->when   ? point->when :
						 number,
				point->commit,
				*point->title  ? point->title :
				*point->commit ? point->when :
						 "");
}

/* Points of several series that were measured together make one run. */
static int make_runs(struct table *table, struct history_runs *runs,
		     struct history *history, struct error *err)
{
	const struct point *last = NULL;

	qsort(table->points, table->count, sizeof(*table->points), by_time);
	for (size_t i = 0; i < table->count; i++) {
		const struct point *point = &table->points[i];
		struct history_series *series = &history->series[point->series];
		bool taken = series->count &&
			     series->runs[series->count - 1] == runs->count - 1;

		if (isnan(point->value))
			continue;
		if ((!last || taken || !same_run(last, point)) &&
		    add_run(point, runs))
			return no_memory(err);
		if (history_add_point(series, point->value, runs->count - 1))
			return no_memory(err);
		last = point;
	}
	return 0;
}

/* "99,8" without quotes and without names is a value and a commit. */
static int check_commits(const struct table *table, struct error *err)
{
	for (size_t i = 0;
	     i < table->count && !table->columns.named && !table->letters; i++)
		if (*table->points[i].commit)
			return error_set(
				err, -EINVAL,
				"%s:%zu: '%s' is a commit, or digits "
				"behind a comma: name the columns in a "
				"first line: time,value,commit",
				table->csv->path, table->points[i].line,
				table->points[i].commit);
	return 0;
}

static void free_table(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->points[i].name);
		free(table->points[i].unit);
		free(table->points[i].when);
		free(table->points[i].commit);
		free(table->points[i].title);
	}
	free(table->points);
	csv_columns_free(&table->columns);
}

int history_csv_load(const struct history_csv *csv, struct history_runs *runs,
		     struct history *history, struct error *err)
{
	struct table *table = calloc(1, sizeof(*table));
	int ret = table ? 0 : no_memory(err);

	if (ret)
		return ret;
	table->csv = csv;
	ret = csv_read(csv->path, note_row, table, err);
	if (!ret)
		ret = check_commits(table, err);
	if (!ret && table->count)
		ret = make_series(table, history, err);
	if (!ret && table->count)
		ret = make_runs(table, runs, history, err);
	if (!ret && !runs->count)
		ret = error_set(err, -ENODATA,
				"%s: no values: write lines of "
				"time,value[,commit]",
				csv->path);
	runs->order = table->first_line ? "time" : "file";
	free_table(table);
	free(table);
	return ret;
}
