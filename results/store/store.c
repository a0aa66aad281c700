// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "results/base/array.h"
#include "results/base/folders.h"
#include "results/file_name.h"
#include "result_file.h"
#include "store.h"

static int too_long(const char *what, struct error *err)
{
	return error_set(err, -ENAMETOOLONG, "%.200s: path too long", what);
}

/* An empty variable counts as unset, a relative one as a mistake to ignore. */
static const char *folder_from(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value == '/' ? value : NULL;
}

static int store_path(const char *folder, char path[PATH_MAX],
		      struct error *err)
{
	const char *store = getenv("MMGAUGE_STORE");
	const char *data = folder_from("XDG_DATA_HOME");
	const char *home = folder_from("HOME");
	int length;

	if (store && *store)
		length = snprintf(path, PATH_MAX, "%s/%s", store, folder);
	else if (data)
		length =
			snprintf(path, PATH_MAX, "%s/mmgauge/%s", data, folder);
	else if (home)
		length = snprintf(path, PATH_MAX, "%s/.local/share/mmgauge/%s",
				  home, folder);
	else
		return error_set(err, -ENOENT,
				 "no place for results: HOME is "
				 "not set: set MMGAUGE_STORE");
	return length < PATH_MAX ? 0 : too_long(path, err);
}

static int make_store(const char *folder, char path[PATH_MAX],
		      struct error *err)
{
	int ret = store_path(folder, path, err);

	if (ret)
		return ret;
	ret = make_folders(path, 0777);
	return ret ? error_set(err, ret,
			       "%s: cannot make: %s: set MMGAUGE_STORE to "
			       "another folder",
			       path, strerror(-ret)) :
		     0;
}

int store_runs(char path[PATH_MAX], struct error *err)
{
	return make_store("runs", path, err);
}

int store_baselines(char path[PATH_MAX], struct error *err)
{
	return make_store("baselines", path, err);
}

int store_new_id(const char *release, char *id, size_t size, struct error *err)
{
	unsigned char salt[2];
	char when[32], name[FILE_NAME_SIZE];
	time_t now = time(NULL);
	struct tm utc;

	if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		return error_set(err, -EIO, "no random bytes: %s",
				 strerror(errno));
	gmtime_r(&now, &utc);
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &utc);
	file_name(*release ? release : "unknown", name);
	if (snprintf(id, size, "%s-%s-%02x%02x", when, name, salt[0],
		     salt[1]) >= (int)size)
		return too_long(name, err);
	return 0;
}

/* Each 0 stands for a digit, each f for one of hexadecimal. */
static bool looks_like(const char *text, const char *form)
{
	for (; *form; form++, text++) {
		if (*form == '0' ? !isdigit((unsigned char)*text) :
		    *form == 'f' ? !isxdigit((unsigned char)*text) :
				   *text != *form)
			return false;
	}
	return true;
}

bool store_id_of(const char *path, char *id, size_t size)
{
	static const char when[] = "00000000T000000Z-", salt[] = "-ffff";
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = result_stem(name);

	if (length <= strlen(when) + strlen(salt) || length >= size ||
	    !looks_like(name, when) ||
	    !looks_like(name + length - strlen(salt), salt))
		return false;
	snprintf(id, size, "%.*s", (int)length, name);
	return true;
}

void store_list_free(struct store_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		free(runs->items[i].id);
	free(runs->items);
	*runs = (struct store_runs){ 0 };
}

/*
 * Newest first: by the second in the id, then by the file's time. What somebody
 * else put there comes last, so that it is not the latest run.
 */
static int compare_runs(const void *a, const void *b)
{
	const struct store_run *left = a, *right = b;
	int order = strncmp(right->id, left->id, strlen("20260101T000000Z"));

	if (left->foreign != right->foreign)
		return left->foreign ? 1 : -1;
	if (order)
		return order;
	if (left->changed.tv_sec != right->changed.tv_sec)
		return left->changed.tv_sec < right->changed.tv_sec ? 1 : -1;
	if (left->changed.tv_nsec != right->changed.tv_nsec)
		return left->changed.tv_nsec < right->changed.tv_nsec ? 1 : -1;
	return strcmp(right->id, left->id);
}

static int runs_add(struct store_runs *runs, int folder, const char *name)
{
	size_t length = result_stem(name);
	struct stat status;
	struct store_run *items;
	char id[NAME_MAX + 1];

	if (*name == '.' || !length)
		return 0;
	if (fstatat(folder, name, &status, 0) || !S_ISREG(status.st_mode))
		return 0;
	items = array_grow(runs->items, runs->count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	runs->items = items;
	items[runs->count].changed = status.st_mtim;
	items[runs->count].bytes = status.st_blocks * 512;
	items[runs->count].foreign = !store_id_of(name, id, sizeof(id));
	items[runs->count].ending =
		name[length + strlen(".json")] ? ".json.gz" : ".json";
	items[runs->count].id = strndup(name, length);
	if (!items[runs->count].id)
		return -ENOMEM;
	runs->count++;
	return 0;
}

static int runs_read(const char *folder, struct store_runs *runs,
		     struct error *err)
{
	struct dirent *entry;
	DIR *dir;
	int ret = 0;

	dir = opendir(folder);
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return error_set(err, -errno, "%s: cannot read: %s", folder,
				 strerror(errno));
	while (!ret && (entry = readdir(dir)))
		ret = runs_add(runs, dirfd(dir), entry->d_name);
	closedir(dir);
	if (ret)
		return error_set(err, ret, "%s: out of memory", folder);
	if (runs->count)
		qsort(runs->items, runs->count, sizeof(*runs->items),
		      compare_runs);
	return 0;
}

int store_list(struct store_runs *runs, struct error *err)
{
	char folder[PATH_MAX];
	int ret;

	*runs = (struct store_runs){ 0 };
	ret = store_path("runs", folder, err);
	return ret ? ret : runs_read(folder, runs, err);
}

/* `latest` and `latest~N`; false when @name is neither. */
static bool parse_latest(const char *name, size_t *back)
{
	unsigned long long number;
	char *end;

	*back = 0;
	if (strncmp(name, "latest", 6))
		return false;
	if (!name[6])
		return true;
	if (name[6] != '~' || !isdigit((unsigned char)name[7]))
		return false;
	errno = 0;
	number = strtoull(name + 7, &end, 10);
	*back = errno || number > SIZE_MAX ? SIZE_MAX : (size_t)number;
	return !*end;
}

static int ambiguous(const struct store_runs *runs, const char *name,
		     struct error *err)
{
	char list[512] = "";
	size_t at = 0;

	for (size_t i = 0; i < runs->count && at < sizeof(list); i++)
		if (!strncmp(runs->items[i].id, name, strlen(name)))
			at += (size_t)snprintf(list + at, sizeof(list) - at,
					       " %s", runs->items[i].id);
	return error_set(err, -EEXIST,
			 "%s: more than one run begins so: type "
			 "more of one of%s%s",
			 name, list, at < sizeof(list) ? "" : " ...");
}

/* Neither a run of @folder nor a file: what stands at @name, if anything. */
static int absent(const char *name, const char *folder, struct error *err)
{
	struct stat status;

	if (!stat(name, &status))
		return error_set(err, -EISDIR,
				 "%s: a folder, not a run: name a file in it",
				 name);
	if (errno == EACCES)
		return error_set(err, -EACCES,
				 "%s: %s: name a file you may read", name,
				 strerror(EACCES));
	return error_set(err, -ENOENT,
			 "%s: no such file, and no run in %s begins so: "
			 "name a file, a run id, latest or @BASELINE",
			 name, folder);
}

/* The run called @name into *@run; -ENOENT and -EEXIST as in the header. */
static int choose(const struct store_runs *runs, const char *folder,
		  const char *name, const struct store_run **run,
		  struct error *err)
{
	size_t back, hits = 0;

	if (parse_latest(name, &back)) {
		if (back >= runs->count)
			return error_set(err, -ENOENT,
					 "%s: %s holds %zu runs: make one with "
					 "'mmgauge run', or name a file",
					 name, folder, runs->count);
		*run = &runs->items[back];
		return 0;
	}
	for (size_t i = 0; i < runs->count; i++) {
		if (strncmp(runs->items[i].id, name, strlen(name)))
			continue;
		*run = &runs->items[i];
		if (!strcmp((*run)->id, name))
			return 0;
		hits++;
	}
	if (hits > 1)
		return ambiguous(runs, name, err);
	if (!hits)
		return absent(name, folder, err);
	return 0;
}

static bool is_file(const char *name)
{
	struct stat status;

	return !stat(name, &status) && !S_ISDIR(status.st_mode);
}

int store_find(const char *name, char path[PATH_MAX], struct error *err)
{
	struct store_runs runs = { 0 };
	char folder[PATH_MAX];
	const struct store_run *run = NULL;
	int ret;

	if (!*name)
		return error_set(err, -ENOENT,
				 "a run has no empty name: name "
				 "a file, a run id or latest");
	if (is_file(name)) {
		if (snprintf(path, PATH_MAX, "%s", name) >= PATH_MAX)
			return too_long(name, err);
		return 0;
	}
	ret = store_path("runs", folder, err);
	if (ret)
		return ret;
	ret = runs_read(folder, &runs, err);
	if (!ret)
		ret = choose(&runs, folder, name, &run, err);
	if (!ret && snprintf(path, PATH_MAX, "%s/%s%s", folder, run->id,
			     run->ending) >= PATH_MAX)
		ret = too_long(folder, err);
	store_list_free(&runs);
	return ret;
}
