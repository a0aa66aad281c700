/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures of a run, held against the last one that may be compared. */
#ifndef MMGAUGE_FIGURES_H
#define MMGAUGE_FIGURES_H

#include <stdio.h>

#include "results/cell_filter.h"
#include "results/compare/compare_output.h"

/*
 * The run of the store that was measured last before @result, on the same
 * machine, clock and accelerator; else a baseline of these. 1 with @base to be
 * freed, 0 when there is none: neither is an error. Where it cannot be told, a
 * line on stderr says why.
 */
int figures_base(const struct result *result, struct result *base);

/* What they are printed as. */
struct figures {
	struct cell_filter filter;
	struct compare_style style;
	size_t lines; /* of a screen */
	bool all, json;
};

/* @base may be NULL. 0, -ENOMEM. */
int figures_print(FILE *stream, const struct result *result,
		  const struct result *base, const struct figures *figures);

#endif
