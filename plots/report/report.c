// SPDX-License-Identifier: GPL-2.0-or-later
/* A page of HTML with its pictures in it. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/base/array.h"
#include "results/format.h"
#include "results/store/result_file.h"
#include "plots/pictures/gnuplot.h"
#include "plots/pictures/output.h"
#include "plots/pictures/inline.h"
#include "report.h"
#include "sections.h"
#include "plots/figures/tails.h"

struct report {
	char **pictures; /* <svg> elements in the order of the page */
	size_t count;
};

static int out_of_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* Draws what is in @page; "@what @name" is its label. */
static int add_picture(struct report *report, const struct page *page,
		       const char *what, const char *name, struct error *err)
{
	char **pictures =
		array_grow(report->pictures, report->count, sizeof(*pictures));
	char prefix[24], *label;
	int ret;

	if (!pictures)
		return out_of_memory(err);
	report->pictures = pictures;
	label = format_string("%s %s; the table above holds the same figures",
			      what, name);
	if (!label)
		return out_of_memory(err);
	snprintf(prefix, sizeof(prefix), "p%zu", report->count);
	ret = page_inline(page, prefix, label, &pictures[report->count], err);
	report->count++;
	free(label);
	return ret;
}

static int draw_forest(struct report *report, const struct group *group,
		       size_t comparison, enum forest_part part,
		       struct error *err)
{
	char *title = group_title(group, comparison);
	struct page page;
	int ret;

	if (!title)
		return out_of_memory(err);
	ret = page_open(&page, err);
	if (ret)
		goto free_title;
	ret = page_add_forest(&page, group, comparison, part, err);
	if (!ret)
		ret = add_picture(report, &page,
				  part == FOREST_CHANGED ?
					  "Changes with their intervals:" :
					  "What did not change:",
				  title, err);
	page_close(&page);
free_title:
	free(title);
	return ret;
}

static int draw_reason(struct report *report, const struct group *group,
		       const struct why *why, struct error *err)
{
	struct page page;
	int ret;

	ret = page_open(&page, err);
	if (ret)
		return ret;
	ret = page_add_difference(&page, group, why, err);
	if (!ret)
		ret = add_picture(report, &page,
				  "Functions that make the change of",
				  why->row->base_cell->name, err);
	page_close(&page);
	return ret;
}

static int draw_comparison(struct report *report, const struct group *group,
			   size_t comparison, struct error *err)
{
	static const enum forest_part parts[] = { FOREST_CHANGED,
						  FOREST_UNCHANGED };
	const struct reasons *reasons = &group->reasons[comparison];
	int ret = 0;

	for (size_t i = 0; i < 2 && !ret; i++)
		if (forest_rows(&group->comparisons[comparison], parts[i]))
			ret = draw_forest(report, group, comparison, parts[i],
					  err);
	for (size_t i = 0; i < reasons_drawn(reasons) && !ret; i++)
		ret = draw_reason(report, group, &reasons->list.items[i], err);
	return ret;
}

typedef int add_panels(struct page *page, const struct chapter *chapter,
		       const struct subjects *subjects, struct error *err);

static int draw_chapter(struct report *report, const struct group *group,
			const struct chapter *chapter, add_panels *add,
			const char *what, struct error *err)
{
	struct subjects subjects = group_subjects(group);
	struct page page;
	int ret;

	ret = page_open(&page, err);
	if (ret)
		return ret;
	ret = add(&page, chapter, &subjects, err);
	if (!ret)
		ret = add_picture(report, &page, what, chapter->name, err);
	page_close(&page);
	return ret;
}

static int draw_chapters(struct report *report, const struct group *group,
			 struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < group->figures.chapter_count && !ret; i++) {
		const struct chapter *chapter = &group->figures.chapters[i];

		ret = draw_chapter(report, group, chapter, page_add_chapter,
				   "Medians with their intervals:", err);
		if (!ret && tail_rows(chapter))
			ret = draw_chapter(
				report, group, chapter, page_add_tails,
				"Quantiles of single operations:", err);
	}
	return ret;
}

/* In the order in which report_page() will want them. */
static int draw_all(struct report *report, const struct groups *groups,
		    struct error *err)
{
	int ret = 0;

	for (size_t g = 0; g < groups->count && !ret; g++) {
		const struct group *group = &groups->items[g];

		for (size_t i = 1; i < group->count && !ret; i++)
			ret = draw_comparison(report, group, i - 1, err);
		if (!ret)
			ret = draw_chapters(report, group, err);
	}
	return ret;
}

static int write_page(const struct report *report, const struct groups *groups,
		      const char *style, size_t length, const char *path,
		      struct error *err)
{
	struct output output = { 0 };
	FILE *stream = output_begin(&output, path, err);
	int ret = -EIO;

	if (stream) {
		ret = report_page(stream, groups, report->pictures, style,
				  length);
		ret = output_end(&output, stream, ret, err);
	}
	if (!ret)
		ret = output_commit(&output, err);
	output_free(&output);
	return ret;
}

static int write_all(struct report *report, const struct groups *groups,
		     const char *file, struct error *err)
{
	char *style, folder[PATH_MAX], path[PATH_MAX];
	size_t length;
	int ret;

	ret = draw_all(report, groups, err);
	if (!ret)
		ret = templates_find("report.css", folder, path, err);
	if (!ret)
		ret = file_read(path, &style, &length, err);
	if (ret)
		return ret;
	ret = write_page(report, groups, style, length, file, err);
	free(style);
	return ret;
}

static bool is_page(const char *place)
{
	const char *ending = strrchr(place, '.');

	return ending && !strcmp(ending, ".html");
}

static int make_folder(const char *directory, bool *made, struct error *err)
{
	struct stat status;

	*made = !mkdir(directory, 0777);
	if (*made || (errno == EEXIST && !stat(directory, &status) &&
		      S_ISDIR(status.st_mode)))
		return 0;
	return error_set(err, -errno,
			 "%s: cannot make the folder: %s: choose another with "
			 "-o",
			 directory, strerror(errno));
}

int report_path(const char *place, char path[PATH_MAX], struct error *err)
{
	int length = is_page(place) ?
			     snprintf(path, PATH_MAX, "%s", place) :
			     snprintf(path, PATH_MAX, "%s/index.html", place);

	return length < PATH_MAX ? 0 :
				   error_set(err, -ENAMETOOLONG,
					     "%.200s: path too long", place);
}

int report_write(const struct result *const *results, size_t count,
		 const struct compare_options *options, const char *place,
		 struct error *err)
{
	struct report report = { 0 };
	struct groups groups;
	char path[PATH_MAX];
	bool made = false;
	int ret = report_path(place, path, err);

	if (!ret && !is_page(place))
		ret = make_folder(place, &made, err);
	if (ret)
		return ret;
	ret = groups_make(results, count, options, &groups);
	if (!ret)
		ret = groups_explain(&groups);
	if (ret)
		out_of_memory(err);
	else
		ret = write_all(&report, &groups, path, err);
	groups_free(&groups);
	for (size_t i = 0; i < report.count; i++)
		free(report.pictures[i]);
	free(report.pictures);
	if (ret && made)
		rmdir(place);
	return ret;
}
