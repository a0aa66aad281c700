// SPDX-License-Identifier: GPL-2.0-or-later
/* How the parts of a report make a page. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "places.h"
#include "results/format.h"
#include "html.h"
#include "plots/pictures/page.h"
#include "sections.h"
#include "plots/figures/tails.h"

struct layout {
	FILE *stream;
	char *const *next; /* the picture that comes next */
	size_t comparisons; /* that have been written */
};

static void write_picture(struct layout *layout)
{
	fprintf(layout->stream, "<figure>%s</figure>\n", *layout->next++);
}

/* What the page is about, in one line; a new string. */
static char *page_title(const struct groups *groups)
{
	const struct group *first = &groups->items[0];
	size_t runs = 0;

	for (size_t i = 0; i < groups->count; i++)
		runs += groups->items[i].count;
	if (runs == 1)
		return strdup(first->names[0]);
	if (runs == 2 && groups->count == 1)
		return group_title(first, 0);
	if (groups->count == 1)
		return format_string("%zu runs against %s", runs - 1,
				     first->names[0]);
	return format_string("%zu runs, not all of which can be compared",
			     runs);
}

static void write_head(FILE *stream, const char *title, const char *style,
		       size_t style_length)
{
	html_begin(stream);
	html_print(stream, "<title>mmgauge report: %s</title>\n", title);
	fputs("<style>\n", stream);
	fwrite(style, 1, style_length, stream);
	fputs("</style>\n</head>\n<body>\n", stream);
	html_print(stream,
		   "<header>\n<p class=\"over\">mmgauge report</p>\n"
		   "<h1>%s</h1>\n",
		   title);
}

static size_t count_unmeasured(const struct result *result)
{
	size_t count = 0;

	for (size_t i = 0; i < result->cell_count; i++)
		count += result->cells[i].status != CELL_OK;
	return count;
}

static void write_options(FILE *stream, const struct group *group)
{
	char threshold[16];

	snprintf(threshold, sizeof(threshold), "%g",
		 group->comparisons[0].options.threshold * 100);
	html_print(stream, "against %s, %s, threshold %s %%", group->names[0],
		   group_clock(group), threshold);
}

static void write_sentence(FILE *stream, const struct group *group)
{
	const struct compare_report *report = &group->comparisons[0];

	html_print(stream, "<p class=\"sum\">%s ", group->names[1]);
	write_options(stream, group);
	fputs(": ", stream);
	verdict_sentence(stream, report);
	fputs(".</p>\n", stream);
	if (report->caution)
		html_print(stream, "<p class=\"open\">%s.</p>\n",
			   report->caution);
}

/* Several runs against one: a line each; @number is that of the first. */
static void write_lines(FILE *stream, const struct group *group, size_t number)
{
	html_print(stream, "<p class=\"sum\">%zu runs ", group->count - 1);
	write_options(stream, group);
	fputs(".</p>\n<div class=\"wide\"><table>\n<caption>What each comes to."
	      "</caption>\n<thead><tr><th scope=\"col\">kernel</th>"
	      "<th scope=\"col\">verdicts</th></tr></thead>\n<tbody>\n",
	      stream);
	for (size_t i = 1; i < group->count; i++) {
		const struct compare_report *report =
			&group->comparisons[i - 1];

		html_print(stream,
			   "<tr><th scope=\"row\" class=\"nowrap\">"
			   "<a href=\"#run-%zu\">%s</a></th><td>",
			   number + i - 1, group->names[i]);
		verdict_sentence(stream, report);
		if (report->caution)
			html_print(stream, "; <span class=\"open\">%s</span>",
				   report->caution);
		fputs("</td></tr>\n", stream);
	}
	fputs("</tbody>\n</table></div>\n", stream);
}

static void write_alone(FILE *stream, const struct group *group)
{
	size_t gaps = count_unmeasured(group->results[0]);

	html_print(stream, "<p class=\"sum\">%s, %s: %zu figures of %zu cases",
		   group->names[0], group_clock(group),
		   group->figures.row_count, group->figures.chapter_count);
	if (gaps)
		html_print(stream, ", %zu cell%s not measured", gaps,
			   gaps == 1 ? "" : "s");
	fputs(".</p>\n", stream);
}

static void write_sentences(FILE *stream, const struct groups *groups)
{
	size_t number = 1;

	for (size_t g = 0; g < groups->count; g++) {
		const struct group *group = &groups->items[g];

		if (group->count == 1)
			write_alone(stream, group);
		else if (group->count == 2)
			write_sentence(stream, group);
		else
			write_lines(stream, group, number);
		number += group->count - 1;
	}
}

static void write_navigation(FILE *stream, const struct groups *groups)
{
	fputs("<nav aria-label=\"Cases\">\n", stream);
	for (size_t g = 0; g < groups->count; g++) {
		const struct group *group = &groups->items[g];

		if (groups->count > 1)
			html_print(stream, "<p>%s</p>\n", group_clock(group));
		fputs("<ul>\n", stream);
		for (size_t i = 0; i < group->figures.chapter_count; i++)
			html_print(stream,
				   "<li><a href=\"#case-%zu\">%s</a></li>\n",
				   group->first_chapter + i,
				   group->figures.chapters[i].name);
		fputs("</ul>\n", stream);
	}
	fputs("<p><a href=\"#terms\">What the words mean</a></p>\n", stream);
	fputs("</nav>\n</header>\n<main>\n", stream);
}

/* What has a picture, and how much has none. */
static void write_reasons_head(FILE *stream, const struct reasons *reasons)
{
	fputs("<h3>What makes the changes</h3>\n"
	      "<p class=\"note\">By function, of the sample that is the "
	      "median: instructions per unit of the metric, to the last one; "
	      "right of 0 are functions that take more than in the base. Beside "
	      "them the kinds of work that differ.",
	      stream);
	if (reasons->told > reasons_drawn(reasons))
		html_print(stream,
			   " These are the %zu largest of %zu changes; "
			   "<code>mmgauge why</code> has all.",
			   reasons_drawn(reasons), reasons->told);
	fputs("</p>\n", stream);
}

static int write_reasons(struct layout *layout, const struct group *group,
			 size_t comparison)
{
	const struct reasons *reasons = &group->reasons[comparison];

	if (reasons->told)
		write_reasons_head(layout->stream, reasons);
	for (size_t i = 0; i < reasons_drawn(reasons); i++) {
		const struct why *why = &reasons->list.items[i];
		const struct cell *cell = why->row->base_cell;
		char *label = chapter_row_label(
			figures_chapter(&group->figures, cell->name), cell,
			why->row->metric);

		if (!label)
			return -ENOMEM;
		html_print(layout->stream, "<h4>%s: %s</h4>\n", cell->name,
			   label);
		write_picture(layout);
		section_reason(layout->stream, why);
		free(label);
	}
	return 0;
}

/* Its picture, when any row is to be plotted, and what that shows. */
static void write_forest(struct layout *layout,
			 const struct compare_report *report)
{
	size_t rows = forest_rows(report, FOREST_CHANGED);

	if (!rows)
		return;
	write_picture(layout);
	if (rows > FOREST_ROWS)
		html_print(layout->stream,
			   "<p class=\"note\">The plot shows the %u rows that "
			   "matter most of %zu.</p>\n",
			   FOREST_ROWS, rows);
	fputs("<p class=\"note\">Right of 0 is more than the base, left of it "
	      "less; ▲ became worse and ▼ better by more than the "
	      "threshold, which is the grey band.</p>\n",
	      layout->stream);
}

static int write_comparison(struct layout *layout, const struct group *group,
			    size_t comparison)
{
	const struct compare_report *report = &group->comparisons[comparison];
	char *title = group_title(group, comparison);
	const char *unchanged = NULL;
	int ret;

	if (!title)
		return -ENOMEM;
	html_print(layout->stream, "<h3 id=\"run-%zu\">%s</h3>\n",
		   ++layout->comparisons, group->count > 2 ? title : "Changes");
	free(title);
	ret = section_verdicts(layout->stream, group, comparison);
	if (ret)
		return ret;
	write_forest(layout, report);
	if (forest_rows(report, FOREST_UNCHANGED))
		unchanged = *layout->next++;
	ret = section_unchanged(layout->stream, group, comparison, unchanged);
	return ret ? ret : write_reasons(layout, group, comparison);
}

static int write_chapters(struct layout *layout, const struct group *group)
{
	int ret = 0;

	if (group->figures.chapter_count)
		fputs("<h3>Figures</h3>\n"
		      "<p class=\"note\">Intervals are those of the median: "
		      "95 % over boots, with fewer than six boots the range of "
		      "their medians; with one boot over its trials, with one "
		      "trial over its samples.</p>\n",
		      layout->stream);
	for (size_t i = 0; i < group->figures.chapter_count && !ret; i++) {
		const struct chapter *chapter = &group->figures.chapters[i];

		html_print(layout->stream, "<h4 id=\"case-%zu\">%s</h4>\n",
			   group->first_chapter + i, chapter->name);
		ret = section_chapter(layout->stream, group, chapter);
		if (ret)
			break;
		write_picture(layout);
		if (!tail_rows(chapter))
			continue;
		ret = section_tails(layout->stream, group, chapter);
		if (!ret)
			write_picture(layout);
	}
	return ret;
}

static const char *text_or(const struct result *result, const char *path)
{
	const char *text = result_text(result, path);

	return text ? text : "unknown";
}

static int write_group(struct layout *layout, const struct group *group)
{
	const struct result *base = group->results[0];
	int ret = 0;

	html_print(layout->stream,
		   "<section>\n<h2>%s (%s), accelerator %s, %s</h2>\n",
		   text_or(base, "machine/cpu_model"),
		   text_or(base, "machine/architecture"),
		   text_or(base, "machine/accelerator"), group_clock(group));
	if (group->refusal)
		html_print(layout->stream,
			   "<p>Not compared with the runs above: %s.</p>\n",
			   group->refusal);
	if (group_is_by_configuration(group))
		ret = section_configurations(layout->stream, group);
	else if (group->count > 2)
		ret = section_since(layout->stream, group);
	for (size_t i = 1; i < group->count && !ret; i++)
		ret = write_comparison(layout, group, i - 1);
	if (!ret)
		ret = write_chapters(layout, group);
	if (!ret)
		ret = section_unmeasured(layout->stream, group);
	if (!ret)
		ret = section_surroundings(layout->stream, group);
	if (!ret)
		ret = section_reproduce(layout->stream, group);
	fputs("</section>\n", layout->stream);
	return ret;
}

int report_page(FILE *stream, const struct groups *groups,
		char *const *pictures, const char *style, size_t style_length)
{
	struct layout layout = { .stream = stream, .next = pictures };
	char *title = page_title(groups);
	int ret = 0;

	if (!title)
		return -ENOMEM;
	write_head(stream, title, style, style_length);
	free(title);
	write_sentences(stream, groups);
	write_navigation(stream, groups);
	for (size_t i = 0; i < groups->count && !ret; i++)
		ret = write_group(&layout, &groups->items[i]);
	section_words(stream);
	html_print(stream,
		   "</main>\n<footer>Made by mmgauge %s from the result files "
		   "named above; every figure can be recomputed from their "
		   "samples.</footer>\n</body>\n</html>\n",
		   MMGAUGE_VERSION);
	return ret;
}
