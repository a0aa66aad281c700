// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's table of straight lines: what one more of something costs. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "plots/pictures/arrange.h"
#include "html.h"
#include "plots/pictures/lines.h"
#include "sections.h"
#include "plots/figures/text.h"

static void write_number(FILE *stream, double value, const char *class)
{
	char number[64], text[80];

	html_print(stream, "<td class=\"%s\">%s</td>", class,
		   text_signed(format_number(value, number, sizeof(number)),
			       text, sizeof(text)));
}

/* The share tells a residual that matters from one that does not. */
static void write_fit(FILE *stream, const struct stats_line *fit, double factor)
{
	if (fit->status != STATS_OK) {
		fputs("<td class=\"number absent\" colspan=\"3\">not measured"
		      "</td>",
		      stream);
		return;
	}
	if (fit->straight) {
		write_number(stream, fit->slope * factor, "number");
		write_number(stream, fit->intercept * factor, "number");
	} else {
		fputs("<td class=\"number absent\" colspan=\"2\">no straight "
		      "line</td>",
		      stream);
	}
	write_number(stream, fit->residual * factor, "number");
}

static void write_line(FILE *stream, const struct group *group,
		       const struct selection *selection,
		       const struct line *line, struct format_scale scale)
{
	for (size_t s = 0; s < group->count; s++) {
		html_print(stream,
			   "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td>"
			   "<td class=\"unit\">%s</td>",
			   *line->label ? line->label : selection->chapter.name,
			   selection->chapter.rows[line->from].metric,
			   group->names[s], scale.unit);
		write_fit(stream, &line->fits[s], scale.factor);
		fputs("</tr>\n", stream);
	}
}

static void write_head(FILE *stream, const struct selection *selection)
{
	html_print(
		stream,
		"<div class=\"wide\"><table>\n<caption>Least-squares lines "
		"over %s%s%s%s: what each further one costs, and what the "
		"line says for none at all. Where the first one adds more, "
		"the line is of what lies right of 0.</caption>\n<thead><tr>",
		selection->axis, selection->over ? ", values over " : "",
		selection->over ? selection->over : "",
		selection->over ? "=none" : "");
	html_print(stream,
		   "<th scope=\"col\">line</th><th scope=\"col\">metric</th>"
		   "<th scope=\"col\">kernel</th><th scope=\"col\">unit</th>"
		   "<th scope=\"col\" class=\"number\">"
		   "<a href=\"#term-each-further\">each further</a> %s</th>"
		   "<th scope=\"col\" class=\"number\">at 0</th>"
		   "<th scope=\"col\" class=\"number\">largest residual</th>"
		   "</tr></thead>\n<tbody>\n",
		   selection->axis);
}

/* A table for one panel of the chapter's picture, if any line is straight. */
static int write_selection(FILE *stream, const struct group *group,
			   const struct selection *selection)
{
	struct format_scale scale;
	struct lines lines;
	double typical = 0;
	int ret = lines_make(selection, group->count, &lines);

	for (size_t r = 0; r < selection->chapter.count; r++)
		for (size_t s = 0; s < group->count; s++)
			typical = fmax(
				typical,
				fabs(selection_figure(
					     selection,
					     &selection->chapter.rows[r], s)
					     ->median));
	scale = format_scale(selection->chapter.rows->unit, typical);
	if (!ret && lines.straight) {
		write_head(stream, selection);
		for (size_t i = 0; i < lines.count; i++)
			write_line(stream, group, selection, &lines.items[i],
				   scale);
		fputs("</tbody>\n</table></div>\n", stream);
	}
	lines_free(&lines);
	return ret;
}

int section_slopes(FILE *stream, const struct group *group,
		   const struct chapter *chapter)
{
	struct arrangement arrangement;
	size_t at = 0;
	int ret = arrange(chapter, &arrangement);

	while (!ret && at < arrangement.count) {
		struct selection selection;

		ret = arrangement_next(&arrangement, SIZE_MAX, SIZE_MAX, &at,
				       &selection);
		if (!ret && selection.axis)
			ret = write_selection(stream, group, &selection);
		selection_free(&selection);
	}
	arrangement_free(&arrangement);
	return ret;
}
