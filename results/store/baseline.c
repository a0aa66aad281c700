// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/base/array.h"
#include "baseline.h"
#include "results/format.h"
#include "store.h"

static const char ending[] = ".json";

static const char *text_or(const struct result *result, const char *path)
{
	const char *text = result_text(result, path);

	return text && *text ? text : "unknown";
}

static int make_key(const struct result *result, char key[FILE_NAME_SIZE])
{
	char *text = format_string("%s-%s-%s",
				   text_or(result, "machine/fingerprint"),
				   text_or(result, "clock/kind"),
				   text_or(result, "machine/accelerator"));

	if (!text)
		return -ENOMEM;
	file_name(text, key);
	free(text);
	return 0;
}

static int check_name(const char *name, struct error *err)
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

/* What the runs of one baseline must share. */
static int check_same(const struct result *first, const struct result *other,
		      struct error *err)
{
	static const struct {
		const char *path, *name;
	} same[] = {
		{ "machine/fingerprint", "machines" },
		{ "machine/accelerator", "accelerators" },
		{ "clock/kind", "clocks" },
		{ "subject/release", "kernel releases" },
		{ "subject/commit", "kernel commits" },
		{ "subject/config_sha256", "kernel configs" },
		{ "subject/command_line", "kernel command lines" },
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		const char *a = text_or(first, same[i].path);
		const char *b = text_or(other, same[i].path);

		if (strcmp(a, b))
			return error_set(err, -EXDEV,
					 "%s and %s: the %s differ (%.100s, "
					 "%.100s): runs of one baseline must "
					 "measure the same: save two",
					 text_or(first, "run/id"),
					 text_or(other, "run/id"), same[i].name,
					 a, b);
	}
	return 0;
}

static unsigned int count_boots(const struct result *result)
{
	unsigned int boots = 0;

	for (size_t c = 0; c < result->cell_count; c++)
		for (size_t t = 0; t < result->cells[c].trial_count; t++)
			if (result->cells[c].trials[t].boot >= boots)
				boots = result->cells[c].trials[t].boot + 1;
	return boots;
}

/* Move the trials of @from behind those of @to, boots counted on. */
static int merge(struct result *to, struct result *from, unsigned int boots)
{
	for (size_t c = 0; c < from->cell_count; c++) {
		struct cell *source = &from->cells[c];
		struct cell *cell = result_cell(to, source->name, source->axes,
						source->axis_count);

		if (!cell)
			return -ENOMEM;
		if (cell_set_status(cell, source->status, source->reason))
			return -ENOMEM;
		for (size_t t = 0; t < source->trial_count; t++) {
			source->trials[t].boot += boots;
			/* It leaves nothing behind when it moves. */
			if (cell_add_trial(cell, &source->trials[t]))
				return -ENOMEM;
			memset(&source->trials[t], 0, sizeof(struct trial));
		}
	}
	return 0;
}

/* The history a learnt threshold needs: which boots came from which run. */
static int note_run(json_t *runs, const struct result *result,
		    unsigned int first, unsigned int boots)
{
	return json_array_append_new(runs,
				     json_pack("{ss sI sI}", "id",
					       text_or(result, "run/id"),
					       "first_boot", (json_int_t)first,
					       "boots", (json_int_t)boots)) ?
		       -ENOMEM :
		       0;
}

static int name_run(struct result *all, const char *name, json_t *runs)
{
	json_t *run = json_deep_copy(all->run);
	char id[80];

	snprintf(id, sizeof(id), "@%s", name);
	if (!run || json_object_set_new(run, "id", json_string(id)) ||
	    json_object_set_new(
		    run, "baseline",
		    json_pack("{ss sO}", "name", name, "runs", runs))) {
		json_decref(run);
		return -ENOMEM;
	}
	json_decref(all->run);
	all->run = run;
	return 0;
}

static int add_run(struct result *all, const char *path, json_t *runs,
		   unsigned int *boots, struct error *err)
{
	struct result result = { 0 };
	unsigned int more;
	int ret;

	ret = result_load(path, &result, err);
	if (ret)
		return ret;
	more = count_boots(&result);
	if (note_run(runs, &result, *boots, more))
		ret = error_set(err, -ENOMEM, "out of memory");
	if (!ret && !all->run) {
		*all = result;
		*boots = more;
		return 0;
	}
	if (!ret)
		ret = check_same(all, &result, err);
	if (!ret && merge(all, &result, *boots))
		ret = error_set(err, -ENOMEM, "out of memory");
	*boots += more;
	result_free(&result);
	return ret;
}

static int make_path(const char *name, const struct result *all,
		     char path[PATH_MAX], struct error *err)
{
	char folder[PATH_MAX], key[FILE_NAME_SIZE];
	int ret = store_baselines(folder, err);

	if (ret)
		return ret;
	if (make_key(all, key))
		return error_set(err, -ENOMEM, "out of memory");
	if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		return error_set(err, -ENAMETOOLONG, "%s: path too long", name);
	if (mkdir(path, 0777) && errno != EEXIST)
		return error_set(err, -errno, "%s: cannot make: %s", path,
				 strerror(errno));
	if (snprintf(path, PATH_MAX, "%s/%s/%s%s", folder, name, key, ending) >=
	    PATH_MAX)
		return error_set(err, -ENAMETOOLONG, "%s: path too long", name);
	return 0;
}

int baseline_save(const char *name, char *const *runs, size_t count,
		  struct error *err)
{
	json_t *list = json_array();
	struct result all = { 0 };
	unsigned int boots = 0;
	char path[PATH_MAX];
	int ret = check_name(name, err);

	for (size_t i = 0; i < count && !ret; i++) {
		ret = store_resolve(runs[i], path, err);
		if (!ret)
			ret = add_run(&all, path, list, &boots, err);
	}
	if (!ret && name_run(&all, name, list))
		ret = error_set(err, -ENOMEM, "out of memory");
	if (!ret)
		ret = make_path(name, &all, path, err);
	if (!ret)
		ret = result_save(path, &all, err);
	json_decref(list);
	result_free(&all);
	return ret;
}

struct listing {
	struct baseline *items;
	size_t count;
};

static int add_file(struct listing *list, const char *folder, const char *name,
		    const char *file)
{
	size_t length = strlen(file), tail = strlen(ending);
	struct baseline *items, *item;

	if (*file == '.' || length <= tail ||
	    length - tail >= sizeof(items->key) ||
	    strlen(name) >= sizeof(items->name) ||
	    strcmp(file + length - tail, ending))
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
	int ret = check_name(name, err);

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
			 "@%.80s: for more than one machine or clock: name one "
			 "of%s",
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
	if (like && key == wanted && make_key(like, wanted))
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
