// SPDX-License-Identifier: GPL-2.0-or-later
/* How much the cache keeps. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"

/* What was used an hour ago or later may be in use now. */
#define IDLE_SECONDS 3600

static int by_use(const void *a, const void *b)
{
	const struct cache_entry *first = a, *second = b;

	return (first->used > second->used) - (first->used < second->used);
}

int cache_entries(const char *folder, const char *stamp,
		  struct cache_entry **entries)
{
	struct cache_entry *list = NULL, *grown;
	char root[PATH_MAX], path[PATH_MAX];
	struct dirent *entry;
	struct stat info;
	int count = 0;
	DIR *dir;

	*entries = NULL;
	if (cache_path(root, NULL, "%s", folder) || !(dir = opendir(root)))
		return 0;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    join_path(path, "%s/%s/%s", root, entry->d_name, stamp) ||
		    stat(path, &info))
			continue;
		grown = realloc(list, (size_t)(count + 1) * sizeof(*list));
		if (!grown) {
			free(list);
			list = NULL;
			count = -ENOMEM;
			break;
		}
		list = grown;
		strcpy(list[count].name, entry->d_name);
		list[count++].used = info.st_mtim.tv_sec;
	}
	closedir(dir);
	if (count > 0)
		qsort(list, (size_t)count, sizeof(*list), by_use);
	*entries = list;
	return count;
}

bool cache_is_recent(const struct cache_entry *entry)
{
	return entry->used >= time(NULL) - IDLE_SECONDS;
}

void cache_trim(const char *folder, const char *stamp, int most)
{
	struct cache_entry *entries;
	int count = cache_entries(folder, stamp, &entries);
	char path[PATH_MAX];

	for (int i = 0; i < count - most; i++)
		if (!cache_is_recent(&entries[i]) &&
		    !cache_path(path, NULL, "%s/%s", folder, entries[i].name))
			cache_remove(path, NULL);
	free(entries);
}

void cache_touch(const char *folder, const char *stamp)
{
	char path[PATH_MAX];

	if (!join_path(path, "%s/%s", folder, stamp))
		utimensat(AT_FDCWD, path, NULL, 0);
}

void cache_touch_beside(const char *path, const char *stamp)
{
	char folder[PATH_MAX], *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	cache_touch(folder, stamp);
}
