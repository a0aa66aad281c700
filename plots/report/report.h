/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_REPORT_H
#define MMGAUGE_REPORT_H

#include "results/compare/compare.h"

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
