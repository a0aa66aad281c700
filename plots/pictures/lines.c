// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "results/format.h"
#include "lines.h"
#include "tsv.h"
#include "plots/figures/text.h"
#include "results/base/text.h"

/* What tells the line of a row from the other lines; a new string. */
static char *line_label(const struct selection *selection, size_t i)
{
	return chapter_label(&selection->chapter,
			     selection->chapter.rows[i].cell, LABEL_UNUSUAL,
			     selection->axis);
}

/* Begin a line at row @i, or let it be part of the last one. */
static int add_row(const struct selection *selection, size_t i,
		   struct lines *lines)
{
	char *label = line_label(selection, i);
	struct line *items;

	if (!label)
		return -ENOMEM;
	if (lines->count &&
	    !strcmp(label, lines->items[lines->count - 1].label)) {
		lines->items[lines->count - 1].end = i + 1;
		free(label);
		return 0;
	}
	items = array_grow(lines->items, lines->count, sizeof(*items));
	if (!items) {
		free(label);
		return -ENOMEM;
	}
	lines->items = items;
	items[lines->count++] =
		(struct line){ .label = label, .from = i, .end = i + 1 };
	return 0;
}

/* The points of one line that one subject has; @x and @y have the room. */
static size_t find_points(const struct selection *selection,
			  const struct line *line, size_t subject, double *x,
			  double *y)
{
	size_t count = 0;

	for (size_t i = line->from; i < line->end; i++) {
		const struct row *row = &selection->chapter.rows[i];
		const struct figure *figure =
			selection_figure(selection, row, subject);

		if (!tsv_plottable(figure->median))
			continue;
		x[count] = axis_number(row, selection->axis);
		y[count++] = figure->median;
	}
	return count;
}

static int fit_line(const struct selection *selection, size_t subject_count,
		    struct line *line)
{
	size_t room = line->end - line->from;
	double *x = calloc(2 * room, sizeof(*x)), *y = x + room;

	line->fits = calloc(subject_count, sizeof(*line->fits));
	for (size_t s = 0; s < subject_count && x && line->fits; s++) {
		size_t count = find_points(selection, line, s, x, y);

		line->fits[s] = stats_line_further(x, y, count);
	}
	free(x);
	return x && line->fits ? 0 : -ENOMEM;
}

int lines_make(const struct selection *selection, size_t subject_count,
	       struct lines *lines)
{
	int ret = 0;

	memset(lines, 0, sizeof(*lines));
	for (size_t i = 0; i < selection->chapter.count && !ret; i++)
		ret = add_row(selection, i, lines);
	for (size_t i = 0; i < lines->count && !ret; i++) {
		ret = fit_line(selection, subject_count, &lines->items[i]);
		for (size_t s = 0; s < subject_count && !ret; s++)
			lines->straight |= lines->items[i].fits[s].straight;
	}
	return ret;
}

void lines_free(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		free(lines->items[i].label);
		free(lines->items[i].fits);
	}
	free(lines->items);
}

static void write_slope(FILE *stream, const struct stats_line *fit,
			double factor)
{
	char number[64], text[80];

	if (!fit->straight) {
		fputs("–", stream);
		return;
	}
	format_number(fit->slope * factor, number, sizeof(number));
	fprintf(stream, "%s%s", *number == '-' ? "" : "+",
		text_signed(number, text, sizeof(text)));
}

char *line_slopes(const struct line *line, size_t subject_count, double factor)
{
	char *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return NULL;
	for (size_t s = 0; s < subject_count; s++) {
		if (s)
			fputs(", ", stream);
		write_slope(stream, &line->fits[s], factor);
	}
	if (!text_finish(stream, &text))
		return text;
	free(text);
	return NULL;
}
