// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plots/figures/group.h"
#include "plots/pictures/output.h"
#include "plots/pictures/page.h"
#include "plot.h"
#include "plots/figures/tails.h"

static const char *picture_format(const char *path)
{
	const char *ending = strrchr(path, '.');

	if (ending && !strcmp(ending, ".svg"))
		return "svg";
	if (ending && !strcmp(ending, ".png"))
		return "png";
	return NULL;
}

static int add_group(struct page *page, const struct group *group,
		     struct error *err)
{
	struct subjects subjects = group_subjects(group);
	int ret = 0;

	for (size_t i = 1; i < group->count && !ret; i++)
		if (forest_rows(&group->comparisons[i - 1], FOREST_ALL))
			ret = page_add_forest(page, group, i - 1, FOREST_ALL,
					      err);
	for (size_t i = 0; i < group->figures.chapter_count && !ret; i++) {
		const struct chapter *chapter = &group->figures.chapters[i];

		ret = page_add_chapter(page, chapter, &subjects, err);
		if (!ret && tail_rows(chapter))
			ret = page_add_tails(page, chapter, &subjects, err);
	}
	return ret;
}

static int add_groups(struct page *page, const struct groups *groups,
		      struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < groups->count && !ret; i++)
		ret = add_group(page, &groups->items[i], err);
	if (!ret && !page->count)
		ret = error_set(err, -ENODATA,
				"nothing to plot: no cell was measured: see "
				"the reasons in the result, or name other "
				"cases");
	return ret;
}

static int write_picture(const struct groups *groups, const char *format,
			 const char *path, struct error *err)
{
	struct output output = { 0 };
	struct page page;
	int ret;

	ret = page_open(&page, err);
	if (ret)
		return ret;
	ret = add_groups(&page, groups, err);
	if (ret)
		goto close_page;
	ret = page_draw(&page, format, &output, path, err);
	if (!ret)
		ret = output_commit(&output, err);
	output_free(&output);
close_page:
	page_close(&page);
	return ret;
}

int plot_results(const struct result *const *results, size_t count,
		 const struct compare_options *options, const char *path,
		 struct error *err)
{
	const char *format = picture_format(path);
	struct groups groups;
	int ret;

	if (!format)
		return error_set(err, -EINVAL,
				 "%s: unknown kind of picture: end the name in "
				 ".svg or .png",
				 path);
	ret = groups_make(results, count, options, &groups);
	if (ret)
		error_set(err, ret, "out of memory");
	else
		ret = write_picture(&groups, format, path, err);
	groups_free(&groups);
	return ret;
}
