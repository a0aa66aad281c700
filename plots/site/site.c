// SPDX-License-Identifier: GPL-2.0-or-later
/* The pages of a site as files: only those that change are written. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plots/pictures/gnuplot.h"
#include "results/base/folders.h"
#include "results/format.h"
#include "results/store/result_file.h"
#include "site_parts.h"
#include "results/base/text.h"

/* What tells a site from a folder of somebody's. */
#define MARK ".mmgauge-site"

struct writing {
	const struct site *site;
	const struct site_changes *changes;
	struct site_assets assets;
	const char *folder;
	struct site_done *done;
	struct error *err;
};

static int fault(struct writing *writing, const char *path, int ret)
{
	return error_set(writing->err, ret,
			 "%s: cannot write: %s: make room, or choose another "
			 "place with -o",
			 path, strerror(-ret));
}

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "site: out of memory");
}

/* The page as it is; NULL when there is none. */
static char *read_page(const struct writing *writing, const char *name,
		       size_t *length)
{
	char *path = format_string("%s/%s", writing->folder, name);
	struct error err;
	char *text = NULL;

	*length = 0;
	if (path && file_read(path, &text, length, &err))
		text = NULL;
	free(path);
	/* A string, to be searched. */
	if (text) {
		char *ended = realloc(text, *length + 1);

		if (!ended) {
			free(text);
			return NULL;
		}
		ended[*length] = '\0';
		text = ended;
	}
	return text;
}

static int put(struct writing *writing, const char *name, const char *text,
	       size_t length)
{
	char *path = format_string("%s/%s", writing->folder, name);
	char *temporary = format_string("%s/%s.tmp", writing->folder, name);
	FILE *file = path && temporary ? fopen(temporary, "we") : NULL;
	int ret = 0;

	if (!path || !temporary)
		ret = no_memory(writing->err);
	else if (!file)
		ret = fault(writing, path, -errno);
	if (file) {
		bool whole = fwrite(text, 1, length, file) == length;

		if (fclose(file) || !whole || rename(temporary, path)) {
			ret = fault(writing, path, errno ? -errno : -EIO);
			unlink(temporary);
		}
	}
	free(path);
	free(temporary);
	return ret;
}

/* Takes what was written to @stream, which made @text, as the page @name. */
static int keep_page(struct writing *writing, const char *name, FILE *stream,
		     char **text, size_t *length)
{
	size_t before_length;
	char *before;
	int ret = 0;

	if (text_finish(stream, text))
		return no_memory(writing->err);
	before = read_page(writing, name, &before_length);
	if (before && before_length == *length &&
	    !memcmp(before, *text, *length)) {
		writing->done->kept++;
	} else {
		ret = put(writing, name, *text, *length);
		writing->done->written += !ret;
	}
	free(before);
	free(*text);
	return ret;
}

static int write_overview(struct writing *writing)
{
	char *text = NULL;
	size_t length;
	FILE *stream = text_begin(&text, &length);

	if (!stream)
		return no_memory(writing->err);
	site_overview(stream, writing->site, writing->changes,
		      &writing->assets);
	return keep_page(writing, "index.html", stream, &text, &length);
}

static int write_series(struct writing *writing,
			const struct history_series *series)
{
	char name[FILE_NAME_SIZE], *figure = NULL, *text = NULL, *before;
	char page[FILE_NAME_SIZE + 16];
	size_t length;
	FILE *stream;
	int ret;

	snprintf(page, sizeof(page), "series/%s.html",
		 site_series_name(series->name, name));
	before = read_page(writing, page, &length);
	ret = site_figure(writing->site, series, before, &figure, writing->err);
	free(before);
	stream = ret ? NULL : text_begin(&text, &length);
	if (!ret && !stream)
		ret = no_memory(writing->err);
	if (stream) {
		site_series_page(stream, writing->site, writing->changes,
				 &writing->assets, series, figure);
		ret = keep_page(writing, page, stream, &text, &length);
	}
	free(figure);
	return ret;
}

static int write_run(struct writing *writing, size_t run)
{
	char page[FILE_NAME_SIZE + 16], *text = NULL;
	size_t length;
	FILE *stream = text_begin(&text, &length);

	if (!stream)
		return no_memory(writing->err);
	snprintf(page, sizeof(page), "run/%s.html",
		 writing->site->runs[run].page);
	site_run_page(stream, writing->site, writing->changes, &writing->assets,
		      run);
	return keep_page(writing, page, stream, &text, &length);
}

/* Pages of ours that this site has no more: @is_wanted says which it has. */
static void remove_stale(struct writing *writing, const char *kind,
			 bool (*is_wanted)(const struct site *site,
					   const char *name))
{
	char *path = format_string("%s/%s", writing->folder, kind);
	DIR *folder = path ? opendir(path) : NULL;
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		size_t length = strlen(entry->d_name);
		char *name = entry->d_name;

		if (length <= 5 || strcmp(name + length - 5, ".html"))
			continue;
		name[length - 5] = '\0';
		if (is_wanted(writing->site, name))
			continue;
		name[length - 5] = '.';
		writing->done->removed +=
			!unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder)
		closedir(folder);
	free(path);
}

static bool is_series(const struct site *site, const char *name)
{
	char page[FILE_NAME_SIZE];

	for (size_t i = 0; i < site->history->count; i++)
		if (!strcmp(site_series_name(site->history->series[i].name,
					     page),
			    name))
			return true;
	return false;
}

static bool is_run(const struct site *site, const char *name)
{
	for (size_t i = 0; i < site->run_count; i++)
		if (!strcmp(site->runs[i].page, name))
			return true;
	return false;
}

static int write_all(struct writing *writing)
{
	const struct site *site = writing->site;
	int ret = 0;

	for (size_t i = 0; i < site->history->count && !ret; i++)
		ret = write_series(writing, &site->history->series[i]);
	for (size_t i = 0; i < site->run_count && !ret; i++)
		ret = write_run(writing, i);
	/* Last, since it links to all of them. */
	if (!ret)
		ret = write_overview(writing);
	if (ret)
		return ret;
	remove_stale(writing, "series", is_series);
	remove_stale(writing, "run", is_run);
	return 0;
}

static int load_template(const char *name, char **text, struct error *err)
{
	char folder[PATH_MAX], path[PATH_MAX], *ended;
	size_t length;
	int ret = templates_find(name, folder, path, err);

	if (!ret)
		ret = file_read(path, text, &length, err);
	if (ret)
		return ret;
	ended = realloc(*text, length + 1);
	if (!ended)
		return no_memory(err);
	ended[length] = '\0';
	*text = ended;
	return 0;
}

static int load_assets(struct site_assets *assets, struct error *err)
{
	char *report = NULL, *own = NULL;
	int ret = load_template("report.css", &report, err);

	if (!ret)
		ret = load_template("site.css", &own, err);
	if (!ret)
		ret = load_template("site.js", &assets->script, err);
	if (!ret) {
		assets->style = format_string("%s%s", report, own);
		ret = assets->style ? 0 : no_memory(err);
	}
	free(report);
	free(own);
	return ret;
}

static bool is_empty(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, NULL);

	for (int i = 0; i < count; i++)
		free(entries[i]);
	if (count >= 0)
		free(entries);
	return count == 2;
}

/* A folder that has the mark, or gets it because nothing else is there. */
static int prepare_folder(struct writing *writing)
{
	char *mark = format_string("%s/" MARK, writing->folder);
	char *series = format_string("%s/series", writing->folder);
	char *run = format_string("%s/run", writing->folder);
	int ret = mark && series && run ? 0 : no_memory(writing->err);

	if (!ret) {
		ret = make_folders(writing->folder, 0777);
		if (ret)
			ret = fault(writing, writing->folder, ret);
	}
	if (!ret && access(mark, F_OK)) {
		if (is_empty(writing->folder))
			ret = put(writing, MARK, "", 0);
		else
			ret = error_set(writing->err, -EEXIST,
					"%s: holds something else than a site: "
					"choose a new folder with -o",
					writing->folder);
	}
	if (!ret && ((mkdir(series, 0777) && errno != EEXIST) ||
		     (mkdir(run, 0777) && errno != EEXIST)))
		ret = fault(writing, writing->folder, -errno);
	free(mark);
	free(series);
	free(run);
	return ret;
}

struct named {
	const char *name;
	size_t run;
};

static int by_name(const void *a, const void *b)
{
	const struct named *left = a, *right = b;

	return strcmp(left->name, right->name);
}

/*
 * Their pages have the names of subjects, or of files where several runs have
 * one subject. The strings are in @pages.
 */
static int name_pages(struct site_run *runs, size_t count,
		      char (*pages)[FILE_NAME_SIZE])
{
	struct named *names = calloc(count + 1, sizeof(*names));

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		names[i] = (struct named){ runs[i].name, i };
	qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count; i++) {
		struct site_run *run = &runs[names[i].run];
		bool shared =
			(i && !by_name(&names[i - 1], &names[i])) ||
			(i + 1 < count && !by_name(&names[i], &names[i + 1]));

		run->page =
			file_name(shared || !*run->name ? run->file : run->name,
				  pages[names[i].run]);
	}
	free(names);
	return 0;
}

static int write_named(const struct site *site, const char *folder,
		       struct site_done *done, struct error *err)
{
	struct site_changes changes = { 0 };
	struct writing writing = {
		.site = site,
		.changes = &changes,
		.folder = folder,
		.done = done,
		.err = err,
	};
	int ret = load_assets(&writing.assets, err);

	if (!ret && site_changes_make(site, &changes))
		ret = no_memory(err);
	if (!ret)
		ret = prepare_folder(&writing);
	if (!ret)
		ret = write_all(&writing);
	site_changes_free(&changes);
	free(writing.assets.style);
	free(writing.assets.script);
	return ret;
}

int site_write(const struct site *site, const char *folder,
	       struct site_done *done, struct error *err)
{
	struct site named = *site;
	struct site_run *runs = calloc(site->run_count + 1, sizeof(*runs));
	char(*pages)[FILE_NAME_SIZE] =
		calloc(site->run_count + 1, FILE_NAME_SIZE);
	int ret = runs && pages ? 0 : -ENOMEM;

	*done = (struct site_done){ 0 };
	if (!ret) {
		memcpy(runs, site->runs, site->run_count * sizeof(*runs));
		ret = name_pages(runs, site->run_count, pages);
	}
	named.runs = runs;
	ret = ret ? no_memory(err) : write_named(&named, folder, done, err);
	free(runs);
	free(pages);
	return ret;
}
