// SPDX-License-Identifier: GPL-2.0-or-later
/* The axes of cells: their values, and the order of cells by them. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "figures.h"

const struct axis_value *cell_axis(const struct cell *cell, const char *name)
{
	for (size_t i = 0; i < cell->axis_count; i++)
		if (!strcmp(cell->axes[i].axis, name))
			return &cell->axes[i];
	return NULL;
}

const char *axis_text(const struct axis_value *axis, char number[24])
{
	if (!axis)
		return "-";
	if (axis->text)
		return axis->text;
	snprintf(number, 24, "%" PRIu64, axis->number);
	return number;
}

int axis_order(const struct axis_value *a, const struct axis_value *b)
{
	if (!a || !b)
		return !b - !a;
	if (!a->text != !b->text)
		return a->text ? 1 : -1;
	if (!a->text)
		return (a->number > b->number) - (a->number < b->number);
	/* The reference comes first: "none" is what others are read against. */
	if (strcmp(a->text, "none") && !strcmp(b->text, "none"))
		return 1;
	if (!strcmp(a->text, "none") && strcmp(b->text, "none"))
		return -1;
	return strverscmp(a->text, b->text);
}

int cell_order(const struct cell *a, const struct cell *b)
{
	int order = strcmp(a->name, b->name);

	for (size_t i = 0; i < a->axis_count && !order; i++)
		order = axis_order(&a->axes[i], cell_axis(b, a->axes[i].axis));
	if (!order)
		order = (a->axis_count > b->axis_count) -
			(a->axis_count < b->axis_count);
	return order;
}
