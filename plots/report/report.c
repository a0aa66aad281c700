// SPDX-License-Identifier: GPL-2.0-or-later
/* A page of HTML and its pictures. */
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
#include "plots/pictures/page.h"
#include "report.h"
#include "sections.h"
#include "plots/figures/tails.h"

struct report {
	const char *directory;
	struct output output;
	struct picture *pictures; /* in the order of the page */
	size_t picture_count;
};

/* Pictures of each kind, which their names count. */
struct counts {
	size_t forests;
	size_t reasons;
	size_t chapters;
	size_t tails;
};

static int draw(struct report *report, const struct page *page,
		const char *scheme, const char *name, struct error *err)
{
	char *path = format_string("%s/%s%s.svg", report->directory, name,
				   strcmp(scheme, "dark") ? "" : "-dark");
	int ret;

	if (!path)
		return error_set(err, -ENOMEM, "out of memory");
	ret = page_draw(page, "svg", scheme, &report->output, path, err);
	free(path);
	return ret;
}

/* Takes what is in @page, in both schemes. */
static int add_picture(struct report *report, const struct page *page,
		       const char *kind, size_t number, struct error *err)
{
	struct picture *pictures = array_grow(
		report->pictures, report->picture_count, sizeof(*pictures));
	struct picture *picture;
	int ret;

	if (!pictures)
		return error_set(err, -ENOMEM, "out of memory");
	report->pictures = pictures;
	picture = &pictures[report->picture_count++];
	picture->height = page_height(page);
	snprintf(picture->name, sizeof(picture->name), "%s-%zu", kind, number);
	ret = draw(report, page, "light", picture->name, err);
	return ret ? ret : draw(report, page, "dark", picture->name, err);
}

static int draw_forest(struct report *report, const struct group *group,
		       size_t comparison, size_t number, struct error *err)
{
	struct page page;
	int ret;

	ret = page_open(&page, err);
	if (ret)
		return ret;
	ret = page_add_forest(&page, group, comparison, FOREST_ROWS, err);
	if (!ret)
		ret = add_picture(report, &page, "changes", number, err);
	page_close(&page);
	return ret;
}

static int draw_reason(struct report *report, const struct group *group,
		       const struct why *why, size_t number, struct error *err)
{
	struct page page;
	int ret;

	ret = page_open(&page, err);
	if (ret)
		return ret;
	ret = page_add_difference(&page, group, why, err);
	if (!ret)
		ret = add_picture(report, &page, "why", number, err);
	page_close(&page);
	return ret;
}

static int draw_comparison(struct report *report, const struct group *group,
			   size_t comparison, struct counts *counts,
			   struct error *err)
{
	const struct reasons *reasons = &group->reasons[comparison];
	int ret = 0;

	if (forest_rows(&group->comparisons[comparison]))
		ret = draw_forest(report, group, comparison, ++counts->forests,
				  err);
	for (size_t i = 0; i < reasons_drawn(reasons) && !ret; i++)
		ret = draw_reason(report, group, &reasons->list.items[i],
				  ++counts->reasons, err);
	return ret;
}

typedef int add_panels(struct page *page, const struct chapter *chapter,
		       const struct subjects *subjects, struct error *err);

static int draw_chapter(struct report *report, const struct group *group,
			const struct chapter *chapter, add_panels *add,
			const char *kind, size_t number, struct error *err)
{
	struct subjects subjects = group_subjects(group);
	struct page page;
	int ret;

	ret = page_open(&page, err);
	if (ret)
		return ret;
	ret = add(&page, chapter, &subjects, err);
	if (!ret)
		ret = add_picture(report, &page, kind, number, err);
	page_close(&page);
	return ret;
}

static int draw_chapters(struct report *report, const struct group *group,
			 struct counts *counts, struct error *err)
{
	int ret = 0;

	for (size_t i = 0; i < group->figures.chapter_count && !ret; i++) {
		const struct chapter *chapter = &group->figures.chapters[i];

		ret = draw_chapter(report, group, chapter, page_add_chapter,
				   "case", ++counts->chapters, err);
		if (!ret && tail_rows(chapter))
			ret = draw_chapter(report, group, chapter,
					   page_add_tails, "tails",
					   ++counts->tails, err);
	}
	return ret;
}

/* In the order in which report_page() will want them. */
static int draw_all(struct report *report, const struct groups *groups,
		    struct counts *counts, struct error *err)
{
	int ret = 0;

	for (size_t g = 0; g < groups->count && !ret; g++) {
		const struct group *group = &groups->items[g];

		for (size_t i = 1; i < group->count && !ret; i++)
			ret = draw_comparison(report, group, i - 1, counts,
					      err);
		if (!ret)
			ret = draw_chapters(report, group, counts, err);
	}
	return ret;
}

static int write_page(struct report *report, const struct groups *groups,
		      const char *style, size_t length, struct error *err)
{
	char *path = format_string("%s/index.html", report->directory);
	FILE *stream;
	int ret;

	if (!path)
		return error_set(err, -ENOMEM, "out of memory");
	stream = output_begin(&report->output, path, err);
	free(path);
	if (!stream)
		return -EIO;
	ret = report_page(stream, groups, report->pictures, style, length);
	return output_end(&report->output, stream, ret, err);
}

static int write_index(struct report *report, const struct groups *groups,
		       struct error *err)
{
	char *style, folder[PATH_MAX], path[PATH_MAX];
	size_t length;
	int ret;

	ret = templates_find("report.css", folder, path, err);
	if (!ret)
		ret = file_read(path, &style, &length, err);
	if (ret)
		return ret;
	ret = write_page(report, groups, style, length, err);
	free(style);
	return ret;
}

/* Pictures of an earlier, larger report that the new one does not refer to. */
static void remove_stale(const char *directory, const char *kind, size_t from)
{
	static const char *const endings[] = { ".svg", "-dark.svg" };
	bool found = true;

	for (; found; from++) {
		found = false;
		for (size_t i = 0; i < 2; i++) {
			char *path = format_string("%s/%s-%zu%s", directory,
						   kind, from, endings[i]);

			found |= path && !unlink(path);
			free(path);
		}
	}
}

static int write_all(struct report *report, const struct groups *groups,
		     struct error *err)
{
	struct counts counts = { 0 };
	int ret;

	ret = draw_all(report, groups, &counts, err);
	if (!ret)
		ret = write_index(report, groups, err);
	if (!ret)
		ret = output_commit(&report->output, err);
	if (ret)
		return ret;
	remove_stale(report->directory, "changes", counts.forests + 1);
	remove_stale(report->directory, "why", counts.reasons + 1);
	remove_stale(report->directory, "case", counts.chapters + 1);
	remove_stale(report->directory, "tails", counts.tails + 1);
	return 0;
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

int report_write(const struct result *const *results, size_t count,
		 const struct compare_options *options, const char *directory,
		 struct error *err)
{
	struct report report = { .directory = directory };
	struct groups groups;
	bool made;
	int ret;

	ret = make_folder(directory, &made, err);
	if (ret)
		return ret;
	ret = groups_make(results, count, options, &groups);
	if (!ret)
		ret = groups_explain(&groups);
	if (ret)
		error_set(err, ret, "out of memory");
	else
		ret = write_all(&report, &groups, err);
	groups_free(&groups);
	output_free(&report.output);
	free(report.pictures);
	if (ret && made)
		rmdir(directory);
	return ret;
}
