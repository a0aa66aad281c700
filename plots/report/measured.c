// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's tables of figures, a case at a time. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "html.h"
#include "sections.h"
#include "plots/figures/text.h"

/* Three and more do not fit beside each other: below each other then. */
static bool side_by_side(const struct group *group)
{
	return group->count <= 2;
}

void section_axis_heads(FILE *stream, const struct chapter *chapter,
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

/* The columns of a subject; the last only where anything has a control. */
static void write_figure_heads(FILE *stream, const struct chapter *chapter)
{
	fputs(FIGURE_HEADS, stream);
	if (chapter->control)
		fputs("<th scope=\"col\" class=\"number\">over none</th>",
		      stream);
}

static void write_head(FILE *stream, const struct group *group,
		       const struct chapter *chapter)
{
	unsigned int rows = side_by_side(group) ? 2 : 1;

	fputs("<thead><tr>", stream);
	section_axis_heads(stream, chapter, rows);
	html_print(stream,
		   "<th scope=\"col\" rowspan=\"%u\">metric</th>"
		   "<th scope=\"col\" rowspan=\"%u\">unit</th>",
		   rows, rows);
	if (rows == 1)
		fputs("<th scope=\"col\">kernel</th>", stream);
	for (size_t i = 0; i < group->count && rows == 2; i++)
		html_print(stream,
			   "<th scope=\"colgroup\" colspan=\"%u\" "
			   "class=\"first\">%s</th>",
			   chapter->control ? 5 : 4, group->names[i]);
	if (rows == 2)
		fputs("</tr>\n<tr>", stream);
	for (size_t i = 0; i < (rows == 2 ? group->count : 1); i++)
		write_figure_heads(stream, chapter);
	fputs("</tr></thead>\n", stream);
}

void section_axes(FILE *stream, const struct chapter *chapter,
		  const struct cell *cell)
{
	char number[24];

	for (size_t i = 0; i < chapter->axis_count; i++) {
		const struct axis_value *axis =
			cell_axis(cell, chapter->axes[i].name);

		if (!chapter->axes[i].varies)
			continue;
		if (!axis || !axis->text) {
			html_number(stream, axis_text(axis, number));
			continue;
		}
		fputs("<td>", stream);
		html_words(stream, axis->text);
		fputs("</td>", stream);
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

/* In the unit of the row, though a difference may be much smaller. */
static void write_over(FILE *stream, const struct figure *over, double factor)
{
	char number[64], text[80], low[64], high[64];

	if (!over || isnan(over->median)) {
		fputs("<td class=\"number absent\">–</td>", stream);
		return;
	}
	format_number(over->median * factor, number, sizeof(number));
	html_print(stream, "<td class=\"number\">%s%s",
		   over->median > 0 ? "+" : "",
		   text_signed(number, text, sizeof(text)));
	if (over->low < over->high)
		html_print(
			stream, " <small>(%s – %s)</small>",
			format_number(over->low * factor, low, sizeof(low)),
			format_number(over->high * factor, high, sizeof(high)));
	fputs("</td>", stream);
}

static void write_row(FILE *stream, const struct group *group,
		      const struct chapter *chapter, const struct row *row)
{
	double typical = row_typical(row, group->count);
	struct format_scale scale = format_scale(row->unit, typical);
	size_t i = 0;

	do {
		fputs("<tr>", stream);
		section_axes(stream, chapter, row->cell);
		fputs("<th scope=\"row\">", stream);
		html_words(stream, row->metric);
		html_print(stream, "</th><td class=\"unit\">%s%s</td>",
			   scale.unit, row->higher_is_better ? " ↑" : "");
		if (!side_by_side(group))
			html_print(stream, "<td>%s</td>", group->names[i]);
		do {
			write_figure(stream, &row->figures[i], scale.factor);
			if (chapter->control)
				write_over(stream,
					   row->over ? &row->over[i] : NULL,
					   scale.factor);
		} while (++i < group->count && side_by_side(group));
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

int section_chapter(FILE *stream, const struct group *group,
		    const struct chapter *chapter)
{
	char *constants = chapter_label(chapter, chapter->rows->cell,
					LABEL_CONSTANT, NULL);

	if (!constants)
		return -ENOMEM;
	html_print(stream,
		   "<div class=\"wide\"><table>\n"
		   "<caption>%s: medians%s",
		   chapter->name, *constants ? ", everywhere with " : "");
	html_words(stream, constants);
	fputc('.', stream);
	if (chapter->control)
		html_print(stream,
			   " Over none: beyond the same cell with %s=none, in "
			   "the same boot.",
			   chapter->control);
	fputs("</caption>\n", stream);
	free(constants);
	write_head(stream, group, chapter);
	write_rows(stream, group, chapter);
	fputs("</table></div>\n", stream);
	return section_slopes(stream, group, chapter);
}
