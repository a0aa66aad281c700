/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples in order, the smallest first. */
#ifndef MMGAUGE_BENCH_SORT_H
#define MMGAUGE_BENCH_SORT_H

#include <stddef.h>
#include <stdint.h>

void sort_ticks(uint64_t *ticks, size_t count);
void sort_values(double *values, size_t count);

#endif
