// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a cell costs beyond doing without: the difference to its control, the
 * cell that is the same but for one axis, which there says "none".
 *
 * A numeric axis may go with that one: the count of subscriptions is 0 where
 * there are none, and nowhere else. It is not held against the control, then.
 * Were there several such axes, some of them would be coincidences of what was
 * measured; so there is a difference for one at most.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"

#define NOTHING "none"

/* How rows are paired with their controls. */
struct pairing {
	const char *axis; /* of the "none" */
	const char *tied; /* is 0 then, and only then; NULL: no such axis */
};

static bool is_control(const struct row *row, const char *axis)
{
	const struct axis_value *value = cell_axis(row->cell, axis);

	return value && value->text && !strcmp(value->text, NOTHING);
}

static bool is_tied(const struct chapter *chapter, const char *axis,
		    const char *other)
{
	for (size_t i = 0; i < chapter->count; i++) {
		const struct row *row = &chapter->rows[i];
		const struct axis_value *value = cell_axis(row->cell, other);

		if (!value || value->text ||
		    !value->number != is_control(row, axis))
			return false;
	}
	return true;
}

/* Whether there is exactly one way to pair over @axis. */
static bool find_tied(const struct chapter *chapter, const char *axis,
		      struct pairing *pairing)
{
	size_t controls = 0, tied = 0;

	*pairing = (struct pairing){ .axis = axis };
	for (size_t i = 0; i < chapter->count; i++)
		controls += is_control(&chapter->rows[i], axis);
	if (!controls || controls == chapter->count)
		return false;
	for (size_t i = 0; i < chapter->axis_count; i++) {
		const char *other = chapter->axes[i].name;

		if (!strcmp(other, axis) || !is_tied(chapter, axis, other))
			continue;
		pairing->tied = other;
		tied++;
	}
	return tied <= 1;
}

static bool is_same(const struct axis_value *a, const struct axis_value *b)
{
	if (!a || !b || !a->text != !b->text)
		return false;
	return a->text ? !strcmp(a->text, b->text) : a->number == b->number;
}

static bool is_pair(const struct row *row, const struct row *control,
		    const struct pairing *pairing)
{
	const struct cell *cell = row->cell;

	if (strcmp(row->metric, control->metric) ||
	    strcmp(row->unit, control->unit) ||
	    cell->axis_count != control->cell->axis_count)
		return false;
	for (size_t i = 0; i < cell->axis_count; i++) {
		const struct axis_value *axis = &cell->axes[i];

		if (!strcmp(axis->axis, pairing->axis) ||
		    (pairing->tied && !strcmp(axis->axis, pairing->tied)))
			continue;
		if (!is_same(axis, cell_axis(control->cell, axis->axis)))
			return false;
	}
	return true;
}

static const struct row *find_control(const struct chapter *chapter,
				      const struct row *row,
				      const struct pairing *pairing)
{
	if (is_control(row, pairing->axis))
		return NULL;
	for (size_t i = 0; i < chapter->count; i++) {
		const struct row *other = &chapter->rows[i];

		if (is_control(other, pairing->axis) &&
		    is_pair(row, other, pairing))
			return other;
	}
	return NULL;
}

/* The axis over which most rows have a control. */
static struct pairing find_pairing(const struct chapter *chapter)
{
	struct pairing best = { 0 }, pairing;
	size_t most = 0;

	for (size_t i = 0; i < chapter->axis_count; i++) {
		size_t count = 0;

		if (!chapter->axes[i].varies ||
		    !find_tied(chapter, chapter->axes[i].name, &pairing))
			continue;
		for (size_t r = 0; r < chapter->count; r++)
			count += find_control(chapter, &chapter->rows[r],
					      &pairing) != NULL;
		if (count > most) {
			most = count;
			best = pairing;
		}
	}
	return best;
}

static int hold_against(struct row *row, const struct row *control,
			size_t result_count)
{
	int ret = 0;

	row->over = calloc(result_count, sizeof(*row->over));
	if (!row->over)
		return -ENOMEM;
	for (size_t i = 0; i < result_count && !ret; i++)
		ret = figure_make_over(row->cells[i], control->cells[i], row,
				       &row->over[i]);
	return ret;
}

int chapter_control(struct chapter *chapter, struct row *rows,
		    size_t result_count)
{
	struct pairing pairing = find_pairing(chapter);
	int ret = 0;

	chapter->control = pairing.axis;
	for (size_t i = 0; i < chapter->count && pairing.axis && !ret; i++) {
		const struct row *control =
			find_control(chapter, &rows[i], &pairing);

		if (control)
			ret = hold_against(&rows[i], control, result_count);
	}
	return ret;
}
