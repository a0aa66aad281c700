// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "sort.h"

static int by_ticks(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void sort_ticks(uint64_t *ticks, size_t count)
{
	qsort(ticks, count, sizeof(*ticks), by_ticks);
}

void sort_values(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
}
