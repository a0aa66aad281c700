/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_REPORT_H
#define MMGAUGE_REPORT_H

#include <limits.h>

#include "results/compare/compare.h"

/*
 * Write a static HTML report of @results: one file that needs nothing beside
 * it, no script, no outside reference. @place is its name when that ends in
 * .html, else a folder (made if absent) that gets an index.html; report_path()
 * says which. Each later result is compared with the first one that it may be
 * compared with. All or nothing: an earlier report there stays when this one
 * fails.
 */
int report_write(const struct result *const *results, size_t count,
		 const struct compare_options *options, const char *place,
		 struct error *err);
int report_path(const char *place, char path[PATH_MAX], struct error *err);

#endif
