// SPDX-License-Identifier: GPL-2.0-or-later
/* What is in the cache of kernels, and what could be. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "deb.h"
#include "git.h"
#include "module.h"

static int add_entries(const struct release_list *list, bool cached,
		       struct kernel_entry **entries, size_t *count)
{
	struct kernel_entry *grown;

	grown = realloc(*entries, (*count + list->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*entries = grown;
	for (size_t i = 0; i < list->count; i++) {
		if (!cached && deb_is_cached(list->names[i]))
			continue;
		grown[*count] = (struct kernel_entry){ .cached = cached };
		strcpy(grown[(*count)++].release, list->names[i]);
	}
	return 0;
}

static void measure_entry(struct kernel_entry *entry)
{
	struct vm_kernel kernel;
	char path[PATH_MAX];

	if (!entry->cached ||
	    !strncmp(entry->release, GIT_PREFIX, strlen(GIT_PREFIX)) ||
	    deb_describe(entry->release, &kernel, NULL))
		return;
	entry->module_built =
		!module_path(kernel.build, entry->release, path, NULL) &&
		is_readable(path);
	if (!cache_path(path, NULL, DEB_KERNELS "/%s", entry->release))
		entry->bytes = cache_bytes(path);
}

static int compare_entries(const void *a, const void *b)
{
	const struct kernel_entry *first = a, *second = b;

	return version_compare(first->release, second->release);
}

int kernel_list(struct kernel_entry **entries, size_t *count, struct error *err)
{
	struct release_list offered = { 0 }, cached = { 0 };
	int status;

	*entries = NULL;
	*count = 0;
	deb_list_cached(&cached);
	status = deb_offered(&offered, err);
	/* What is in the cache can be used whatever apt says. */
	if (cached.count && kernel_is_offline(status))
		status = 0;
	if (!status)
		status = add_entries(&cached, true, entries, count);
	if (!status)
		status = add_entries(&offered, false, entries, count);
	if (!status)
		status = git_list(entries, count, err);
	if (status == -ENOMEM)
		error_set(err, status, "kernel list: out of memory");
	for (size_t i = 0; !status && i < *count; i++)
		measure_entry(&(*entries)[i]);
	if (!status)
		qsort(*entries, *count, sizeof(**entries), compare_entries);
	release_free(&offered);
	release_free(&cached);
	return status;
}

/* Every module built for it, whatever the sources were. */
static void remove_modules(const char *release)
{
	char folder[PATH_MAX], path[PATH_MAX];
	struct dirent *entry;
	DIR *list;

	if (cache_path(folder, NULL, "modules"))
		return;
	list = opendir(folder);
	while (list && (entry = readdir(list))) {
		const char *dash = strrchr(entry->d_name, '-');

		if (dash && strlen(release) == (size_t)(dash - entry->d_name) &&
		    !strncmp(entry->d_name, release, dash - entry->d_name) &&
		    !join_path(path, "%s/%s", folder, entry->d_name))
			cache_remove(path, NULL);
	}
	if (list)
		closedir(list);
}

int kernel_remove(const char *release, struct error *err)
{
	char name[NAME_MAX + 1], path[PATH_MAX];
	bool git = !strncmp(release, GIT_PREFIX, strlen(GIT_PREFIX));
	int status, lock;

	if (git)
		return git_remove(release + strlen(GIT_PREFIX), err);
	if (strchr(release, '/') || *release == '.' || !deb_is_cached(release))
		return error_set(err, -ENOENT,
				 "%s: not in the cache: see mmgauge kernel "
				 "list",
				 release);
	snprintf(name, sizeof(name), "kernel-%s", release);
	lock = cache_lock(name, err);
	if (lock < 0)
		return lock;
	status = cache_path(path, err, DEB_KERNELS "/%s", release);
	if (!status)
		status = cache_remove(path, err);
	if (!status)
		remove_modules(release);
	close(lock);
	return status;
}
