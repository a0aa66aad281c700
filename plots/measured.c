// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's tables of figures, a case at a time. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../results/format.h"
#include "../results/stats/stats.h"
#include "html.h"
#include "sections.h"
#include "text.h"

/* Samples of this metric are single operations: its tails mean something. */
#define SINGLE "latency"

/* Three and more do not fit beside each other: below each other then. */
static bool side_by_side(const struct group *group)
{
	return group->count <= 2;
}

static void write_axis_heads(FILE *stream, const struct chapter *chapter,
			     unsigned int rows)
{
	for (size_t i = 0; i < chapter->axis_count; i++) {
		const char *name = chapter->axes[i].name;
		const struct axis_value *axis =
			cell_axis(chapter->rows->cell, name);
		bool number = axis && !axis->text;

		if (chapter->axes[i].varies)
			html_print(stream,
				   "<th scope=\"col\" rowspan=\"%u\" "
				   "class=\"%s\">%s</th>",
				   rows, number ? "number" : "choice", name);
	}
}

#define FIGURE_HEADS                                           \
	"<th scope=\"col\" class=\"number first\">median</th>" \
	"<th scope=\"col\" class=\"number\">interval</th>"     \
	"<th scope=\"col\" class=\"number\">samples</th>"      \
	"<th scope=\"col\" class=\"number\">boots</th>"

static void write_head(FILE *stream, const struct group *group,
		       const struct chapter *chapter)
{
	unsigned int rows = side_by_side(group) ? 2 : 1;

	fputs("<thead><tr>", stream);
	write_axis_heads(stream, chapter, rows);
	html_print(stream,
		   "<th scope=\"col\" rowspan=\"%u\">metric</th>"
		   "<th scope=\"col\" rowspan=\"%u\">unit</th>",
		   rows, rows);
	if (rows == 1) {
		fputs("<th scope=\"col\">kernel</th>" FIGURE_HEADS
		      "</tr></thead>\n",
		      stream);
		return;
	}
	for (size_t i = 0; i < group->count; i++)
		html_print(stream,
			   "<th scope=\"colgroup\" colspan=\"4\" "
			   "class=\"first\">%s</th>",
			   group->names[i]);
	fputs("</tr>\n<tr>", stream);
	for (size_t i = 0; i < group->count; i++)
		fputs(FIGURE_HEADS, stream);
	fputs("</tr></thead>\n", stream);
}

static void write_axes(FILE *stream, const struct chapter *chapter,
		       const struct cell *cell)
{
	char number[24];

	for (size_t i = 0; i < chapter->axis_count; i++) {
		const struct axis_value *axis =
			cell_axis(cell, chapter->axes[i].name);

		if (!chapter->axes[i].varies)
			continue;
		if (axis && axis->text)
			html_print(stream, "<td>%s</td>", axis->text);
		else
			html_number(stream, axis_text(axis, number));
	}
}

/* One sample has no interval; several that are all the same need none. */
static void write_interval(FILE *stream, const struct figure *figure,
			   double factor)
{
	char low[64], high[64];

	if (figure->low < figure->high)
		html_print(
			stream, "<td class=\"number\">%s – %s</td>",
			format_number(figure->low * factor, low, sizeof(low)),
			format_number(figure->high * factor, high,
				      sizeof(high)));
	else
		html_print(stream, "<td class=\"number absent\">%s</td>",
			   figure->samples > 1 ? "exact" : "–");
}

static void write_figure(FILE *stream, const struct figure *figure,
			 double factor)
{
	char low[64], high[80];

	if (isnan(figure->median)) {
		fputs("<td class=\"number first absent\" colspan=\"4\">not "
		      "measured</td>",
		      stream);
		return;
	}
	format_number(figure->median * factor, low, sizeof(low));
	html_print(stream, "<td class=\"number first\">%s</td>",
		   text_signed(low, high, sizeof(high)));
	write_interval(stream, figure, factor);
	html_print(stream,
		   "<td class=\"number\">%zu</td><td class=\"number\">%u</td>",
		   figure->samples, figure->boots);
}

static void write_row(FILE *stream, const struct group *group,
		      const struct chapter *chapter, const struct row *row)
{
	double typical = row_typical(row, group->count);
	struct format_scale scale = format_scale(row->unit, typical);
	size_t i = 0;

	do {
		fputs("<tr>", stream);
		write_axes(stream, chapter, row->cell);
		html_print(stream,
			   "<th scope=\"row\">%s</th><td class=\"unit\">%s%s"
			   "</td>",
			   row->metric, scale.unit,
			   row->higher_is_better ? " ↑" : "");
		if (!side_by_side(group))
			html_print(stream, "<td>%s</td>", group->names[i]);
		do
			write_figure(stream, &row->figures[i++], scale.factor);
		while (i < group->count && side_by_side(group));
		fputs("</tr>\n", stream);
	} while (i < group->count);
}

static void write_rows(FILE *stream, const struct group *group,
		       const struct chapter *chapter)
{
	if (side_by_side(group))
		fputs("<tbody>\n", stream);
	for (size_t r = 0; r < chapter->count; r++) {
		if (!side_by_side(group))
			fputs("<tbody>\n", stream);
		write_row(stream, group, chapter, &chapter->rows[r]);
		if (!side_by_side(group))
			fputs("</tbody>\n", stream);
	}
	if (side_by_side(group))
		fputs("</tbody>\n", stream);
}

/* All samples of a row in one result, sorted; NULL for none. */
static double *pool(const struct result *result, const struct row *row,
		    size_t *count)
{
	const struct cell *cell = result_find(result, row->cell);
	double *samples = NULL;
	size_t room = 0;

	*count = 0;
	for (size_t i = 0; cell && i < cell->trial_count; i++) {
		const struct metric *metric =
			trial_metric(&cell->trials[i], row->metric);

		room += metric ? metric->sample_count : 0;
	}
	if (room)
		samples = calloc(room, sizeof(*samples));
	for (size_t i = 0; samples && i < cell->trial_count; i++) {
		const struct metric *metric =
			trial_metric(&cell->trials[i], row->metric);

		for (size_t s = 0; metric && s < metric->sample_count; s++)
			samples[(*count)++] = metric->samples[s];
	}
	if (samples)
		stats_sort(samples, *count);
	return samples;
}

static void write_tail(FILE *stream, const struct group *group,
		       const struct chapter *chapter, const struct row *row,
		       size_t subject)
{
	static const double shares[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	size_t count;
	double *samples = pool(group->results[subject], row, &count);
	struct format_scale scale;
	char text[64];

	if (!samples)
		return;
	scale = format_scale(row->unit, samples[count / 2]);
	fputs("<tr>", stream);
	write_axes(stream, chapter, row->cell);
	html_print(stream,
		   "<th scope=\"row\">%s</th><td class=\"unit\">%s</td>",
		   group->names[subject], scale.unit);
	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
		double value = stats_sorted_quantile(samples, count, shares[i]);

		html_number(stream, format_number(value * scale.factor, text,
						  sizeof(text)));
	}
	html_print(stream, "<td class=\"number\">%zu</td></tr>\n", count);
	free(samples);
}

static bool is_single(const struct row *row)
{
	return !strcmp(row->metric, SINGLE);
}

static void write_tails(FILE *stream, const struct group *group,
			const struct chapter *chapter)
{
	bool any = false;

	for (size_t i = 0; i < chapter->count; i++)
		any |= is_single(&chapter->rows[i]);
	if (!any)
		return;
	html_print(stream,
		   "<div class=\"wide\"><table>\n<caption>%s: operations timed "
		   "one by one, all boots and trials together.</caption>\n"
		   "<thead><tr>",
		   chapter->name);
	write_axis_heads(stream, chapter, 1);
	fputs("<th scope=\"col\">kernel</th><th scope=\"col\">unit</th>"
	      "<th scope=\"col\" class=\"number\">p50</th>"
	      "<th scope=\"col\" class=\"number\">p90</th>"
	      "<th scope=\"col\" class=\"number\">p99</th>"
	      "<th scope=\"col\" class=\"number\">p99.9</th>"
	      "<th scope=\"col\" class=\"number\">max</th>"
	      "<th scope=\"col\" class=\"number\">operations</th></tr>"
	      "</thead>\n<tbody>\n",
	      stream);
	for (size_t r = 0; r < chapter->count; r++)
		for (size_t i = 0; i < group->count; i++)
			if (is_single(&chapter->rows[r]))
				write_tail(stream, group, chapter,
					   &chapter->rows[r], i);
	fputs("</tbody>\n</table></div>\n", stream);
}

int section_chapter(FILE *stream, const struct group *group,
		    const struct chapter *chapter)
{
	char *constants = chapter_label(chapter, chapter->rows->cell,
					LABEL_CONSTANT, NULL);

	if (!constants)
		return -ENOMEM;
	html_print(stream,
		   "<div class=\"wide\"><table>\n"
		   "<caption>%s: medians%s%s.</caption>\n",
		   chapter->name, *constants ? ", everywhere with " : "",
		   constants);
	free(constants);
	write_head(stream, group, chapter);
	write_rows(stream, group, chapter);
	fputs("</table></div>\n", stream);
	write_tails(stream, group, chapter);
	return 0;
}
