/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison while it is printed for people. */
#ifndef MMGAUGE_COMPARE_SCREEN_H
#define MMGAUGE_COMPARE_SCREEN_H

#include "compare_table.h"

/* How much is listed: at most so many of each. */
struct compare_detail {
	size_t rows; /* of a family; 0: one line sums it up */
	size_t families; /* of a verdict */
	bool whys; /* of the first row of a family */
	size_t labels; /* of a reason */
	/* Of a verdict that has them; 0: the summary counts what is not told. */
	size_t reasons;
	size_t differences;
};

struct compare_screen {
	FILE *stream;
	const struct compare_report *report;
	const struct compare_lines *lines;
	const struct compare_table *table;
	const struct compare_detail *detail;
	bool colour;
	bool mail;
	const char *repeat; /* in a mail: the command that does; or NULL */
	bool said_all; /* what all cells of a case share as well */
	int width;
	size_t lines_most; /* where less can be left out */
	const struct compare_column *columns[COMPARE_COLUMNS_MAX];
	size_t column_count;
	int widths[COMPARE_COLUMNS_MAX];
	int cell_width; /* of what stands before the figures */
};

/* Those below: 0, -ENOMEM. */

/* Chooses the widths of the columns for all rows there are. */
int compare_screen_layout(struct compare_screen *screen);

/* The rows, by verdict; *@more rows were not listed, of *@families. */
int compare_screen_rows(const struct compare_screen *screen, size_t *more,
			size_t *families);

/* What a mail begins and ends with: who, where; what not, and again how. */
void compare_mail_head(const struct compare_screen *screen);
int compare_mail_foot(const struct compare_screen *screen);

/* What else differs between the sides: ten lines, or all. */
int compare_screen_differences(const struct compare_screen *screen);

/* A case, its mean, and @shown of its rows. */
int compare_screen_family(const struct compare_screen *screen,
			  const struct family *family, size_t shown);

/* What stands above them, behind an empty line: with the columns' names. */
void compare_screen_headings(const struct compare_screen *screen,
			     enum verdict verdict, const char *title);
void compare_screen_title(const struct compare_screen *screen,
			  enum verdict verdict, const char *title);

/* Whether a why, or a reason, stands behind each row. */
bool compare_screen_is_wide(const struct compare_screen *screen);

/* @text in the colour of a verdict, on a screen with colours. */
void compare_screen_coloured(const struct compare_screen *screen,
			     enum verdict verdict, const char *text);

#endif
