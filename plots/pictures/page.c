// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/base/array.h"
#include "results/base/folders.h"
#include "results/format.h"
#include "arrange.h"
#include "page.h"

/* More lines than that in one sweep are a thicket. */
#define SWEEP_LINES 12
#define SWEEP_COMBINATIONS 6
#define DOTS_ROWS 40

#define SCRATCH "mmgauge-plot-"

/* Folders of those who were killed: of ours, and of no process that is there. */
static void remove_stale(const char *parent)
{
	DIR *folder = opendir(parent);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		struct stat status;
		char *path;
		int pid;

		if (sscanf(entry->d_name, SCRATCH "%d-", &pid) != 1 ||
		    pid <= 0 || !kill(pid, 0) || errno != ESRCH)
			continue;
		path = format_string("%s/%s", parent, entry->d_name);
		if (path && !lstat(path, &status) && S_ISDIR(status.st_mode) &&
		    status.st_uid == geteuid())
			remove_tree(path);
		free(path);
	}
	if (folder)
		closedir(folder);
}

int page_open(struct page *page, struct error *err)
{
	const char *parent = getenv("TMPDIR");
	int ret;

	memset(page, 0, sizeof(*page));
	if (!parent || !*parent)
		parent = "/tmp";
	remove_stale(parent);
	page->folder =
		format_string("%s/" SCRATCH "%d-XXXXXX", parent, (int)getpid());
	if (!page->folder)
		return error_set(err, -ENOMEM, "out of memory");
	if (mkdtemp(page->folder))
		return 0;
	ret = -errno;
	free(page->folder);
	page->folder = NULL;
	return error_set(err, ret,
			 "%s: cannot make a scratch folder: %s: set TMPDIR to "
			 "a folder that can be written",
			 parent, strerror(-ret));
}

static void remove_file(const struct page *page, const char *name)
{
	char *path = format_string("%s/%s", page->folder, name);

	if (path)
		unlink(path);
	free(path);
}

void page_close(struct page *page)
{
	char name[32];

	if (page->folder) {
		for (size_t i = 0; i <= page->count; i++) {
			snprintf(name, sizeof(name), "panel-%zu.tsv", i + 1);
			remove_file(page, name);
		}
		remove_file(page, "page.svg");
		remove_file(page, "page.png");
		rmdir(page->folder);
	}
	free(page->folder);
	free(page->panels);
	memset(page, 0, sizeof(*page));
}

unsigned int page_height(const struct page *page)
{
	unsigned int height = 0;

	for (size_t i = 0; i < page->count; i++)
		height += page->panels[i].height;
	return height;
}

/* Room for one more panel and the stream for its data. */
FILE *page_begin_panel(struct page *page, struct error *err)
{
	struct panel *panels =
		array_grow(page->panels, page->count, sizeof(*panels));
	char *path;
	FILE *stream;

	if (panels)
		page->panels = panels;
	path = format_string("%s/panel-%zu.tsv", page->folder, page->count + 1);
	if (!panels || !path) {
		free(path);
		error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	stream = fopen(path, "we");
	if (!stream)
		error_set(err, -errno, "%s: cannot write: %s", path,
			  strerror(errno));
	free(path);
	return stream;
}

int page_end_panel(struct page *page, FILE *stream, int ret, struct error *err)
{
	/* Not errno: the write that failed may be long ago. */
	if ((fflush(stream) || ferror(stream)) && !ret)
		ret = -EIO;
	fclose(stream);
	if (ret == -ENOMEM)
		return error_set(err, ret, "out of memory");
	if (ret)
		return error_set(err, ret,
				 "%s: cannot write: %s: is the disk full? "
				 "TMPDIR chooses another",
				 page->folder, strerror(-ret));
	page->count++;
	return 0;
}

int page_add_forest(struct page *page, const struct group *group,
		    size_t comparison, enum forest_part part, struct error *err)
{
	FILE *stream = page_begin_panel(page, err);
	int ret;

	if (!stream)
		return -EIO;
	ret = forest_write(stream, &page->panels[page->count], group,
			   comparison, part, FOREST_ROWS);
	return page_end_panel(page, stream, ret, err);
}

static int add_selection(struct page *page, const struct selection *selection,
			 const struct subjects *subjects, struct error *err)
{
	FILE *stream = page_begin_panel(page, err);
	struct panel *panel;
	int ret;

	if (!stream)
		return -EIO;
	panel = &page->panels[page->count];
	if (selection->axis)
		ret = sweep_write(stream, panel, selection, subjects);
	else
		ret = dots_write(stream, panel, selection, subjects);
	return page_end_panel(page, stream, ret, err);
}

/* Every row, in the order and grouping of the arrangement. */
static int add_arranged(struct page *page, const struct arrangement *arranged,
			const struct subjects *subjects, struct error *err)
{
	size_t lines = SWEEP_LINES / subjects->count, at = 0;
	int ret = 0;

	if (lines > SWEEP_COMBINATIONS)
		lines = SWEEP_COMBINATIONS;
	while (at < arranged->count && !ret) {
		struct selection selection;

		ret = arrangement_next(arranged, lines ? lines : 1, DOTS_ROWS,
				       &at, &selection);
		if (ret)
			error_set(err, ret, "out of memory");
		else
			ret = add_selection(page, &selection, subjects, err);
		selection_free(&selection);
	}
	return ret;
}

int page_add_chapter(struct page *page, const struct chapter *chapter,
		     const struct subjects *subjects, struct error *err)
{
	struct arrangement arranged;
	int ret;

	ret = arrange(chapter, &arranged);
	if (ret)
		error_set(err, ret, "out of memory");
	else
		ret = add_arranged(page, &arranged, subjects, err);
	arrangement_free(&arranged);
	return ret;
}

int page_add_tails(struct page *page, const struct chapter *chapter,
		   const struct subjects *subjects, struct error *err)
{
	FILE *stream = page_begin_panel(page, err);
	int ret;

	if (!stream)
		return -EIO;
	ret = tails_write(stream, &page->panels[page->count], chapter,
			  subjects);
	return page_end_panel(page, stream, ret, err);
}

int page_add_difference(struct page *page, const struct group *group,
			const struct why *why, struct error *err)
{
	FILE *stream = page_begin_panel(page, err);
	int ret;

	if (!stream)
		return -EIO;
	ret = difference_write(stream, &page->panels[page->count],
			       &group->figures, why);
	return page_end_panel(page, stream, ret, err);
}
