// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "history_csv.h"

#define FIELDS 32

enum column { TIME, VALUE, COMMIT, COLUMNS };

struct table {
	const char *path;
	size_t line;
	size_t places[COLUMNS]; /* of the columns; FIELDS: there is none */
	char *fields[FIELDS]; /* of this line */
	size_t count;
	char *start; /* of this line, to tell the column of an error */
};

static int bad_field(const struct table *table, enum column column,
		     const char *what, struct error *err)
{
	size_t place = table->places[column];
	size_t at = place < table->count ?
			    (size_t)(table->fields[place] - table->start) :
			    0;

	return error_set(err, -EINVAL,
			 "%s:%zu:%zu: %s: write lines of time,value[,commit]",
			 table->path, table->line, at + 1, what);
}

/* Quotes around a field go; none of ours can hold a comma. */
static char *trim(char *field)
{
	size_t length;

	field += strspn(field, " \t\"");
	length = strlen(field);
	while (length && strchr(" \t\r\n\"", field[length - 1]))
		field[--length] = '\0';
	return field;
}

static void split(struct table *table, char *line)
{
	char *field;

	table->start = line;
	table->count = 0;
	while (table->count < FIELDS && (field = strsep(&line, ",")))
		table->fields[table->count++] = trim(field);
}

static bool is_blank(const struct table *table)
{
	return table->count == 1 && !*table->fields[0];
}

/* A first line of names says which column is which. */
static bool read_names(struct table *table)
{
	static const char *const names[] = { "time", "value", "commit" };
	size_t places[COLUMNS] = { FIELDS, FIELDS, FIELDS };

	for (size_t i = 0; i < table->count; i++)
		for (enum column j = TIME; j < COLUMNS; j++)
			if (!strcasecmp(table->fields[i], names[j]))
				places[j] = i;
	if (places[VALUE] == FIELDS)
		return false;
	memcpy(table->places, places, sizeof(places));
	return true;
}

static const char *field(const struct table *table, enum column column)
{
	size_t place = table->places[column];

	return place < table->count ? table->fields[place] : "";
}

/* What JSON cannot hold is found here, where its place is known. */
static bool is_utf8(const char *text)
{
	json_t *string = json_string(text);

	json_decref(string);
	return string != NULL;
}

static int add_row(const struct table *table, struct history_runs *runs,
		   struct history_series *series, struct error *err)
{
	const char *text = field(table, VALUE), *commit = field(table, COMMIT);
	const char *time = field(table, TIME);
	char *end, number[32];
	double value = strtod(text, &end);

	if (!*text || *end)
		return bad_field(table, VALUE, "the value is not a number",
				 err);
	if (!isfinite(value))
		return bad_field(table, VALUE, "the value is not finite", err);
	if (!is_utf8(time) || !is_utf8(commit))
		return bad_field(table, VALUE, "the line is not UTF-8", err);
	snprintf(number, sizeof(number), "%zu", runs->count);
	/* Rows are named by what says most. */
	if (history_runs_add(runs,
			     *commit ? commit :
			     *time   ? time :
				       number,
			     commit, *commit ? time : "") ||
	    history_add_point(series, value, runs->count - 1))
		return error_set(err, -ENOMEM, "history: out of memory");
	return 0;
}

static int read_rows(struct table *table, FILE *file,
		     struct history_series *series, struct history_runs *runs,
		     struct error *err)
{
	bool first = true;
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, file) >= 0) {
		table->line++;
		split(table, line);
		if (is_blank(table))
			continue;
		if (!first || !read_names(table))
			ret = add_row(table, runs, series, err);
		first = false;
	}
	if (!ret && ferror(file))
		ret = error_set(err, -EIO, "%s: cannot be read", table->path);
	free(line);
	return ret;
}

int history_csv_load(const char *path, bool higher_is_better,
		     struct history_runs *runs, struct history *history,
		     struct error *err)
{
	struct table table = { .path = path, .places = { 0, 1, 2 } };
	struct history_series *series =
		history_add(history, "value", "", higher_is_better);
	FILE *file;
	int ret;

	if (!series)
		return error_set(err, -ENOMEM, "history: out of memory");
	file = fopen(path, "re");
	if (!file)
		return error_set(err, -errno,
				 "%s: %s: name a file of comma-separated "
				 "values",
				 path, strerror(errno));
	ret = read_rows(&table, file, series, runs, err);
	fclose(file);
	if (!ret && !series->count)
		ret = error_set(err, -ENODATA,
				"%s: no values: write lines of "
				"time,value[,commit]",
				path);
	return ret;
}
