/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the exact clock deserve its name? Every cell is measured on three boots
 * of one kernel: two run the cells in the same order and must agree in nearly
 * all medians; the one between runs them backwards, so that what a cell owes
 * to those before it shows. None may be off by more than a thousandth, but of
 * several CPUs between orders of cells: as far as samples alike may be.
 */
#ifndef MMGAUGE_DETERMINISM_H
#define MMGAUGE_DETERMINISM_H

#include <stdbool.h>

#include "results/base/result.h"

#define DETERMINISM_BOOTS 3

/* Print what varies and a summary; whether @result is exact. */
bool determinism_report(const struct result *result, const char *name);

#endif
