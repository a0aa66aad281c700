// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_runs.h"
#include "results/format.h"
#include "results/width.h"

#define SCREEN 40
#define AROUND 6 /* lines of a table that are no rows */
#define COLUMN 10
#define NAMED_COLUMN 13
#define TITLE 160
#define BASE_COLUMN 11
#define CELL_LEAST 28

struct row {
	const struct comparison *first; /* of any report: its base, its names */
	const struct comparison **columns; /* by report; NULL: not there */
	double size; /* of the largest change, a logarithm */
	bool told; /* any has a verdict that is news */
};

struct table {
	const struct compare_report *reports;
	size_t count;
	const struct compare_style *style;
	struct axes_said said;
	struct row *rows;
	size_t row_count, shown;
	size_t told; /* rows that are, the first ones unless by case */
};

static bool is_of(const struct row *row, const struct comparison *from)
{
	return row->first->base_cell == from->base_cell &&
	       !strcmp(row->first->metric, from->metric);
}

static struct row *find_row(struct table *table, const struct comparison *from)
{
	struct row *row;

	for (size_t i = 0; i < table->row_count; i++)
		if (is_of(&table->rows[i], from))
			return &table->rows[i];
	row = &table->rows[table->row_count];
	row->columns = calloc(table->count, sizeof(*row->columns));
	if (!row->columns)
		return NULL;
	row->first = from;
	table->row_count++;
	return row;
}

static void add(struct row *row, size_t column, const struct comparison *from)
{
	row->columns[column] = from;
	row->told |= from->verdict != VERDICT_UNCHANGED &&
		     from->verdict != VERDICT_INCONCLUSIVE;
	if (from->ratio > 0)
		row->size = fmax(row->size, fabs(log(from->ratio)));
}

static int by_size(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->told != y->told)
		return x->told ? -1 : 1;
	return (x->size < y->size) - (x->size > y->size);
}

static int make_rows(struct table *table)
{
	size_t most = 1;

	for (size_t i = 0; i < table->count; i++)
		most += table->reports[i].count;
	table->rows = calloc(most, sizeof(*table->rows));
	if (!table->rows)
		return -ENOMEM;
	for (size_t i = 0; i < table->count; i++) {
		for (size_t j = 0; j < table->reports[i].count; j++) {
			const struct comparison *from =
				&table->reports[i].rows[j];
			struct row *row;

			if (!from->base_cell || !from->metric ||
			    !verdict_is_of_cost(from->verdict))
				continue;
			row = find_row(table, from);
			if (!row)
				return -ENOMEM;
			add(row, i, from);
		}
	}
	for (size_t i = 0; i < table->row_count; i++)
		table->told += table->rows[i].told;
	if (!table->style->by_case)
		qsort(table->rows, table->row_count, sizeof(*table->rows),
		      by_size);
	return 0;
}

static int column_width(const struct table *table)
{
	return table->style->by ? NAMED_COLUMN : COLUMN;
}

/* What the table is by, of one of its runs: "pti", "6.12.117+deb12-amd64". */
static void title(const struct table *table, const struct result *result,
		  char text[TITLE])
{
	const char *by = table->style->by;
	const char *name =
		result_text(result, by && !strcmp(by, "configuration") ?
					    "run/configuration/name" :
				    by ? "subject/release" :
					 "run/id");

	snprintf(text, TITLE, "%.150s",
		 name			      ? name :
		 by && !strcmp(by, "subject") ? "?" :
		 by			      ? "default" :
						"?");
}

static void print_change(FILE *stream, const struct table *table,
			 const struct comparison *row)
{
	bool equal = table->style->by ?
			     row && row->ratio == 1 :
			     row && row->verdict == VERDICT_UNCHANGED;
	char text[64] = "-";

	if (equal)
		snprintf(text, sizeof(text), "=");
	else if (row && row->ratio > 0)
		format_change(row->ratio, text, sizeof(text));
	if (row && row->verdict == VERDICT_INCONCLUSIVE)
		strcat(text, "?");
	width_pad(stream, text, column_width(table), 1);
}

static int print_row(FILE *stream, const struct table *table,
		     const struct row *row, size_t from, size_t to, int room)
{
	char *cell = axes_label_of(&table->said, row->first->base_cell, false);
	const struct format_scale scale =
		format_scale(row->first->unit, row->first->base);
	char text[450], cut[4 * sizeof(text) + 4], number[64];

	if (!cell)
		return -ENOMEM;
	snprintf(text, sizeof(text), "%.300s %.60s, %s", cell,
		 row->first->metric, scale.unit);
	free(cell);
	width_pad(stream, width_cut(cut, sizeof(cut), room, text), room, 0);
	width_pad(stream,
		  format_number(row->first->base * scale.factor, number,
				sizeof(number)),
		  BASE_COLUMN, 1);
	for (size_t i = from; i < to; i++)
		print_change(stream, table, row->columns[i]);
	fputc('\n', stream);
	return 0;
}

static void print_heading(FILE *stream, const struct table *table, size_t i)
{
	int width = column_width(table);
	char name[TITLE], cut[4 * NAMED_COLUMN + 4];

	snprintf(name, sizeof(name), "%zu", i + 1);
	if (table->style->by)
		title(table, table->reports[i].new, name);
	width_pad(stream, width_cut(cut, sizeof(cut), width - 1, name), width,
		  1);
}

static int print_block(FILE *stream, const struct table *table, size_t from,
		       size_t to, int room)
{
	int ret = 0;

	fprintf(stream, "\n%*s", room + BASE_COLUMN, "base");
	for (size_t i = from; i < to; i++)
		print_heading(stream, table, i);
	fputc('\n', stream);
	for (size_t i = 0; i < table->shown && !ret; i++)
		ret = print_row(stream, table, &table->rows[i], from, to, room);
	return ret;
}

static int table_width(const struct table *table)
{
	return table->style->width ? table->style->width : 80;
}

static void print_head(FILE *stream, const struct table *table, size_t number)
{
	const struct compare_report *report = &table->reports[number - 1];
	const unsigned int *verdicts = report->verdicts;
	char first[32], text[600], name[TITLE];

	title(table, report->new, name);
	snprintf(first, sizeof(first), "%4zu  ", number);
	if (report->refusal)
		snprintf(text, sizeof(text), "%.150s: not compared: %.400s",
			 name, report->refusal);
	else
		snprintf(text, sizeof(text),
			 "%.150s: %u slower, %u faster, %u broken or other",
			 name, verdicts[VERDICT_REGRESSION],
			 verdicts[VERDICT_IMPROVEMENT],
			 verdicts[VERDICT_BROKEN] + verdicts[VERDICT_BEHAVES]);
	width_wrap(stream, first, 6, table_width(table), text);
	if (report->caution)
		width_wrap(stream, "note  ", 6, table_width(table),
			   report->caution);
}

static void print_heads(FILE *stream, const struct table *table)
{
	char name[TITLE];

	title(table, table->reports->base, name);
	fprintf(stream, "base  %s\n", name);
	for (size_t i = 0; i < table->count; i++)
		print_head(stream, table, i + 1);
}

static size_t choose_rows(const struct table *table, size_t blocks)
{
	size_t room, wanted;

	if (table->reports->options.all)
		return table->row_count;
	room = table->count + AROUND + 2 * blocks < SCREEN ?
		       (SCREEN - table->count - AROUND - 2 * blocks) / blocks :
		       1;
	wanted = table->style->by ? table->row_count : table->told;
	return wanted < room ? wanted : room;
}

static int print_table(FILE *stream, struct table *table)
{
	int width = table_width(table), room;
	size_t beside = (size_t)((width - CELL_LEAST - BASE_COLUMN) /
				 column_width(table));
	int ret = 0;

	if (!beside)
		beside = 1;
	if (beside > table->count)
		beside = table->count;
	room = width - BASE_COLUMN - (int)beside * column_width(table);
	table->shown = choose_rows(table, (table->count + beside - 1) / beside);
	print_heads(stream, table);
	for (size_t from = 0; from < table->count && !ret && table->shown;
	     from += beside) {
		size_t to = from + beside;

		ret = print_block(stream, table, from,
				  to < table->count ? to : table->count, room);
	}
	fprintf(stream, "\n%zu of %zu rows changed in any of them", table->told,
		table->row_count);
	if (table->shown && table->row_count > table->shown &&
	    (table->told > table->shown || table->style->by))
		fprintf(stream, ", %zu are shown: --all lists them",
			table->shown);
	fputc('\n', stream);
	return ret;
}

int compare_runs_print(FILE *stream, const struct compare_report *reports,
		       size_t count, const struct compare_style *style)
{
	struct table table = { .reports = reports,
			       .count = count,
			       .style = style,
			       .said = { .is_default = style->is_default } };
	int ret = make_rows(&table);

	if (!ret)
		ret = axes_said_add(&table.said, reports->base);
	if (!ret)
		ret = print_table(stream, &table);
	for (size_t i = 0; i < table.row_count; i++)
		free(table.rows[i].columns);
	free(table.rows);
	axes_said_free(&table.said);
	return ret;
}
