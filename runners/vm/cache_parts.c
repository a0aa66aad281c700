// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cache_parts.h"
#include "cross.h"
#include "deb.h"
#include "emulator.h"
#include "git.h"
#include "git_tree.h"
#include "module.h"
#include "snapshot.h"
#include "runners/base/parse.h"

const struct cache_part cache_parts[] = {
	{ .name = "kernel",
	  .folder = DEB_KERNELS,
	  .stamp = DEB_STAMP,
	  .most = DEB_KERNELS_MAX },
	{ .name = "built kernel",
	  .folder = GIT_KERNELS,
	  .stamp = GIT_STAMP,
	  .most = GIT_KERNELS_MAX },
	{ .name = "build tree",
	  .folder = GIT_TREES,
	  .stamp = GIT_TREE_STAMP,
	  .lock = GIT_TREE_LOCK },
	{ .name = "module",
	  .folder = MODULES,
	  .stamp = MODULE_STAMP,
	  .most = MODULES_MAX,
	  .small = true },
	{ .name = "agent",
	  .folder = AGENTS,
	  .stamp = AGENT_STAMP,
	  .most = AGENTS_MAX,
	  .small = true },
	{ .name = "agent's libraries",
	  .folder = LIBRARIES,
	  .stamp = LIBRARIES_STAMP,
	  .small = true },
	{ .name = "QEMU",
	  .folder = EMULATORS,
	  .stamp = EMULATOR_STAMP,
	  .most = EMULATORS_MAX },
	{ .name = "snapshot",
	  .folder = SNAPSHOTS,
	  .stamp = SNAPSHOT_STAMP,
	  .most = SNAPSHOTS_MAX },
	{ .name = "result",
	  .folder = MEASURED,
	  .stamp = MEASURED_STAMP,
	  .most = 500,
	  .small = true },
	{ 0 },
};

#define MOST (32ull << 30)

static int by_use(const void *a, const void *b)
{
	time_t x = ((const struct cache_item *)a)->entry.used;
	time_t y = ((const struct cache_item *)b)->entry.used;

	return (x > y) - (x < y);
}

static int add_part(const struct cache_part *part, struct cache_item **items,
		    int count)
{
	struct cache_entry *entries;
	int found = cache_entries(part->folder, part->stamp, &entries);
	struct cache_item *grown =
		found < 0 ? NULL :
			    realloc(*items, (size_t)(count + found + 1) *
						    sizeof(*grown));
	char path[PATH_MAX];

	if (!grown) {
		free(entries);
		return -ENOMEM;
	}
	*items = grown;
	for (int i = 0; i < found; i++) {
		struct cache_item *item = &grown[count++];

		*item = (struct cache_item){ .part = part,
					     .entry = entries[i] };
		if (!cache_path(path, NULL, "%s/%s", part->folder,
				entries[i].name))
			item->bytes = cache_bytes(path);
	}
	free(entries);
	return count;
}

int cache_items(struct cache_item **items)
{
	int count = 0;

	*items = NULL;
	for (const struct cache_part *part = cache_parts;
	     part->name && count >= 0; part++)
		count = add_part(part, items, count);
	if (count < 0) {
		free(*items);
		*items = NULL;
	} else {
		qsort(*items, (size_t)count, sizeof(**items), by_use);
	}
	return count;
}

int cache_most(unsigned long long *most, struct error *err)
{
	const char *text = getenv("MMGAUGE_CACHE_MAX");
	uint64_t bytes = MOST;

	if (text && *text && parse_count(text, &bytes))
		return error_set(err, -EINVAL,
				 "$MMGAUGE_CACHE_MAX: '%.80s' is no number of "
				 "bytes: give one, K, M and G allowed",
				 text);
	*most = bytes;
	return 0;
}

/* Not under who holds its lock. */
static bool remove_item(const struct cache_item *item)
{
	char path[PATH_MAX], name[NAME_MAX + 1];
	int lock = -1, ret;

	if (cache_path(path, NULL, "%s/%s", item->part->folder,
		       item->entry.name))
		return false;
	if (item->part->lock) {
		snprintf(name, sizeof(name), item->part->lock,
			 item->entry.name);
		lock = cache_try_lock(name);
		if (lock < 0)
			return false;
	}
	ret = cache_remove(path, NULL);
	if (lock >= 0)
		close(lock);
	return !ret;
}

unsigned long long
cache_fit(unsigned long long most,
	  void (*note)(const struct cache_item *item, void *data), void *data)
{
	unsigned long long total = 0;
	struct cache_item *items;
	int count = cache_items(&items);

	for (int i = 0; i < count; i++)
		total += items[i].bytes;
	for (int i = 0; i < count && total > most; i++) {
		if (cache_is_recent(&items[i].entry) || !remove_item(&items[i]))
			continue;
		total -= items[i].bytes;
		if (note)
			note(&items[i], data);
	}
	free(items);
	return total;
}

void cache_grew(const char *folder)
{
	unsigned long long most = 0;

	for (const struct cache_part *part = cache_parts; part->name; part++) {
		if (strcmp(part->folder, folder) != 0)
			continue;
		if (part->most)
			cache_trim(folder, part->stamp, part->most);
		/* Who fetches or builds has been told of what is no number. */
		if (!part->small && !cache_most(&most, NULL))
			cache_fit(most, NULL, NULL);
	}
}
