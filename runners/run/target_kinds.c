// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of kinds of targets. */
#include <stdio.h>
#include <string.h>

#include "target_kind.h"

#define ROW(name) &name,

const struct target_kind *const target_kinds[] = {
	TARGET_KINDS(ROW) NULL,
};

const struct target_kind *target_kind_of(const char *spec)
{
	for (const struct target_kind *const *at = target_kinds; *at; at++)
		if (!strncmp(spec, (*at)->prefix, strlen((*at)->prefix)))
			return *at;
	return NULL;
}

const char *target_forms(void)
{
	static char text[512];
	int used = 0;

	for (const struct target_kind *const *at = target_kinds; *at; at++) {
		const char *between = at == target_kinds ? "" : ", ";

		used += snprintf(text + used, sizeof(text) - (size_t)used,
				 "%s%s", between,
				 (*at)->form ? (*at)->form : "");
		if ((*at)->kernels)
			used += kernel_forms(text + used,
					     sizeof(text) - (size_t)used);
	}
	return text;
}
