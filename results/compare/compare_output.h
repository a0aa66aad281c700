/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison for people, for CI and for programs. */
#ifndef MMGAUGE_COMPARE_OUTPUT_H
#define MMGAUGE_COMPARE_OUTPUT_H

#include <stdio.h>

#include "compare.h"

/* 0 or -ENOMEM; a write error is left to ferror(@stream). */
int compare_print_text(FILE *stream, const struct compare_report *report,
		       bool colour);
int compare_print_markdown(FILE *stream, const struct compare_report *report);

/* A row, or a group, is a failure when bit (1u << verdict) is in @failing. */
void compare_print_junit(FILE *stream, const struct compare_report *report,
			 unsigned int failing);

/* What some formats want to know besides. */
struct compare_style {
	bool colour; /* a terminal that shows it */
	unsigned int failing; /* as above */
};

/* A format is a file that ends with its descriptor, and a row below. */
struct compare_format {
	const char *name; /* for --format */
	int (*print)(FILE *stream, const struct compare_report *report,
		     const struct compare_style *style);
};

/* In the order of help. */
#define COMPARE_FORMATS(row) row(text) row(markdown) row(json) row(junit)

#define COMPARE_FORMAT_DECLARE(name) \
	extern const struct compare_format compare_format_##name;
COMPARE_FORMATS(COMPARE_FORMAT_DECLARE)

/* By name; NULL: there is none. */
const struct compare_format *compare_format(const char *name);

/* "text|markdown|...". */
const char *compare_format_names(void);

#endif
