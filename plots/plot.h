/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures and pages from results. Nothing here measures or judges: verdicts
 * come from results/compare.h, numbers from result files.
 */
#ifndef MMGAUGE_PLOT_H
#define MMGAUGE_PLOT_H

#include "results/compare/compare.h"
#include "results/history.h"
#include "results/base/result.h"

/*
 * Plot @results (@count of them, base first) into @path; the ending (.svg or
 * .png) chooses the format. On top each later result's change against the
 * first one that it may be compared with; below every metric of every measured
 * cell, case by case: lines over a numeric axis of three values or more,
 * elsewhere dots, with their intervals. Needs gnuplot: -ENOENT with a line that
 * says how to get it. Writes to a temporary name and renames.
 */
int plot_results(const struct result *const *results, size_t count,
		 const struct compare_options *options, const char *path,
		 struct error *err);

/*
 * Plot the series of @history over the runs called @names, their changes
 * marked:
 * @folder/CASE.svg (results/file_name.h), made if absent, a panel per cell and
 * metric.
 */
int plot_history(const struct history *history, const char *const *names,
		 const char *folder, struct error *err);

/*
 * Write a static HTML report of @results into the folder @directory (made if
 * absent): index.html plus its SVG plots, no script, no outside reference.
 * Each later result is compared with the first one that it may be compared
 * with. All or nothing: an earlier report there stays when this one fails.
 */
int report_write(const struct result *const *results, size_t count,
		 const struct compare_options *options, const char *directory,
		 struct error *err);

#endif
