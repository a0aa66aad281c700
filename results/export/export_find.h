/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cells are meant. */
#ifndef MMGAUGE_EXPORT_FIND_H
#define MMGAUGE_EXPORT_FIND_H

#include <stdbool.h>

#include "results/base/result.h"

/* Whether its case is one of @glob, and it has all of @axes, AXIS=VALUE each. */
bool export_wanted(const struct cell *cell, const char *glob,
		   const char *const *axes, size_t axis_count);

#endif
