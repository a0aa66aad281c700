/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Series from anywhere: a table of comma-separated values. */
#ifndef MMGAUGE_HISTORY_CSV_H
#define MMGAUGE_HISTORY_CSV_H

#include "results/history/history.h"
#include "csv_number.h"
#include "history_runs.h"

struct history_csv {
	const char *path;
	bool higher_is_better;
	enum csv_comma comma;
};

/*
 * Read the table: columns time, value and, if there, commit; or those that a
 * first line names, in any order, and as several series where it names what was
 * measured (docs/bisecting.md has the names). The points are in the order of
 * their times; in that of the file where these are equal or there are none.
 * What has no value is counted as missing. -EINVAL with FILE:LINE:COLUMN.
 */
int history_csv_load(const struct history_csv *csv, struct history_runs *runs,
		     struct history *history, struct error *err);

#endif
