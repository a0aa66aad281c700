// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_names.h"
#include "paths.h"

static int is_visible(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

static int add(struct text_list *names, const char *file, const char *ending)
{
	const char *end = strrchr(file, '.');
	char *name;

	if (!end || strcmp(end, ending) != 0)
		return 0;
	name = strndup(file, (size_t)(end - file));
	if (name && !text_list_append(names, name))
		return 0;
	free(name);
	return -ENOMEM;
}

int config_names(const char *folder, const char *ending,
		 struct text_list *names, struct error *err)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int count, ret = 0;

	*names = (struct text_list){ 0 };
	snprintf(path, sizeof(path), "%s/%s", paths_configs(), folder);
	count = scandir(path, &entries, is_visible, alphasort);
	if (count < 0)
		return error_set(err, -errno,
				 "%s: %s: set MMGAUGE_CONFIGS to the folder "
				 "configs of mmgauge",
				 path, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (!ret)
			ret = add(names, entries[i]->d_name, ending);
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
