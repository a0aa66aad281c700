// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/base/array.h"
#include "baseline_parts.h"
#include "results/format.h"
#include "store.h"

const char *baseline_text(const struct result *result, const char *path)
{
	const char *text = result_text(result, path);

	return text && *text ? text : "unknown";
}

int baseline_key(const struct result *result, char key[FILE_NAME_SIZE])
{
	/* First, since the beginning of a key is enough. */
	const char *chosen = result_text(result, "run/configuration/name");
	char *text = format_string(
		"%s%s%s-%s-%s", chosen ? chosen : "", chosen ? "-" : "",
		baseline_text(result, "machine/fingerprint"),
		baseline_text(result, "clock/kind"),
		baseline_text(result, "machine/accelerator"));

	if (!text)
		return -ENOMEM;
	file_name(text, key);
	free(text);
	return 0;
}

int baseline_check_name(const char *name, struct error *err)
{
	if (*name == '@')
		return error_set(err, -EINVAL,
				 "%.60s: a baseline is saved without the @: "
				 "leave it out",
				 name);
	if (!file_name_is_plain(name) ||
	    strlen(name) >= sizeof(((struct baseline *)0)->name))
		return error_set(err, -EINVAL,
				 "'%.80s' cannot name a baseline: use up to 63 "
				 "letters, digits, '.', '_', '+' and '-'",
				 name);
	return 0;
}

struct listing {
	struct baseline *items;
	size_t count;
};

static int add_file(struct listing *list, const char *folder, const char *name,
		    const char *file)
{
	size_t length = strlen(file), tail = strlen(BASELINE_ENDING);
	struct baseline *items, *item;

	if (*file == '.' || length <= tail ||
	    length - tail >= sizeof(items->key) ||
	    strlen(name) >= sizeof(items->name) ||
	    strcmp(file + length - tail, BASELINE_ENDING))
		return 0;
	items = array_grow(list->items, list->count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	list->items = items;
	item = &items[list->count];
	snprintf(item->name, sizeof(item->name), "%s", name);
	snprintf(item->key, sizeof(item->key), "%.*s", (int)(length - tail),
		 file);
	if (snprintf(item->path, PATH_MAX, "%s/%s/%s", folder, name, file) <
	    PATH_MAX)
		list->count++;
	return 0;
}

static int read_name(struct listing *list, const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int ret = 0;

	if (*name == '.' ||
	    snprintf(path, sizeof(path), "%s/%s", folder, name) >= PATH_MAX)
		return 0;
	dir = opendir(path);
	if (!dir)
		return 0;
	while (!ret && (entry = readdir(dir)))
		ret = add_file(list, folder, name, entry->d_name);
	closedir(dir);
	return ret;
}

static int compare_baselines(const void *a, const void *b)
{
	const struct baseline *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : strcmp(left->key, right->key);
}

int baseline_list(struct baseline **items, size_t *count, struct error *err)
{
	struct listing list = { 0 };
	char folder[PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int ret = store_baselines(folder, err);

	if (ret)
		return ret;
	dir = opendir(folder);
	if (!dir)
		return error_set(err, -errno, "%s: cannot read: %s", folder,
				 strerror(errno));
	while (!ret && (entry = readdir(dir)))
		ret = read_name(&list, folder, entry->d_name);
	closedir(dir);
	if (ret) {
		free(list.items);
		return error_set(err, ret, "out of memory");
	}
	if (list.count)
		qsort(list.items, list.count, sizeof(*list.items),
		      compare_baselines);
	*items = list.items;
	*count = list.count;
	return 0;
}

static int unknown(const char *name, const struct baseline *list, size_t count,
		   struct error *err)
{
	char known[512] = "";
	size_t at = 0;

	for (size_t i = 0; i < count && at < sizeof(known); i++)
		if (!i || strcmp(list[i].name, list[i - 1].name))
			at += (size_t)snprintf(known + at, sizeof(known) - at,
					       " @%s", list[i].name);
	return error_set(err, -ENOENT, "@%.80s: no such baseline: %s%s", name,
			 count ? "there are" :
				 "make one with 'mmgauge baseline save'",
			 known);
}

int baseline_remove(const char *name, struct error *err)
{
	struct baseline *list;
	size_t count, removed = 0;
	int ret = baseline_check_name(name, err);

	if (!ret)
		ret = baseline_list(&list, &count, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < count && !ret; i++) {
		if (strcmp(list[i].name, name))
			continue;
		removed++;
		if (unlink(list[i].path))
			ret = error_set(err, -errno, "%s: cannot remove: %s",
					list[i].path, strerror(errno));
		/* The folder goes with the last of them. */
		*strrchr(list[i].path, '/') = '\0';
		if (!ret)
			rmdir(list[i].path);
	}
	if (!ret && !removed)
		ret = unknown(name, list, count, err);
	free(list);
	return ret;
}

static int ambiguous(const char *name, const struct baseline *list,
		     size_t count, size_t length, struct error *err)
{
	char keys[512] = "";
	size_t at = 0;

	for (size_t i = 0; i < count && at < sizeof(keys); i++)
		if (strlen(list[i].name) == length &&
		    !strncmp(list[i].name, name, length))
			at += (size_t)snprintf(keys + at, sizeof(keys) - at,
					       " @%s:%s", list[i].name,
					       list[i].key);
	return error_set(err, -EEXIST,
			 "@%.80s: for more than one machine, clock or "
			 "configuration: name one of%s",
			 name, keys);
}

int baseline_resolve(const char *name, const struct result *like,
		     char path[PATH_MAX], struct error *err)
{
	const char *key;
	size_t length, count, hits = 0;
	struct baseline *list;
	char wanted[FILE_NAME_SIZE] = "";
	int ret;

	name += *name == '@';
	length = strcspn(name, ":");
	key = name[length] ? name + length + 1 : wanted;
	if (like && key == wanted && baseline_key(like, wanted))
		return error_set(err, -ENOMEM, "out of memory");
	ret = baseline_list(&list, &count, err);
	if (ret)
		return ret;
	/* Of several, those whose key fits; one alone needs none. */
	for (int strict = key != wanted; strict < 2 && hits != 1; strict++) {
		hits = 0;
		for (size_t i = 0; i < count; i++) {
			if (strlen(list[i].name) != length ||
			    strncmp(list[i].name, name, length) ||
			    (strict && strncmp(list[i].key, key, strlen(key))))
				continue;
			hits++;
			snprintf(path, PATH_MAX, "%s", list[i].path);
		}
		if (!hits)
			break;
	}
	if (!hits)
		ret = unknown(name, list, count, err);
	else if (hits > 1)
		ret = ambiguous(name, list, count, length, err);
	free(list);
	return ret;
}
