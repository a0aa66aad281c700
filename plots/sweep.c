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
#define KEY_LIMIT 44

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
	double *values = calloc(selection->chapter.count, sizeof(*values));
	size_t count = 0;

	positions->values = values;
	positions->at =
		calloc(selection->chapter.count, sizeof(*positions->at));
	if (!values || !positions->at)
		return -ENOMEM;
	for (size_t i = 0; i < selection->chapter.count; i++)
		values[i] = axis_number(&selection->chapter.rows[i],
					selection->axis);
	qsort(values, selection->chapter.count, sizeof(*values),
	      compare_doubles);
	for (size_t i = 0; i < selection->chapter.count; i++)
		if (!i || values[i] != values[i - 1])
			values[count++] = values[i];
	positions->count = count;
	ticks_positions(values, count, positions->at);
	return 0;
}

static double position(const struct positions *positions, double value)
{
	const double *found =
		bsearch(&value, positions->values, positions->count,
			sizeof(value), compare_doubles);

	return positions->at[found - positions->values];
}

/* Every value has its tick while they are few enough. */
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

/* What tells the line of a row from the other lines; a new string. */
static char *line_label(const struct selection *selection, size_t i)
{
	return chapter_label(&selection->chapter,
			     selection->chapter.rows[i].cell, LABEL_UNUSUAL,
			     selection->axis);
}

/* Where the line with that label ends that begins at @from; 0: -ENOMEM. */
static size_t line_end(const struct selection *selection, size_t from,
		       const char *label)
{
	bool same = true;
	size_t end;

	for (end = from + 1; end < selection->chapter.count && same; end++) {
		char *other = line_label(selection, end);

		if (!other)
			return 0;
		same = !strcmp(other, label);
		free(other);
	}
	return same ? end : end - 1;
}

static void write_points(FILE *stream, const struct selection *selection,
			 size_t from, size_t end, size_t subject,
			 const struct positions *positions, double factor)
{
	for (size_t i = from; i < end; i++) {
		const struct row *row = &selection->chapter.rows[i];
		double x = axis_number(row, selection->axis);

		tsv_number(stream, position(positions, x), '\t');
		tsv_figure(stream, &row->figures[subject], factor);
	}
}

/* A line for each subject; they end at *@end. */
static int write_line(FILE *stream, const struct selection *selection,
		      const struct subjects *subjects,
		      const struct positions *positions, double factor,
		      size_t from, size_t *end)
{
	char *label = line_label(selection, from);

	*end = label ? line_end(selection, from, label) : 0;
	for (size_t s = 0; s < subjects->count && *end; s++) {
		tsv_block(stream);
		text_tsv(stream, label, KEY_LIMIT);
		fputc('\t', stream);
		text_tsv(stream, subjects->names[s], KEY_LIMIT);
		fputc('\n', stream);
		write_points(stream, selection, from, *end, s, positions,
			     factor);
	}
	free(label);
	return *end ? 0 : -ENOMEM;
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
	for (size_t from = 0, end; from < selection->chapter.count;
	     from = end) {
		ret = write_line(stream, selection, subjects, positions, factor,
				 from, &end);
		if (ret)
			return ret;
		panel->series += panel->subjects;
	}
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
