// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arrange.h"

#define SWEEP_POINTS 3 /* fewer make no line */

static int compare_metrics(const struct row *a, const struct row *b)
{
	int order = strcmp(a->metric, b->metric);

	return order ? order : strcmp(a->unit, b->unit);
}

static int compare_lines(const void *a, const void *b)
{
	const struct arranged *left = a, *right = b;
	int order = compare_metrics(left->row, right->row);

	if (!order && left->line && right->line)
		order = strcmp(left->line, right->line);
	else if (!order)
		order = !left->line - !right->line;
	if (!order)
		order = (left->place > right->place) -
			(left->place < right->place);
	return order;
}

static int compare_places(const void *a, const void *b)
{
	const struct arranged *left = a, *right = b;
	const size_t pairs[][2] = {
		{ left->metric_place, right->metric_place },
		{ left->line_place, right->line_place },
		{ left->place, right->place },
	};
	int order;

	if (left->swept != right->swept)
		return left->swept ? -1 : 1;
	if (!left->swept) {
		order = strcmp(left->row->unit, right->row->unit);
		if (order)
			return order;
		return left->place < right->place ? -1 : 1;
	}
	for (size_t i = 0; i < 3; i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] < pairs[i][1] ? -1 : 1;
	return 0;
}

static bool same_line(const struct arranged *a, const struct arranged *b)
{
	return !compare_metrics(a->row, b->row) && a->line && b->line &&
	       !strcmp(a->line, b->line);
}

/* The rows are sorted by metric, then line. Returns how many are swept. */
static size_t find_lines(struct arranged *rows, size_t count)
{
	size_t swept = 0, metric = 0, end;

	for (size_t from = 0; from < count; from = end) {
		end = from + 1;
		while (end < count && same_line(&rows[from], &rows[end]))
			end++;
		if (compare_metrics(rows[metric].row, rows[from].row))
			metric = from;
		if (rows[from].place < rows[metric].metric_place)
			rows[metric].metric_place = rows[from].place;
		for (size_t i = from; i < end; i++) {
			rows[i].swept = end - from >= SWEEP_POINTS;
			rows[i].line_place = rows[from].place;
			swept += rows[i].swept;
		}
	}
	return swept;
}

/* find_lines() left the place of each metric with its first row only. */
static void spread_metric_places(struct arranged *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (!compare_metrics(rows[i].row, rows[i - 1].row))
			rows[i].metric_place = rows[i - 1].metric_place;
}

static void clear(struct arrangement *arrangement)
{
	for (size_t i = 0; i < arrangement->count; i++) {
		free(arrangement->rows[i].line);
		arrangement->rows[i] = (struct arranged){ 0 };
	}
}

/* Arrange with @axis (may be NULL) and say how many rows that sweeps. */
static int try(struct arrangement *arrangement, const char *axis, size_t *swept)
{
	const struct chapter *chapter = arrangement->chapter;

	clear(arrangement);
	arrangement->axis = axis;
	for (size_t i = 0; i < arrangement->count; i++) {
		struct arranged *arranged = &arrangement->rows[i];
		const struct axis_value *value;

		arranged->row = &chapter->rows[i];
		arranged->place = arranged->metric_place = i;
		value = axis ? cell_axis(arranged->row->cell, axis) : NULL;
		if (!value || value->text)
			continue;
		arranged->line = chapter_label(chapter, arranged->row->cell,
					       LABEL_UNUSUAL, axis);
		if (!arranged->line)
			return -ENOMEM;
	}
	qsort(arrangement->rows, arrangement->count, sizeof(struct arranged),
	      compare_lines);
	*swept = find_lines(arrangement->rows, arrangement->count);
	spread_metric_places(arrangement->rows, arrangement->count);
	qsort(arrangement->rows, arrangement->count, sizeof(struct arranged),
	      compare_places);
	return 0;
}

static int find_axis(struct arrangement *arrangement, const char **best)
{
	const struct chapter *chapter = arrangement->chapter;
	size_t most = 0, swept;
	int ret;

	*best = NULL;
	for (size_t i = 0; i < chapter->axis_count; i++) {
		if (!chapter->axes[i].varies)
			continue;
		ret = try(arrangement, chapter->axes[i].name, &swept);
		if (ret)
			return ret;
		if (swept > most) {
			most = swept;
			*best = chapter->axes[i].name;
		}
	}
	return 0;
}

int arrange(const struct chapter *chapter, struct arrangement *arrangement)
{
	const char *axis;
	size_t swept;
	int ret;

	*arrangement = (struct arrangement){ .chapter = chapter };
	arrangement->rows = calloc(chapter->count, sizeof(struct arranged));
	if (!arrangement->rows)
		return -ENOMEM;
	arrangement->count = chapter->count;
	ret = find_axis(arrangement, &axis);
	return ret ? ret : try(arrangement, axis, &swept);
}

void arrangement_free(struct arrangement *arrangement)
{
	clear(arrangement);
	free(arrangement->rows);
}

static bool same_panel(const struct arranged *a, const struct arranged *b)
{
	if (a->swept != b->swept)
		return false;
	if (a->swept)
		return !compare_metrics(a->row, b->row);
	return !strcmp(a->row->unit, b->row->unit);
}

static size_t panel_end(const struct arrangement *arrangement, size_t lines,
			size_t rows, size_t at)
{
	const struct arranged *first = &arrangement->rows[at];
	size_t end = at, line = 0;

	for (; end < arrangement->count; end++) {
		const struct arranged *row = &arrangement->rows[end];

		if (!same_panel(first, row))
			break;
		if (first->swept && (end == at || !same_line(row - 1, row)))
			line++;
		if (first->swept ? line > lines : end - at >= rows)
			break;
	}
	return end;
}

static bool all_have_controls(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!rows[i].over)
			return false;
	return true;
}

int arrangement_next(const struct arrangement *arrangement, size_t lines,
		     size_t rows, size_t *at, struct selection *selection)
{
	const struct arranged *first = &arrangement->rows[*at];
	size_t count = panel_end(arrangement, lines, rows, *at) - *at;
	struct row *chosen = calloc(count, sizeof(*chosen));
	int ret;

	*selection = (struct selection){
		.chapter = { .name = arrangement->chapter->name,
			     .rows = chosen,
			     .count = count },
		.axis = first->swept ? arrangement->axis : NULL,
	};
	if (!chosen)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		chosen[i] = *arrangement->rows[*at + i].row;
	*at += count;
	ret = chapter_fill(&selection->chapter);
	if (selection->axis && all_have_controls(chosen, count))
		selection->over = arrangement->chapter->control;
	if (arrangement->chapter->several_metrics &&
	    !selection->chapter.several_metrics)
		selection->metric = chosen->metric;
	return ret;
}

void selection_free(struct selection *selection)
{
	free((struct row *)selection->chapter.rows);
	free(selection->chapter.axes);
}
