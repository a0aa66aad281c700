/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_LEVEL_H
#define MMGAUGE_LEVEL_H

#include "results/base/result.h"

/* The median over trials of each one's median of @metric; NaN without any. */
double cell_level(const struct cell *cell, const char *metric);

#endif
