/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A series from anywhere: a table of comma-separated values. */
#ifndef MMGAUGE_HISTORY_CSV_H
#define MMGAUGE_HISTORY_CSV_H

#include "results/history.h"
#include "history_runs.h"

/*
 * Read @path: columns time, value and, if there, commit; in that order, or in
 * the order a first line of these names gives. The rows are in the order of
 * history. -EINVAL with FILE:LINE:COL.
 */
int history_csv_load(const char *path, bool higher_is_better,
		     struct history_runs *runs, struct history *history,
		     struct error *err);

#endif
