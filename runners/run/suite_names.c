// SPDX-License-Identifier: GPL-2.0-or-later
/* Which suites there are. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runners/base/paths.h"
#include "suite.h"

static int is_suite(const struct dirent *entry)
{
	return *entry->d_name != '.' && suite_is_path(entry->d_name);
}

int suite_names(struct text_list *names, struct error *err)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int count, ret = 0;

	*names = (struct text_list){ 0 };
	snprintf(path, sizeof(path), "%s/suites", paths_configs());
	count = scandir(path, &entries, is_suite, alphasort);
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

void suite_names_free(struct text_list *names)
{
	for (size_t i = 0; i < names->count; i++)
		free((char *)names->items[i]);
	text_list_free(names);
}
