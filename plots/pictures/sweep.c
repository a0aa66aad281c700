// SPDX-License-Identifier: GPL-2.0-or-later
/* The data of sweep.gp: absolute values over a numeric axis. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "plots/figures/text.h"
#include "panel.h"
#include "tsv.h"

#define HEIGHT 340
#define KEY_LINE 17 /* pixels a line of the key takes */
#define KEY_LIMIT 44

/* The different values of the swept axis, sorted, and where they are drawn. */
struct positions {
	double *values;
	double *at;
	size_t count;
	bool linear;
};

static int compare_doubles(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static int find_positions(const struct selection *selection, bool straight,
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
	positions->linear =
		ticks_positions(values, count, straight, positions->at);
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

/* How the values of a sweep are drawn. */
struct drawing {
	const struct selection *selection;
	const struct subjects *subjects;
	struct lines lines;
	struct positions positions;
	double factor; /* of the values */
	bool linear; /* both axes are: a fit is a straight line there */
};

/* Where the line through the points is at one of them. */
static double line_at(const struct drawing *drawing,
		      const struct stats_line *fit, double x, double value)
{
	if (!fit->straight || !drawing->linear)
		return value;
	return fit->intercept + fit->slope * x;
}

static void write_points(FILE *stream, const struct drawing *drawing,
			 const struct line *line, size_t subject)
{
	const struct selection *selection = drawing->selection;

	for (size_t i = line->from; i < line->end; i++) {
		const struct row *row = &selection->chapter.rows[i];
		double x = axis_number(row, selection->axis);
		const struct figure *figure =
			selection_figure(selection, row, subject);

		tsv_number(stream, position(&drawing->positions, x), '\t');
		tsv_number(stream,
			   line_at(drawing, &line->fits[subject], x,
				   figure->median) *
				   drawing->factor,
			   '\t');
		tsv_figure(stream, figure, drawing->factor);
	}
}

/* A line for each subject. */
static int write_line(FILE *stream, const struct drawing *drawing,
		      const struct line *line)
{
	size_t subjects = drawing->subjects->count;
	char *slopes = line_slopes(line, subjects, drawing->factor);

	for (size_t s = 0; s < subjects && slopes; s++) {
		tsv_block(stream);
		text_tsv(stream, line->label, KEY_LIMIT);
		fputc('\t', stream);
		text_tsv(stream, drawing->subjects->names[s], KEY_LIMIT);
		fputs("\teach further: ", stream);
		text_tsv(stream, slopes, KEY_LIMIT);
		fputc('\n', stream);
		write_points(stream, drawing, line, s);
	}
	free(slopes);
	return slopes ? 0 : -ENOMEM;
}

static int write_blocks(FILE *stream, struct panel *panel,
			struct drawing *drawing)
{
	const struct selection *selection = drawing->selection;
	struct ticks x, y;
	char unit[48];
	int ret;

	drawing->factor = selection_scale(
		selection, drawing->subjects->count,
		drawing->lines.straight && drawing->positions.linear, unit, &y);
	drawing->linear = drawing->positions.linear && !y.logarithmic;
	position_ticks(&drawing->positions, &x);
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
	for (size_t i = 0; i < drawing->lines.count; i++) {
		ret = write_line(stream, drawing, &drawing->lines.items[i]);
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
	struct drawing drawing = { .selection = selection,
				   .subjects = subjects };
	struct lines *lines = &drawing.lines;
	unsigned int key;
	int ret;

	*panel = (struct panel){
		.kind = PANEL_SWEEP,
		.left = 70,
		.subjects = (unsigned int)subjects->count,
	};
	ret = lines_make(selection, subjects->count, lines);
	if (!ret)
		ret = find_positions(selection, lines->straight,
				     &drawing.positions);
	if (!ret)
		ret = write_blocks(stream, panel, &drawing);
	panel->fitted = lines->straight;
	key = panel->subjects +
	      (unsigned int)lines->count * (lines->straight ? 2 : 1);
	panel->height = fmax(HEIGHT, 100 + KEY_LINE * key);
	lines_free(lines);
	free(drawing.positions.values);
	free(drawing.positions.at);
	return ret;
}
