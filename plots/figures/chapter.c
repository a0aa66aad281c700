// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of one case: their order, their axes and what they are called. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/array.h"
#include "figures.h"
#include "results/base/text.h"

static int add_axis(struct chapter *chapter, const char *name)
{
	struct chapter_axis *axes;

	for (size_t i = 0; i < chapter->axis_count; i++)
		if (!strcmp(chapter->axes[i].name, name))
			return 0;
	axes = array_grow(chapter->axes, chapter->axis_count, sizeof(*axes));
	if (!axes)
		return -ENOMEM;
	chapter->axes = axes;
	axes[chapter->axis_count++] = (struct chapter_axis){ .name = name };
	return 0;
}

/* Compared with the first row, which is enough to see one that differs. */
static void find_variation(struct chapter *chapter)
{
	for (size_t i = 0; i < chapter->count; i++) {
		const struct row *row = &chapter->rows[i];

		if (strcmp(row->metric, chapter->rows->metric))
			chapter->several_metrics = true;
		for (size_t a = 0; a < chapter->axis_count; a++) {
			const char *name = chapter->axes[a].name;

			if (axis_order(cell_axis(row->cell, name),
				       cell_axis(chapter->rows->cell, name)))
				chapter->axes[a].varies = true;
		}
	}
}

/* Whatever more than half have is left over when unequal ones are paired. */
static const struct axis_value *majority(const struct chapter *chapter,
					 const char *name)
{
	const struct axis_value *found = NULL;
	size_t lead = 0;

	for (size_t i = 0; i < chapter->count; i++) {
		const struct axis_value *value =
			cell_axis(chapter->rows[i].cell, name);

		if (!lead)
			found = value;
		if (axis_order(value, found))
			lead--;
		else
			lead++;
	}
	return found;
}

static void find_usual(struct chapter *chapter, struct chapter_axis *axis)
{
	const struct axis_value *value = majority(chapter, axis->name);
	size_t count = 0;

	for (size_t i = 0; i < chapter->count && value; i++)
		count += !axis_order(
			value, cell_axis(chapter->rows[i].cell, axis->name));
	if (count * 4 >= chapter->count * 3)
		axis->usual = value;
}

int chapter_fill(struct chapter *chapter)
{
	int ret = 0;

	for (size_t i = 0; i < chapter->count; i++) {
		const struct cell *cell = chapter->rows[i].cell;

		for (size_t a = 0; a < cell->axis_count && !ret; a++)
			ret = add_axis(chapter, cell->axes[a].axis);
	}
	if (ret)
		return ret;
	find_variation(chapter);
	for (size_t i = 0; i < chapter->axis_count; i++)
		if (chapter->axes[i].varies)
			find_usual(chapter, &chapter->axes[i]);
	return 0;
}

int chapters_make(struct figures *figures)
{
	struct chapter *chapters, *last = NULL;
	int ret = 0;

	for (size_t i = 0; i < figures->row_count; i++) {
		const struct row *row = &figures->rows[i];

		if (last && !strcmp(last->name, row->cell->name)) {
			last->count++;
			continue;
		}
		chapters = array_grow(figures->chapters, figures->chapter_count,
				      sizeof(*chapters));
		if (!chapters)
			return -ENOMEM;
		figures->chapters = chapters;
		last = &chapters[figures->chapter_count++];
		*last = (struct chapter){ .name = row->cell->name,
					  .rows = row,
					  .count = 1 };
	}
	for (size_t i = 0; i < figures->chapter_count && !ret; i++)
		ret = chapter_fill(&figures->chapters[i]);
	for (size_t i = 0; i < figures->chapter_count && !ret; i++) {
		struct chapter *chapter = &figures->chapters[i];

		ret = chapter_control(chapter,
				      figures->rows +
					      (chapter->rows - figures->rows),
				      figures->result_count);
	}
	return ret;
}

const struct chapter *figures_chapter(const struct figures *figures,
				      const char *name)
{
	for (size_t i = 0; i < figures->chapter_count; i++)
		if (!strcmp(figures->chapters[i].name, name))
			return &figures->chapters[i];
	return NULL;
}

static bool is_wanted(const struct chapter_axis *axis,
		      const struct axis_value *value, enum label label)
{
	switch (label) {
	case LABEL_CONSTANT:
		return !axis->varies;
	case LABEL_VARYING:
		return axis->varies;
	case LABEL_UNUSUAL:
		return axis->varies &&
		       (!axis->usual || axis_order(value, axis->usual));
	case LABEL_USUAL:
		return axis->usual;
	}
	return false;
}

static bool write_label(FILE *stream, const struct chapter *chapter,
			const struct cell *cell, enum label label,
			const char *but)
{
	const char *comma = "";
	char number[24];

	for (size_t i = 0; i < chapter->axis_count; i++) {
		const struct chapter_axis *axis = &chapter->axes[i];
		const struct axis_value *value = cell_axis(cell, axis->name);

		if (label == LABEL_USUAL)
			value = axis->usual;
		if (!value || !is_wanted(axis, value, label) ||
		    (but && !strcmp(axis->name, but)))
			continue;
		fprintf(stream, "%s%s=%s", comma, axis->name,
			axis_text(value, number));
		comma = ", ";
	}
	if (!*comma && label == LABEL_UNUSUAL)
		return write_label(stream, chapter, cell, LABEL_VARYING, but);
	return *comma;
}

static char *make_label(const struct chapter *chapter, const struct cell *cell,
			enum label label, const char *but, const char *metric)
{
	char *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return NULL;
	if (!write_label(stream, chapter, cell, label, but) && metric)
		fputs(metric, stream);
	else if (metric && chapter->several_metrics)
		fprintf(stream, " · %s", metric);
	if (!text_finish(stream, &text))
		return text;
	free(text);
	return NULL;
}

char *chapter_label(const struct chapter *chapter, const struct cell *cell,
		    enum label label, const char *but)
{
	return make_label(chapter, cell, label, but, NULL);
}

char *chapter_row_label(const struct chapter *chapter, const struct cell *cell,
			const char *metric)
{
	return make_label(chapter, cell, LABEL_UNUSUAL, NULL, metric);
}
