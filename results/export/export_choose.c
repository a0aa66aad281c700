// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <string.h>

#include "export_find.h"

/* As the label has it: "case[batch=1,memory=4k]". */
static bool has_axis(const char *label, const char *axis)
{
	size_t length = strlen(axis);

	for (const char *at = strpbrk(label, "["); at; at = strchr(at, ',')) {
		at++;
		if (!strncmp(at, axis, length) &&
		    (at[length] == ',' || at[length] == ']'))
			return true;
	}
	return false;
}

bool export_wanted(const struct cell *cell, const char *glob,
		   const char *const *axes, size_t axis_count)
{
	char label[512];

	cell_label(cell, label, sizeof(label));
	for (size_t i = 0; i < axis_count; i++)
		if (!has_axis(label, axes[i]))
			return false;
	return !fnmatch(glob, cell->name, 0);
}

bool export_has(const struct export_cells *cells, const struct cell *cell)
{
	return cell->trial_count &&
	       export_wanted(cell, cells->glob, cells->axes, cells->axis_count);
}
