// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table whose first line names its columns, a sample a line: that of
 * `mmgauge export`, or anybody's. Lines of another time or commit are of
 * another run.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import.h"
#include "runners/many/csv_number.h"
#include "runners/many/csv_rows.h"

enum column {
	CELL,
	METRIC,
	UNIT,
	BETTER,
	BOOT,
	TRIAL,
	BATCH,
	VALUE,
	TIME,
	COMMIT,
	COLUMNS,
};

static const struct {
	const char *name;
	enum column column;
} names[] = {
	{ "cell", CELL },     { "benchmark", CELL },  { "case", CELL },
	{ "name", CELL },     { "metric", METRIC },   { "measurement", METRIC },
	{ "unit", UNIT },     { "better", BETTER },   { "boot", BOOT },
	{ "trial", TRIAL },   { "batch", BATCH },     { "value", VALUE },
	{ "time", TIME },     { "timestamp", TIME },  { "date", TIME },
	{ "commit", COMMIT }, { "revision", COMMIT }, { "sha", COMMIT },
};

struct table {
	struct import *import;
	size_t places[COLUMNS]; /* from 1; 0: there is none */
	bool named;
};

static const char *text_of(const struct table *table, const struct csv_row *row,
			   enum column column)
{
	return table->places[column] ?
		       csv_field_text(row, table->places[column] - 1) :
		       "";
}

static int name_columns(struct table *table, const struct csv_row *row,
			struct error *err)
{
	for (size_t i = 0; i < row->count; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
			if (!strcasecmp(row->fields[i].text, names[k].name) &&
			    !table->places[names[k].column])
				table->places[names[k].column] = i + 1;
	table->named = true;
	if (table->places[VALUE] && table->places[UNIT] &&
	    (table->places[CELL] || table->places[METRIC]))
		return 0;
	return csv_refuse(row, 0,
			  "the first line does not name cell or metric, unit "
			  "and value",
			  "write it as `mmgauge export --format csv` does, or "
			  "read a series with `mmgauge history --csv`",
			  err);
}

static int number_of(const struct table *table, const struct csv_row *row,
		     enum column column, unsigned long long *number,
		     struct error *err)
{
	const char *text = text_of(table, row, column);
	char *end;

	*number = 0;
	if (!*text)
		return 0;
	errno = 0;
	*number = strtoull(text, &end, 10);
	if (!*end && !errno && isdigit((unsigned char)*text) &&
	    *number <= (column == BATCH ? INT64_MAX : 1000000))
		return 0;
	return csv_refuse(row, table->places[column] - 1, "no such number",
			  "count from 0", err);
}

static int read_sample(const struct table *table, const struct csv_row *row,
		       struct import_sample *sample, struct error *err)
{
	unsigned long long boot, trial, batch;
	const char *better = text_of(table, row, BETTER);
	const char *why = csv_number(text_of(table, row, VALUE),
				     CSV_COMMA_UNKNOWN, &sample->value);
	int ret;

	if (why)
		return csv_refuse(row, table->places[VALUE] - 1, why,
				  "write numbers as in C", err);
	if (*better && strcmp(better, "lower") && strcmp(better, "higher"))
		return csv_refuse(row, table->places[BETTER] - 1,
				  "neither lower nor higher",
				  "say which is better", err);
	ret = number_of(table, row, BOOT, &boot, err);
	if (!ret)
		ret = number_of(table, row, TRIAL, &trial, err);
	if (!ret)
		ret = number_of(table, row, BATCH, &batch, err);
	if (ret)
		return ret;
	sample->boot = (unsigned int)boot;
	sample->trial = (unsigned int)trial;
	sample->batch = batch;
	sample->line = row->fields[0].line;
	sample->unit = text_of(table, row, UNIT);
	sample->better = *better ? better : NULL;
	/* A table of one name has what was measured, and a metric of ours. */
	sample->metric = table->places[CELL] && table->places[METRIC] ?
				 text_of(table, row, METRIC) :
				 "value";
	return 0;
}

static struct import_run *run_of(const struct table *table,
				 const struct csv_row *row)
{
	const char *when = text_of(table, row, TIME);
	const char *commit = text_of(table, row, COMMIT);
	struct import_run *run;
	char key[600];

	snprintf(key, sizeof(key), "%.256s %.256s", when, commit);
	run = import_run(table->import, key);
	if (run && *when && !run->when)
		run->when = strdup(when);
	return run && !(*when && !run->when) &&
			       !import_note(run, "subject/commit", commit) ?
		       run :
		       NULL;
}

static int note_row(const struct csv_row *row, void *data, struct error *err)
{
	struct table *table = data;
	struct import_sample sample;
	struct import_name cell;
	struct import_run *run;
	int ret;

	if (!table->named)
		return name_columns(table, row, err);
	if (csv_is_missing(text_of(table, row, VALUE)))
		return 0;
	ret = read_sample(table, row, &sample, err);
	if (ret)
		return ret;
	run = run_of(table, row);
	ret = !run || import_name_label(
			      &cell,
			      text_of(table, row,
				      table->places[CELL] ? CELL : METRIC)) ?
		      import_no_memory(err) :
		      0;
	sample.cell = &cell;
	if (!ret)
		ret = import_add(table->import, run, &sample, err);
	if (run)
		import_name_free(&cell);
	return ret;
}

/* Whatever is nothing else. */
static bool is(const char *text)
{
	return *text;
}

static int read(struct import *import, char *text, size_t length,
		struct error *err)
{
	struct table table = { .import = import };

	return csv_read_text(import->path, text, length, note_row, &table, err);
}

const struct import_format import_format_csv = {
	.name = "csv",
	.is = is,
	.read = read,
};
