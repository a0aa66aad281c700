// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_names.h"
#include "paths.h"

static int is_named(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return *entry->d_name != '.' && end && !strcmp(end, ".json");
}

int config_names(const char *folder, struct text_list *names, struct error *err)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int count, ret = 0;

	*names = (struct text_list){ 0 };
	snprintf(path, sizeof(path), "%s/%s", paths_configs(), folder);
	count = scandir(path, &entries, is_named, alphasort);
	if (count < 0)
		return error_set(err, -errno,
				 "%s: %s: set MMGAUGE_CONFIGS to the folder "
				 "configs of mmgauge",
				 path, strerror(errno));
	for (int i = 0; i < count; i++) {
		size_t length = strlen(entries[i]->d_name) - strlen(".json");
		char *name = strndup(entries[i]->d_name, length);

		if (!name || text_list_append(names, name)) {
			free(name);
			ret = -ENOMEM;
		}
		free(entries[i]);
	}
	free(entries);
	return ret ? error_set(err, ret, "%s: out of memory", path) : 0;
}

void config_names_free(struct text_list *names)
{
	for (size_t i = 0; i < names->count; i++)
		free((char *)names->items[i]);
	text_list_free(names);
}
