// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv_columns.h"
#include "csv_number.h"

static const struct {
	const char *name;
	enum csv_role role;
} names[] = {
	{ "time", CSV_TIME },	     { "timestamp", CSV_TIME },
	{ "date", CSV_TIME },	     { "datetime", CSV_TIME },
	{ "value", CSV_VALUE },	     { "values", CSV_VALUE },
	{ "commit", CSV_COMMIT },    { "revision", CSV_COMMIT },
	{ "sha", CSV_COMMIT },	     { "subject", CSV_SUBJECT },
	{ "metric", CSV_METRIC },    { "measurement", CSV_METRIC },
	{ "benchmark", CSV_METRIC }, { "name", CSV_METRIC },
	{ "unit", CSV_UNIT },
};

static enum csv_role role_of(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcasecmp(name, names[i].name))
			return names[i].role;
	return CSV_OTHER;
}

static bool is_figure(const char *text)
{
	double number;

	return csv_is_missing(text) ||
	       !csv_number(text, CSV_COMMA_GROUP, &number) ||
	       !csv_number(text, CSV_COMMA_DECIMAL, &number);
}

bool csv_is_header(const struct csv_columns *columns, const struct csv_row *row)
{
	bool first = !columns->count, known = false, figures = false;

	for (size_t i = 0; i < row->count; i++) {
		const char *text = row->fields[i].text;
		bool figure = is_figure(text);

		/* What was measured may be called "name". */
		if (i < columns->count && columns->roles[i] == CSV_VALUE &&
		    figure)
			return false;
		figures |= figure && *text;
		known |= role_of(text) != CSV_OTHER;
	}
	return first ? known || !figures : known && !figures;
}

static size_t count_role(const struct csv_columns *columns, enum csv_role role)
{
	size_t count = 0;

	for (size_t i = 0; i < columns->count; i++)
		count += columns->roles[i] == role;
	return count;
}

static void rename_role(struct csv_columns *columns, enum csv_role from,
			enum csv_role to)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->roles[i] == from)
			columns->roles[i] = to;
}

/* Two of these in a row contradict each other. */
static int check_single(const struct csv_columns *columns,
			const struct csv_row *row, struct error *err)
{
	static const enum csv_role single[] = { CSV_TIME, CSV_COMMIT,
						CSV_SUBJECT, CSV_UNIT };

	for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
		bool seen = false;

		for (size_t j = 0; j < columns->count; j++) {
			if (columns->roles[j] == single[i] && seen)
				return csv_refuse(row, j,
						  "another column is that, too",
						  "rename or remove one", err);
			seen |= columns->roles[j] == single[i];
		}
	}
	return 0;
}

/* A table with a column for each metric calls none of them "value". */
static int find_values(struct csv_columns *columns, const struct csv_row *row,
		       struct error *err)
{
	bool wide = false;

	if (!count_role(columns, CSV_VALUE)) {
		wide = count_role(columns, CSV_OTHER);
		rename_role(columns, wide ? CSV_OTHER : CSV_METRIC, CSV_VALUE);
	}
	if (!count_role(columns, CSV_VALUE))
		return csv_refuse(row, 0, "no column here is one of values",
				  "name it value", err);
	wide |= count_role(columns, CSV_VALUE) > 1;
	for (size_t i = 0; i < columns->count && wide; i++)
		if (columns->roles[i] == CSV_VALUE) {
			columns->titles[i] = strdup(row->fields[i].text);
			if (!columns->titles[i])
				return error_set(err, -ENOMEM,
						 "history: out of memory");
		}
	return 0;
}

int csv_name_columns(struct csv_columns *columns, const struct csv_row *row,
		     struct error *err)
{
	int ret;

	csv_columns_free(columns);
	columns->named = true;
	columns->count = row->count;
	for (size_t i = 0; i < row->count; i++)
		columns->roles[i] = role_of(row->fields[i].text);
	if (!count_role(columns, CSV_COMMIT))
		rename_role(columns, CSV_SUBJECT, CSV_COMMIT);
	ret = check_single(columns, row, err);
	return ret ? ret : find_values(columns, row, err);
}

int csv_guess_columns(struct csv_columns *columns, const struct csv_row *row,
		      struct error *err)
{
	static const enum csv_role roles[] = { CSV_TIME, CSV_VALUE,
					       CSV_COMMIT };

	if (row->count > 3)
		return csv_refuse(row, 3, "a fourth field, and no names before",
				  "name the columns in a first line: "
				  "time,value,commit",
				  err);
	columns->count = row->count > 1 ? 3 : 1;
	memcpy(columns->roles, roles, sizeof(roles));
	if (row->count == 1)
		columns->roles[0] = CSV_VALUE;
	return 0;
}

const char *csv_text(const struct csv_columns *columns,
		     const struct csv_row *row, enum csv_role role)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->roles[i] == role)
			return csv_field_text(row, i);
	return "";
}

void csv_columns_free(struct csv_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++)
		free(columns->titles[i]);
	*columns = (struct csv_columns){ 0 };
}
