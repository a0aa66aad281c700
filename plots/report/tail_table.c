// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's tables of single operations. */
#include <stdlib.h>

#include "results/format.h"
#include "results/stats/stats.h"
#include "html.h"
#include "sections.h"
#include "plots/figures/tails.h"

static int write_tail(FILE *stream, const struct group *group,
		      const struct chapter *chapter, const struct row *row,
		      size_t subject)
{
	static const double shares[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	struct format_scale scale;
	double *samples;
	char text[64];
	size_t count;
	int ret = tail_samples(row, subject, &samples, &count);

	if (ret || !count)
		return ret;
	scale = format_scale(row->unit, samples[count / 2]);
	fputs("<tr>", stream);
	section_axes(stream, chapter, row->cell);
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
	return 0;
}

int section_tails(FILE *stream, const struct group *group,
		  const struct chapter *chapter)
{
	int ret = 0;

	html_print(stream,
		   "<div class=\"wide\"><table>\n<caption>%s: operations timed "
		   "one by one, all boots and trials together.</caption>\n"
		   "<thead><tr>",
		   chapter->name);
	section_axis_heads(stream, chapter, 1);
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
		for (size_t i = 0; i < group->count && !ret; i++)
			if (is_tail(&chapter->rows[r]))
				ret = write_tail(stream, group, chapter,
						 &chapter->rows[r], i);
	fputs("</tbody>\n</table></div>\n", stream);
	return ret;
}
