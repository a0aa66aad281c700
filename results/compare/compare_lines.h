/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the text and the markdown output of a comparison have in common. */
#ifndef MMGAUGE_COMPARE_LINES_H
#define MMGAUGE_COMPARE_LINES_H

#include "compare.h"

enum column {
	COLUMN_CELL,
	COLUMN_METRIC,
	COLUMN_BASE,
	COLUMN_NEW,
	COLUMN_CHANGE,
	COLUMN_INTERVAL,
	COLUMN_VERDICT,
	COLUMNS,
};

extern const char *const column_names[COLUMNS];

/* One row that was compared. */
struct line {
	const char *name; /* of the case */
	enum verdict verdict;
	const struct comparison *row;
	char *fields[COLUMNS];
	char *why; /* functions that make the change; NULL: no profiles */
};

/* A row that is told by its reason. */
struct reasoned {
	const struct comparison *row;
	char *label; /* case[axes], and the metric if there is one; or kinds */
};

/* Rows of one verdict, sorted by reason. */
struct reasoned_list {
	struct reasoned *items;
	size_t count;
};

struct compare_lines {
	struct line *lines; /* in the order of the report */
	size_t count;
	struct reasoned_list broken, behaves, left_out;
	struct reasoned_list
		kinds; /* other kinds of work, hardly more or less */
	char *hidden; /* of the unchanged rows that are not in @lines; or NULL */
	char **groups; /* "pin.fast pin: 12 cells, +1.2 % on average" */
	size_t group_count;
	char *summary; /* "2 regressions, 30 unchanged, 1 skipped" */
	char *base; /* "RUN-ID, kernel 6.1.0 (1234567), 5 boots" */
	char *new;
	char *method; /* "wall, threshold 1 %, ..." */
	char *noise; /* "1.2 % between boots, ..."; NULL when not asked */
	char *plan; /* "14 boots of 30 samples a side, ..."; likewise */
};

/* 0, -ENOMEM. Everything in it is free of control characters. */
int compare_lines_make(const struct compare_report *report,
		       struct compare_lines *lines);
/* Its part of that, around the rows; and @text, freed, as it may be printed. */
int compare_head_make(const struct compare_report *report,
		      struct compare_lines *lines);
char *compare_clean(char *text);

void compare_lines_free(struct compare_lines *lines);

#endif
