/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was measured, arranged for people: a chapter per case, in it a row per
 * cell and metric, in it a figure per result.
 */
#ifndef MMGAUGE_FIGURES_H
#define MMGAUGE_FIGURES_H

#include "results/base/result.h"

/*
 * A median and what it is known to: the 95 % interval of the median over boots
 * (their extremes when there are fewer than six), with one boot over its
 * trials, with one trial over its samples. Not measured: all NaN.
 */
struct figure {
	double median;
	double low;
	double high;
	size_t samples;
	unsigned int boots;
};

struct row {
	const struct cell *cell; /* of the first result that has it */
	const struct cell **cells; /* one per result, NULL where it lacks it */
	const char *metric;
	const char *unit;
	bool higher_is_better;
	struct figure *figures; /* one per result */
	struct figure *over; /* the same, over the control; NULL for none */
	size_t place; /* in which it was found */
};

/*
 * An axis whose value is the same in all rows is said once, not in each; one
 * that is the same in most is said once and where it differs.
 */
struct chapter_axis {
	const char *name;
	bool varies;
	const struct axis_value *usual; /* of three quarters, NULL for none */
};

struct chapter {
	const char *name; /* of the case */
	const struct row *rows; /* by axes, then metrics as measured */
	size_t count;
	struct chapter_axis *axes;
	size_t axis_count;
	bool several_metrics;
	const char *control; /* axis whose "none" others are held against */
};

struct figures {
	size_t result_count;
	struct row *rows;
	size_t row_count;
	struct chapter *chapters;
	size_t chapter_count;
};

/*
 * The figure of @row in @cell (NULL: nothing measured); the same less what
 * @control has in the same boot. 0, -ENOMEM.
 */
int figure_make(const struct cell *cell, const struct row *row,
		struct figure *figure);
int figure_make_over(const struct cell *cell, const struct cell *control,
		     const struct row *row, struct figure *figure);

/* Whether @metric is the one of @row, and has samples. */
bool is_row_metric(const struct metric *metric, const struct row *row);

/* The second half of figures_make(): rows are there and sorted. */
int chapters_make(struct figures *figures);

/*
 * Hold the @rows of @chapter, which are its own, against their controls: what
 * was measured alike but for one axis that is "none" there, in the same boot.
 * 0, -ENOMEM.
 */
int chapter_control(struct chapter *chapter, struct row *rows,
		    size_t result_count);

/* Find out about the axes of a chapter that has its name and rows. */
int chapter_fill(struct chapter *chapter);

/* The results must outlive the figures. 0, -ENOMEM; free in either case. */
int figures_make(const struct result *const *results, size_t count,
		 struct figures *figures);
void figures_free(struct figures *figures);
const struct chapter *figures_chapter(const struct figures *figures,
				      const char *name);

/* NULL when the cell has no such axis. */
const struct axis_value *cell_axis(const struct cell *cell, const char *name);

/* A number is written into @number, and that returned. NULL gives "-". */
const char *axis_text(const struct axis_value *axis, char number[24]);

/* Whether @a comes before (< 0) or after @b; "none" comes first. */
int axis_order(const struct axis_value *a, const struct axis_value *b);

/* By case, then axis by axis in stored order; "none" before other choices. */
int cell_order(const struct cell *a, const struct cell *b);

enum label {
	LABEL_CONSTANT, /* the axes that don't vary */
	LABEL_VARYING, /* all others */
	LABEL_UNUSUAL, /* those without usual values; all when that says nothing
			*/
	LABEL_USUAL, /* only usual values, of whatever cell */
};

/*
 * "batch=1, memory=4k", a new string: the axes of @cell that @label asks for,
 * without @but. NULL when out of memory.
 */
char *chapter_label(const struct chapter *chapter, const struct cell *cell,
		    enum label label, const char *but);

/* "batch=1, memory=4k · unpin": the metric only where there are several. */
char *chapter_row_label(const struct chapter *chapter, const struct cell *cell,
			const char *metric);

/* The largest of the row's medians, to choose one scale for all of them. */
double row_typical(const struct row *row, size_t count);

#endif
