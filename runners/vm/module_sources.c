// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "module_sources.h"
#include "runners/base/paths.h"

/* Not what a build in that folder left behind. */
static int is_source(const struct dirent *entry)
{
	const char *name = entry->d_name;

	if (!fnmatch("*.mod.c", name, FNM_PERIOD))
		return 0;
	return !strcmp(name, "Kbuild") || !strcmp(name, "Makefile") ||
	       !fnmatch("*.[chS]", name, FNM_PERIOD);
}

void module_sources_free(struct module_sources *sources)
{
	for (int i = 0; i < sources->count; i++)
		free(sources->entries[i]);
	free(sources->entries);
}

int module_sources_find(struct module_sources *sources, struct error *err)
{
	const char *folder = paths_kmod();

	sources->count =
		scandir(folder, &sources->entries, is_source, alphasort);
	if (sources->count > 0)
		return 0;
	if (!sources->count)
		free(sources->entries);
	return error_set(err, -ENOENT,
			 "%s: no module sources there: set MMGAUGE_KMOD to "
			 "mmgauge's kmod folder",
			 folder);
}

int module_each_source(int (*each)(const char *name, const char *path,
				   void *data),
		       void *data, struct error *err)
{
	struct module_sources sources;
	char path[PATH_MAX];
	int ret = module_sources_find(&sources, err);

	if (ret)
		return ret;
	for (int i = 0; i < sources.count && !ret; i++) {
		const char *name = sources.entries[i]->d_name;

		ret = join_path(path, "%s/%s", paths_kmod(), name) ?:
			      each(name, path, data);
	}
	module_sources_free(&sources);
	return ret;
}
