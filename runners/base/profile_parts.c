// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "profile_parts.h"

static const struct {
	const char *name;
	enum profile_part part;
	bool asked; /* of the plugin */
} rows[] = {
	{ "calls", PROFILE_CALLS, true },
	{ "lines", PROFILE_LINES, true },
	{ "inlined", PROFILE_INLINED, false },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

unsigned int profile_parts(const char *names)
{
	unsigned int parts = names ? PROFILE_WORK : 0;

	while (names && *names) {
		size_t length = strcspn(names, ",");

		for (size_t i = 0; i < ROWS; i++)
			if (strlen(rows[i].name) == length &&
			    !strncmp(rows[i].name, names, length))
				parts |= rows[i].part;
		names += length;
		names += *names == ',';
	}
	return parts;
}

const char *profile_parts_choices(void)
{
	static char text[64];
	size_t used = 0;

	for (size_t i = 0; i < ROWS; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", i ? "|" : "", rows[i].name);
	return text;
}

void profile_parts_ask(unsigned int parts, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < ROWS && used < size; i++)
		if (parts & rows[i].part && rows[i].asked)
			used += (size_t)snprintf(text + used, size - used,
						 ",%s=on", rows[i].name);
}
