/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs of several architectures beside each other. Never a verdict: an
 * instruction of one is not worth what one of another is.
 */
#ifndef MMGAUGE_COMPARE_ARCHITECTURES_H
#define MMGAUGE_COMPARE_ARCHITECTURES_H

#include "compare_output.h"

/*
 * A row for each metric that two of @results have, in the order of the first
 * one's cells, and below it the kinds of work where there are profiles: those
 * whose cost is not in their number, or all of them with @all. At most a screen,
 * unless @all. How many metrics there were; -ENOMEM.
 */
int compare_architectures_print(FILE *stream,
				const struct result *const *results,
				size_t count, const struct cell_filter *filter,
				const struct compare_style *style, bool all);

#endif
