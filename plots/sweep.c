// SPDX-License-Identifier: GPL-2.0-or-later
/* The data of sweep.gp: absolute values over a numeric axis. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "tsv.h"

#define HEIGHT 340
#define KEY_LINE 17 /* pixels a line of the key takes */
#define KEY_LIMIT 40

/* The different values of the swept axis, sorted, and where they are drawn. */
struct positions {
	double *values;
	double *at;
	size_t count;
};

static double axis_number(const struct row *row, const char *axis)
{
	return (double)cell_axis(row->cell, axis)->number;
}

static int compare_doubles(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static int find_positions(const struct selection *selection,
			  struct positions *positions)
{
	double *values = calloc(selection->count, sizeof(*values));
	size_t count = 0;

	positions->values = values;
	positions->at = calloc(selection->count, sizeof(*positions->at));
	if (!values || !positions->at)
		return -ENOMEM;
	for (size_t i = 0; i < selection->count; i++)
		values[i] = axis_number(selection->items[i].row, selection->axis);
	qsort(values, selection->count, sizeof(*values), compare_doubles);
	for (size_t i = 0; i < selection->count; i++)
		if (!i || values[i] != values[i - 1])
			values[count++] = values[i];
	positions->count = count;
	ticks_positions(values, count, positions->at);
	return 0;
}

static double position(const struct positions *positions, double value)
{
	const double *found = bsearch(&value, positions->values,
				      positions->count, sizeof(value),
				      compare_doubles);

	return positions->at[found - positions->values];
}

/* Every value has its tick while they are few; then the last of each stretch. */
static void position_ticks(const struct positions *positions,
			   struct ticks *ticks)
{
	double first = positions->at[0];
	double last = positions->at[positions->count - 1];
	double gap = (last - first) / 16, before = -INFINITY;

	memset(ticks, 0, sizeof(*ticks));
	ticks->low = first - (last - first) * 0.04;
	ticks->high = last + (last - first) * 0.04;
	for (size_t i = 0; i < positions->count; i++) {
		struct tick *tick = &ticks->items[ticks->count];

		if (positions->at[i] - before < gap)
			continue;
		before = positions->at[i];
		tick->at = before;
		snprintf(tick->label, sizeof(tick->label), "%.15g",
			 positions->values[i]);
		ticks->count++;
	}
}

static size_t line_end(const struct selection *selection, size_t from)
{
	const struct selected *items = selection->items;
	size_t end = from + 1;

	while (end < selection->count &&
	       !strcmp(items[end].line, items[from].line))
		end++;
	return end;
}

static void write_line(FILE *stream, const struct selection *selection,
		       size_t from, size_t subject,
		       const struct positions *positions, double factor)
{
	for (size_t i = from; i < line_end(selection, from); i++) {
		const struct row *row = selection->items[i].row;
		const struct figure *figure = &row->figures[subject];
		double x = axis_number(row, selection->axis);

		tsv_number(stream, position(positions, x), '\t');
		tsv_number(stream, figure->median * factor, '\t');
		tsv_number(stream, figure->low * factor, '\t');
		tsv_number(stream, figure->high * factor, '\n');
	}
}

static size_t write_lines(FILE *stream, const struct selection *selection,
			  const struct subjects *subjects,
			  const struct positions *positions, double factor)
{
	size_t lines = 0;

	for (size_t from = 0; from < selection->count;
	     from = line_end(selection, from)) {
		for (size_t s = 0; s < subjects->count; s++) {
			tsv_block(stream);
			text_tsv(stream, selection->items[from].line,
				 KEY_LIMIT);
			fputc('\t', stream);
			text_tsv(stream, subjects->names[s], KEY_LIMIT);
			fputc('\n', stream);
			write_line(stream, selection, from, s, positions,
				   factor);
			lines++;
		}
	}
	return lines;
}

static int write_blocks(FILE *stream, struct panel *panel,
			const struct selection *selection,
			const struct subjects *subjects,
			const struct positions *positions)
{
	struct ticks x, y;
	char unit[48];
	double factor = selection_scale(selection, subjects->count, unit, &y);
	int ret;

	position_ticks(positions, &x);
	tsv_corners(stream, &x, &y);
	tsv_block(stream);
	tsv_ticks(stream, &x);
	tsv_block(stream);
	tsv_ticks(stream, &y);
	tsv_block(stream);
	ret = selection_heading(stream, selection, unit);
	if (ret)
		return ret;
	tsv_block(stream);
	text_tsv(stream, selection->axis, LABEL_LIMIT);
	fputc('\n', stream);
	panel->logarithmic = y.logarithmic;
	panel->series = (unsigned int)write_lines(stream, selection, subjects,
						  positions, factor);
	return ferror(stream) ? -EIO : 0;
}

int sweep_write(FILE *stream, struct panel *panel,
		const struct selection *selection,
		const struct subjects *subjects)
{
	struct positions positions;
	unsigned int key;
	int ret;

	*panel = (struct panel){
		.kind = PANEL_SWEEP,
		.left = 70,
		.subjects = (unsigned int)subjects->count,
	};
	ret = find_positions(selection, &positions);
	if (!ret)
		ret = write_blocks(stream, panel, selection, subjects,
				   &positions);
	key = panel->series / panel->subjects + panel->subjects;
	panel->height = fmax(HEIGHT, 100 + KEY_LINE * key);
	free(positions.values);
	free(positions.at);
	return ret;
}
