/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cells a user asks for: names of cases, and values on axes. */
#ifndef MMGAUGE_RESULTS_CELL_FILTER_H
#define MMGAUGE_RESULTS_CELL_FILTER_H

#include "results/base/result.h"

struct cell_filter {
	const char *const *globs; /* of cases; none: all */
	size_t glob_count;
	const char *const *axes; /* "AXIS=V,V..."; all of them must hold */
	size_t axis_count;
};

/* A value may be a glob as well. */
bool cell_filter_takes(const struct cell_filter *filter,
		       const struct cell *cell);

/* -EINVAL with the line for what is no AXIS=V. */
int cell_filter_check(const struct cell_filter *filter, struct error *err);

/* The first glob that no case of the results has, or NULL. */
const char *cell_filter_unused(const struct cell_filter *filter,
			       const struct result *const *results,
			       size_t count);

#endif
