// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's account of one comparison. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "html.h"
#include "sections.h"

/* As they are told: what has to be acted upon comes first. */
static const struct {
	enum verdict verdict;
	const char *one;
	const char *many;
	const char *mark; /* the shape that the plot gives it */
	const char *class; /* in report.css */
} told[] = {
	{ VERDICT_BROKEN, "broken", "broken", "✗", "worse" },
	{ VERDICT_BEHAVES, "behaves differently", "behave differently", "≠",
	  "worse" },
	{ VERDICT_REGRESSION, "regression", "regressions", "▲", "worse" },
	{ VERDICT_IMPROVEMENT, "improvement", "improvements", "▼", "better" },
	{ VERDICT_INCONCLUSIVE, "inconclusive", "inconclusive", "○", "open" },
	{ VERDICT_UNCHANGED, "unchanged", "unchanged", "•", "same" },
	{ VERDICT_INCOMPARABLE, "not compared", "not compared", "–", "same" },
};

#define TOLD (sizeof(told) / sizeof(*told))

void verdict_sentence(FILE *stream, const struct compare_report *report)
{
	const char *comma = "";

	for (size_t i = 0; i < TOLD; i++) {
		unsigned int count = report->verdicts[told[i].verdict];

		/* That there is no regression is worth saying. */
		if (!count && told[i].verdict != VERDICT_REGRESSION)
			continue;
		html_print(stream, "%s<span class=\"%s\">", comma,
			   count ? told[i].class : "same");
		if (count)
			html_print(stream, "%s %u %s</span>", told[i].mark,
				   count,
				   count == 1 ? told[i].one : told[i].many);
		else
			html_print(stream, "no %s</span>", told[i].one);
		comma = ", ";
	}
}

/* Worst first; those without a ratio last. */
static int compare_sizes(const void *a, const void *b)
{
	const struct comparison *const *left = a, *const *right = b;
	double size = fabs(log((*left)->ratio));
	double other = fabs(log((*right)->ratio));

	if (!isnan(size) && !isnan(other) && size != other)
		return size < other ? 1 : -1;
	if (isnan(size) != isnan(other))
		return isnan(size) ? 1 : -1;
	return (*left > *right) - (*left < *right);
}

/* From one boot a side there is nothing to tell an interval from. */
static void write_interval(FILE *stream, const struct comparison *row)
{
	bool alone = row->base_boots == 1 && row->new_boots == 1;
	char text[64];

	if (alone || row->low == row->high)
		html_print(stream, "<td class=\"number absent\">%s</td>",
			   alone ? "one boot" : "exact");
	else
		html_number(stream, format_interval(row->low, row->high, text,
						    sizeof(text)));
}

static bool counts_instructions(const struct group *group)
{
	const char *kind = result_text(group->results[0], "clock/kind");

	return kind && !strcmp(kind, "instructions");
}

static int write_row(FILE *stream, const struct group *group,
		     const struct comparison *row, size_t told_as)
{
	struct format_scale scale =
		format_scale(row->unit, fmax(fabs(row->base), fabs(row->new)));
	char text[64];
	int ret = section_row_head(stream, group, row->base_cell, row->metric);

	if (ret)
		return ret;
	html_number(stream, format_number(row->base * scale.factor, text,
					  sizeof(text)));
	html_number(stream,
		    format_number(row->new *scale.factor, text, sizeof(text)));
	html_print(stream, "<td class=\"unit\">%s</td>", scale.unit);
	html_number(stream, format_change(row->ratio, text, sizeof(text)));
	write_interval(stream, row);
	html_print(stream, "<td class=\"%s\">%s ", told[told_as].class,
		   told[told_as].mark);
	html_words(stream, told[told_as].one);
	if (row->reason)
		html_print(stream, ", <small>%s</small>", row->reason);
	fputs("</td></tr>\n", stream);
	return 0;
}

/* What a reader looks for first; the rest is folded away behind it. */
static bool stands_out(const struct compare_report *report, size_t index)
{
	return report->rows[index].verdict != VERDICT_UNCHANGED &&
	       !group_repeats(report, index);
}

static int write_rows(FILE *stream, const struct group *group,
		      const struct compare_report *report,
		      const struct comparison **rows, size_t told_as,
		      bool folded)
{
	size_t count = 0;
	int ret = 0;

	for (size_t i = 0; i < report->count; i++)
		if (report->rows[i].verdict == told[told_as].verdict &&
		    stands_out(report, i) != folded)
			rows[count++] = &report->rows[i];
	if (!count)
		return 0;
	qsort(rows, count, sizeof(*rows), compare_sizes);
	fputs("<tbody>\n", stream);
	for (size_t i = 0; i < count && !ret; i++)
		ret = write_row(stream, group, rows[i], told_as);
	fputs("</tbody>\n", stream);
	return ret;
}

static int write_table(FILE *stream, const struct group *group,
		       size_t comparison, bool folded)
{
	const struct compare_report *report = &group->comparisons[comparison];
	const struct comparison **rows =
		calloc(report->count + 1, sizeof(*rows));
	int ret = 0;

	if (!rows)
		return -ENOMEM;
	html_print(stream,
		   "<div class=\"wide\"><table>\n"
		   "<caption>By verdict and size of the change. Base: %s, "
		   "new: %s.</caption>\n"
		   "<thead><tr><th scope=\"col\">case</th>"
		   "<th scope=\"col\">cell</th><th scope=\"col\">metric</th>"
		   "<th scope=\"col\" class=\"number\">base</th>"
		   "<th scope=\"col\" class=\"number\">new</th>"
		   "<th scope=\"col\">unit</th>"
		   "<th scope=\"col\" class=\"number\">change</th>"
		   "<th scope=\"col\" class=\"number\">%s</th>"
		   "<th scope=\"col\">verdict</th></tr></thead>\n",
		   group->names[0], group->names[comparison + 1],
		   counts_instructions(group) ? "over boots" : "95 % interval");
	for (size_t i = 0; i < TOLD && !ret; i++)
		if (verdict_is_of_cost(told[i].verdict))
			ret = write_rows(stream, group, report, rows, i,
					 folded);
	fputs("</table></div>\n", stream);
	free(rows);
	return ret;
}

static size_t count_rows(const struct compare_report *report, bool folded)
{
	size_t count = 0;

	for (size_t i = 0; i < report->count; i++)
		count += verdict_is_of_cost(report->rows[i].verdict) &&
			 stands_out(report, i) != folded;
	return count;
}

/* Cells without figures have a section of their own, which says why. */
static bool is_left_out(const struct comparison *row)
{
	if (row->verdict != VERDICT_INCOMPARABLE)
		return false;
	return (!row->base_cell || row->base_cell->status == CELL_OK) &&
	       (!row->new_cell || row->new_cell->status == CELL_OK);
}

static int compare_reasons(const void *a, const void *b)
{
	const struct comparison *const *left = a, *const *right = b;
	int order = strcmp((*left)->reason, (*right)->reason);

	return order ? order : (*left > *right) - (*left < *right);
}

static bool is_broken(const struct comparison *row)
{
	return row->verdict == VERDICT_BROKEN;
}

static bool behaves_differently(const struct comparison *row)
{
	return row->verdict == VERDICT_BEHAVES;
}

/* Each reason once, with whatever it is the reason of. */
static void write_reasons(FILE *stream, const char *heading,
			  const struct comparison **rows, size_t count)
{
	char label[512];

	fprintf(stream, "<p>%s:</p>\n<ul>\n", heading);
	for (size_t i = 0; i < count; i++) {
		const struct comparison *row = rows[i];
		bool first = !i || strcmp(row->reason, rows[i - 1]->reason);

		if (first)
			html_print(stream, "<li>%s: ", row->reason);
		html_print(stream, "%s<code>%s</code>", first ? "" : ", ",
			   cell_label(row->base_cell ? row->base_cell :
						       row->new_cell,
				      label, sizeof(label)));
		if (row->metric)
			html_print(stream, " %s", row->metric);
		if (i + 1 == count || strcmp(row->reason, rows[i + 1]->reason))
			fputs("</li>\n", stream);
	}
	fputs("</ul>\n", stream);
}

static int list_reasons(FILE *stream, const struct compare_report *report,
			const char *heading,
			bool (*wanted)(const struct comparison *row))
{
	const struct comparison **rows =
		calloc(report->count + 1, sizeof(*rows));
	size_t count = 0;

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < report->count; i++)
		if (wanted(&report->rows[i]) && report->rows[i].reason)
			rows[count++] = &report->rows[i];
	if (count) {
		qsort(rows, count, sizeof(*rows), compare_reasons);
		write_reasons(stream, heading, rows, count);
	}
	free(rows);
	return 0;
}

/* What does other things than before matters more than what they cost. */
int section_verdicts(FILE *stream, const struct group *group, size_t comparison)
{
	const struct compare_report *report = &group->comparisons[comparison];
	int ret = list_reasons(
		stream, report,
		"<strong class=\"worse\">Broken</strong>: measured "
		"in the base, and not any more",
		is_broken);

	if (!ret)
		ret = list_reasons(stream, report,
				   "<strong class=\"worse\">Behaves differently"
				   "</strong>: exact facts, per operation",
				   behaves_differently);
	if (ret || !count_rows(report, false))
		return ret;
	return write_table(stream, group, comparison, false);
}

int section_unchanged(FILE *stream, const struct group *group,
		      size_t comparison, const char *picture)
{
	const struct compare_report *report = &group->comparisons[comparison];
	size_t folded = count_rows(report, true);
	int ret = 0;

	if (folded) {
		html_print(stream,
			   "<details><summary>%zu more: unchanged, or the same "
			   "change in another metric of the cell</summary>\n",
			   folded);
		ret = write_table(stream, group, comparison, true);
		if (picture)
			fprintf(stream, "<figure>%s</figure>\n", picture);
		fputs("</details>\n", stream);
	}
	return ret ? ret :
		     list_reasons(stream, report, "Not compared", is_left_out);
}
