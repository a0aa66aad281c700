/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures of one run, and how they changed from another. */
#ifndef MMGAUGE_SHOW_H
#define MMGAUGE_SHOW_H

#include <stdio.h>

#include "compare_output.h"

struct show_row {
	const struct cell *cell;
	const char *metric, *unit;
	bool higher_is_better;
	double level; /* the median over trials */
	double spread; /* half of what trials differ by, of it; NaN: unknown */
	const struct comparison *change; /* from the base; NULL: unknown */
};

struct show {
	const struct result *result;
	const struct compare_report
		*report; /* NULL: nothing to hold it against */
	struct show_row *rows; /* as measured, or those that changed most */
	size_t count;
	size_t repeats; /* rows of other units that are left out */
	size_t without; /* cells that have no figures */
};

/*
 * The rows that @filter takes, by @style->by_case; @report, of its base and
 * @result as the new side, may be NULL; both must outlive it. @all: with those
 * that repeat another in other units. 0, -ENOMEM; free in either case.
 */
int show_make(const struct result *result, const struct compare_report *report,
	      const struct cell_filter *filter,
	      const struct compare_style *style, bool all, struct show *show);
void show_free(struct show *show);

/*
 * For people: a screen, of each row, of each case and metric or of each case,
 * as it fits into @lines; @all: every row. 0, -ENOMEM.
 */
int show_print(FILE *stream, const struct show *show,
	       const struct compare_style *style, size_t lines, bool all);

/* {"run", "base", "cells": [{"case", "axes", "metric", ...}]}. New reference. */
json_t *show_to_json(const struct show *show);

#endif
