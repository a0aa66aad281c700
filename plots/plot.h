/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures and pages from results. Nothing here measures or judges: verdicts
 * come from results/compare.h, numbers from result files.
 */
#ifndef MMGAUGE_PLOT_H
#define MMGAUGE_PLOT_H

#include "plots/pictures/history.h"
#include "plots/report/report.h"
#include "results/compare/compare.h"

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

#endif
