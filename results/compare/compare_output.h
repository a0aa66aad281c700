/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison for people, for CI and for programs. */
#ifndef MMGAUGE_COMPARE_OUTPUT_H
#define MMGAUGE_COMPARE_OUTPUT_H

#include <stdio.h>

#include "compare.h"
#include "results/axes.h"

/* What a format wants to know besides; all zero is 80 columns without colour. */
struct compare_style {
	bool colour; /* a terminal that shows it */
	int width; /* in columns; 0: 80 */
	size_t lines; /* of the screen; 0: as many as there are usually */
	bool by_case; /* the rows, not those first that changed most */
	const char *columns; /* "base,new,change"; NULL: what tells something */
	axes_default *is_default; /* NULL: every axis is said */
	const char *by; /* what runs of a table are told by; NULL: numbers */
	const char *repeat; /* the command that a mail ends with; NULL: made */
	unsigned int failing; /* bit (1u << verdict): a failure, for JUnit */
};

/*
 * 0 or -ENOMEM; a write error is left to ferror(@stream). The text is a screen
 * unless options.all is set: of each case as many rows as there is room for. A
 * mail is the same in 75 columns, with the kernels and how to repeat it.
 */
int compare_print_text(FILE *stream, const struct compare_report *report,
		       const struct compare_style *style);
int compare_print_mail(FILE *stream, const struct compare_report *report,
		       const struct compare_style *style);
int compare_print_markdown(FILE *stream, const struct compare_report *report);

/* "base|new|change|...", that the columns may be of. */
const char *compare_column_names(void);

/* A row, or a group, is a failure when bit (1u << verdict) is in @failing. */
void compare_print_junit(FILE *stream, const struct compare_report *report,
			 unsigned int failing);

/* A format is a file that ends with its descriptor, and a row below. */
struct compare_format {
	const char *name; /* for --format */
	int (*print)(FILE *stream, const struct compare_report *report,
		     const struct compare_style *style);
};

/* In the order of help. */
#define COMPARE_FORMATS(row) \
	row(text) row(mail) row(markdown) row(json) row(junit)

#define COMPARE_FORMAT_DECLARE(name) \
	extern const struct compare_format compare_format_##name;
COMPARE_FORMATS(COMPARE_FORMAT_DECLARE)

/* By name; NULL: there is none. */
const struct compare_format *compare_format(const char *name);

/* "text|markdown|...". */
const char *compare_format_names(void);

#endif
