/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What gnuplot gets to see: tab-separated blocks, a file per panel. The
 * templates (*.gp) say at their head which blocks they want.
 */
#ifndef MMGAUGE_TSV_H
#define MMGAUGE_TSV_H

#include <stdio.h>

#include "plots/figures/group.h"
#include "ticks.h"

enum panel_kind {
	PANEL_FOREST,
	PANEL_DOTS,
	PANEL_SWEEP,
	PANEL_HISTORY,
	PANEL_TAILS
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

/*
 * Some rows of a chapter, all of one unit, as a chapter of their own: what
 * varies among them is what tells them apart. Of a sweep they come line by
 * line.
 */
struct selection {
	struct chapter chapter;
	const char *axis; /* swept, NULL for none */
	const char *metric; /* of all of them, if that isn't the case's only */
	const char *over; /* "subscription": shown is what is beyond "none" */
};

void selection_free(struct selection *selection);

#define LABEL_LIMIT 70 /* characters of a label beside the plot */

bool tsv_plottable(double value);
void tsv_number(FILE *stream, double value, char end); /* or NaN */
void tsv_figure(FILE *stream, const struct figure *figure, double factor);
void tsv_block(FILE *stream); /* between two blocks */
void tsv_ticks(FILE *stream, const struct ticks *ticks);
void tsv_corners(FILE *stream, const struct ticks *x, const struct ticks *y);
void tsv_label(FILE *stream, double y, const char *label);
void tsv_heading(FILE *stream, const char *title, const char *subtitle);

/* The pixels that labels of up to @longest characters need. */
unsigned int tsv_label_column(size_t longest);

/* The value of a row's cell on an axis of numbers. */
double axis_number(const struct row *row, const char *axis);

/* "where not said: kind=pin", or "", a new string; without the axis @but. */
char *usual_text(const struct chapter *chapter, const char *but);

/*
 * What the panels of values share: which figure is shown, the scale of a
 * selection's values (returns the factor, fills unit and ticks) and its
 * heading.
 */
const struct figure *selection_figure(const struct selection *selection,
				      const struct row *row, size_t subject);
double selection_scale(const struct selection *selection, size_t subjects,
		       bool linear, char unit[48], struct ticks *ticks);
int selection_heading(FILE *stream, const struct selection *selection,
		      const char *unit);

/*
 * Panels. They fill *panel; 0, -ENOMEM, or -EIO when the stream failed. Of a
 * comparison with more than @limit rows the forest shows those that matter
 * most.
 */
int forest_write(FILE *stream, struct panel *panel, const struct group *group,
		 size_t comparison, size_t limit);
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

/* Rows of @report that have a ratio to plot and repeat no other. */
size_t forest_rows(const struct compare_report *report);

#endif
