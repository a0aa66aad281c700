/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a comparison as people read them: by verdict, the worst first. */
#ifndef MMGAUGE_COMPARE_TABLE_H
#define MMGAUGE_COMPARE_TABLE_H

#include "compare_lines.h"
#include "compare_output.h"
#include "results/axes.h"
#include "results/format.h"

/* Rows of one case, metric, unit and verdict. */
struct family {
	const struct cell *cell; /* any of the case; NULL: the mean alone */
	const char *name, *metric, *unit;
	enum verdict verdict;
	const struct line **lines;
	size_t count;
	size_t place; /* in the order of the report */
	const struct comparison_group *group; /* of that verdict; or NULL */
	struct format_scale scale; /* of all its rows */
};

struct compare_table {
	struct family *families; /* by verdict, then as they are sorted */
	size_t count;
	size_t repeats; /* rows that say what another of their cell does */
	struct axes_said said;
};

/* 0, -ENOMEM; free in either case. */
int compare_table_make(const struct compare_report *report,
		       const struct compare_lines *lines,
		       const struct compare_style *style,
		       struct compare_table *table);
void compare_table_free(struct compare_table *table);

/* A column of figures: a row of the table that --columns takes. */
struct compare_column {
	const char *name;
	char *(*fill)(const struct comparison *row,
		      const struct format_scale *scale, char text[64]);
	bool to_the_left;
};

#define COMPARE_COLUMNS_MAX 16

/*
 * Those named in @names, "base,new,change"; NULL: what tells something of the
 * table. Returns how many.
 */
size_t
compare_columns(const struct compare_table *table, const char *names,
		const struct compare_column *columns[COMPARE_COLUMNS_MAX]);

#endif
