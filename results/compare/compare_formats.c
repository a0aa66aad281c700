// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of formats of a comparison. */
#include <string.h>

#include "compare_output.h"

#define ROW(name) &compare_format_##name,
#define NAME(name) "|" #name

static const struct compare_format *const formats[] = { COMPARE_FORMATS(ROW) };

const struct compare_format *compare_format(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

const char *compare_format_names(void)
{
	static const char names[] = COMPARE_FORMATS(NAME);

	return names + 1;
}
