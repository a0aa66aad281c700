/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cells are meant. */
#ifndef MMGAUGE_EXPORT_FIND_H
#define MMGAUGE_EXPORT_FIND_H

#include <stdbool.h>

#include "export.h"

/* Whether its case is one of @glob, and it has all of @axes, AXIS=VALUE each. */
bool export_wanted(const struct cell *cell, const char *glob,
		   const char *const *axes, size_t axis_count);

/* Whether it is one of them that was measured. */
bool export_has(const struct export_cells *cells, const struct cell *cell);

#endif
