/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several runs against one, as a table: a row a metric, a column a run. */
#ifndef MMGAUGE_COMPARE_RUNS_H
#define MMGAUGE_COMPARE_RUNS_H

#include "compare_output.h"

/*
 * @reports are of one and the same base. Rows that changed in any of them, the
 * largest change first, at most a screen of 40 lines, or all of them with
 * options.all; runs that do not fit beside each other stand below. With
 * style.by, "configuration" or "subject", the columns have its names, and all
 * rows count, also by how little they changed. 0, -ENOMEM.
 */
int compare_runs_print(FILE *stream, const struct compare_report *reports,
		       size_t count, const struct compare_style *style);

#endif
