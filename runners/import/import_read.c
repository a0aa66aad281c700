// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "results/store/result_file.h"

#define IMPORT_ROW(name) &import_format_##name,

static const struct import_format *const formats[] = {
	IMPORT_FORMATS(IMPORT_ROW) NULL,
};

const char *import_format_names(void)
{
	static char names[64];
	size_t used = 0;

	for (size_t i = 0; formats[i]; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
					 "%s%s", i ? "|" : "",
					 formats[i]->name);
	return names;
}

static const struct import_format *find_format(const char *name,
					       const char *text)
{
	size_t i = 0;

	while (formats[i + 1] && (name ? strcmp(formats[i]->name, name) != 0 :
					 !formats[i]->is(text)))
		i++;
	return formats[i];
}

int import_read(struct import *import, const char *path, const char *name,
		struct error *err)
{
	const struct import_format *format;
	char *text, *ended;
	size_t length;
	int ret = file_read(path, &text, &length, err);

	if (ret)
		return ret;
	ended = realloc(text, length + 1);
	if (!ended) {
		free(text);
		return import_no_memory(err);
	}
	ended[length] = '\0';
	import->path = path;
	import->first_boot = import->next_boot;
	format = find_format(name, ended);
	ret = format->read(import, ended, length, err);
	free(ended);
	return ret;
}
