/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Some rows of a chapter, all of one unit, as a chapter of their own: what a
 * panel of values shows.
 */
#ifndef MMGAUGE_SELECTION_H
#define MMGAUGE_SELECTION_H

#include <stdbool.h>
#include <stdio.h>

#include "plots/figures/group.h"
#include "ticks.h"

/*
 * What varies among the rows is what tells them apart. Of a sweep they come
 * line by line.
 */
struct selection {
	struct chapter chapter;
	const char *axis; /* swept, NULL for none */
	const char *metric; /* of all of them, if that isn't the case's only */
	const char *over; /* "subscription": shown is what is beyond "none" */
};

void selection_free(struct selection *selection);

/* The figure shown of a row. */
const struct figure *selection_figure(const struct selection *selection,
				      const struct row *row, size_t subject);

/* Returns the factor of the values' scale, fills unit and ticks. */
double selection_scale(const struct selection *selection, size_t subjects,
		       bool linear, char unit[48], struct ticks *ticks);

int selection_heading(FILE *stream, const struct selection *selection,
		      const char *unit);

/* The value of a row's cell on an axis of numbers. */
double axis_number(const struct row *row, const char *axis);

/* "where not said: kind=pin", or "", a new string; without the axis @but. */
char *usual_text(const struct chapter *chapter, const char *but);

#endif
