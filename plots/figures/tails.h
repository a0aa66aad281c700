/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operations that were timed one by one: how slow the slowest are. */
#ifndef MMGAUGE_TAILS_H
#define MMGAUGE_TAILS_H

#include "figures.h"

/* Whether the samples of @row are single operations, and how many rows are. */
bool is_tail(const struct row *row);
size_t tail_rows(const struct chapter *chapter);

/*
 * All of them that one result has, sorted: a new array, NULL for none. 0,
 * -ENOMEM.
 */
int tail_samples(const struct row *row, size_t subject, double **samples,
		 size_t *count);

#endif
