/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Panels: a picture's parts, each drawn by a template from a file of its own.
 *
 * Writing one fills *panel; 0, -ENOMEM, or -EIO when the stream failed.
 */
#ifndef MMGAUGE_PANEL_H
#define MMGAUGE_PANEL_H

#include <stdbool.h>
#include <stdio.h>

#include "plots/figures/group.h"
#include "plots/figures/reasons.h"
#include "selection.h"

enum panel_kind {
	PANEL_FOREST,
	PANEL_DOTS,
	PANEL_SWEEP,
	PANEL_HISTORY,
	PANEL_TAILS,
	PANEL_DIFFERENCE
};

/* How a template is to draw its data; sizes in pixels. */
struct panel {
	enum panel_kind kind;
	unsigned int height;
	unsigned int left; /* width of the column of labels */
	unsigned int series; /* blocks of figures at the end */
	unsigned int subjects; /* of the same line of a sweep */
	bool logarithmic; /* the axis of the values */
	bool fitted; /* a sweep with straight lines */
};

enum forest_part {
	FOREST_ALL,
	FOREST_CHANGED, /* what a reader looks for, and what is open */
	FOREST_UNCHANGED,
};

/* Of a comparison with more than @limit rows: those that matter most. */
int forest_write(FILE *stream, struct panel *panel, const struct group *group,
		 size_t comparison, enum forest_part part, size_t limit);

/* Rows of @report that have a ratio to plot and repeat no other. */
size_t forest_rows(const struct compare_report *report, enum forest_part part);

int dots_write(FILE *stream, struct panel *panel,
	       const struct selection *selection,
	       const struct subjects *subjects);
int sweep_write(FILE *stream, struct panel *panel,
		const struct selection *selection,
		const struct subjects *subjects);

/* Of a chapter that has tail_rows(); at most so many cells. */
#define TAIL_CHARTS 12
int tails_write(FILE *stream, struct panel *panel,
		const struct chapter *chapter, const struct subjects *subjects);

/* Of a change among the rows of @figures. */
int difference_write(FILE *stream, struct panel *panel,
		     const struct figures *figures, const struct why *why);

#endif
