/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_PREFIX_H
#define MMGAUGE_PREFIX_H

#include <string.h>

/* What follows @prefix in @text; NULL when it begins otherwise. */
static inline const char *skip_prefix(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) ? NULL : text + length;
}

#endif
