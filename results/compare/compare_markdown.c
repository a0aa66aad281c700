// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "compare_lines.h"
#include "compare_output.h"
#include "results/base/text.h"

/* Names and reasons are text, whatever marks they hold. */
static void print(FILE *stream, const char *text)
{
	char *line = text_line(text);

	for (const char *c = line; c && *c; c++) {
		if (strchr("\\`*_{}[]<>#|~", *c))
			fputc('\\', stream);
		fputc(*c, stream);
	}
	free(line);
}

static void print_line(FILE *stream, const char *before, const char *text)
{
	fputs(before, stream);
	print(stream, text);
	fputc('\n', stream);
}

static bool is_change(enum verdict verdict)
{
	return verdict == VERDICT_REGRESSION || verdict == VERDICT_IMPROVEMENT;
}

static void print_row(FILE *stream, const struct line *line)
{
	const char *mark = is_change(line->verdict) ? "**" : "";

	fputs("| ", stream);
	print(stream, line->name);
	for (int c = 0; c < COLUMNS; c++) {
		fprintf(stream, " | %s", c == COLUMN_VERDICT ? mark : "");
		print(stream, line->fields[c]);
	}
	fprintf(stream, "%s |\n", mark);
}

static void print_table(FILE *stream, const struct compare_lines *lines)
{
	if (!lines->count)
		return;
	fputs("\n| case", stream);
	for (int c = 0; c < COLUMNS; c++)
		fprintf(stream, " | %s", column_names[c]);
	fputs(" |\n|---|---|---|--:|--:|--:|--:|---|\n", stream);
	for (size_t i = 0; i < lines->count; i++)
		print_row(stream, &lines->lines[i]);
}

static void print_reasoned(FILE *stream, const struct reasoned_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct reasoned *item = &list->items[i];

		if (!i || strcmp(item->row->reason, item[-1].row->reason))
			print_line(stream, "- ", item->row->reason);
		print_line(stream, "  - ", item->label);
	}
}

static void print_behaviour(FILE *stream, enum verdict verdict,
			    const struct reasoned_list *list)
{
	if (list->count)
		fprintf(stream, "\n**%s**\n\n", verdict_name(verdict));
	print_reasoned(stream, list);
}

/* Folded: it can be long, and the verdicts are what a reader comes for. */
static void print_left_out(FILE *stream, const struct reasoned_list *list)
{
	if (!list->count)
		return;
	fprintf(stream, "\n<details><summary>%zu not compared</summary>\n\n",
		list->count);
	print_reasoned(stream, list);
	fputs("\n</details>\n", stream);
}

int compare_print_markdown(FILE *stream, const struct compare_report *report)
{
	struct compare_lines lines;
	int ret = compare_lines_make(report, &lines);

	if (ret)
		return ret;
	print_line(stream, "### mmgauge: ", lines.summary);
	print_line(stream, "\n- base: ", lines.base);
	print_line(stream, "- new: ", lines.new);
	print_line(stream, "- clock: ", lines.method);
	if (report->caution)
		print_line(stream, "- note: ", report->caution);
	if (lines.plan) {
		print_line(stream, "- noise: ", lines.noise);
		print_line(stream, "- plan: ", lines.plan);
	}
	if (report->refusal)
		print_line(stream, "- not comparable: ", report->refusal);
	if (report->difference_count)
		fputs("- what else differs:\n", stream);
	for (size_t i = 0; i < report->difference_count; i++)
		print_line(stream, "  - ", report->differences[i]);
	print_behaviour(stream, VERDICT_BROKEN, &lines.broken);
	print_behaviour(stream, VERDICT_BEHAVES, &lines.behaves);
	print_table(stream, &lines);
	if (lines.hidden) {
		fputc('\n', stream);
		print(stream, lines.hidden);
		fputs(" (compare --all lists them)\n", stream);
	}
	for (size_t i = 0; i < lines.group_count; i++)
		print_line(stream, i ? "- " : "\n- ", lines.groups[i]);
	/* All rows are left out for the one reason above. */
	if (!report->refusal)
		print_left_out(stream, &lines.left_out);
	compare_lines_free(&lines);
	return 0;
}

static int print_format(FILE *stream, const struct compare_report *report,
			const struct compare_style *style)
{
	(void)style;
	return compare_print_markdown(stream, report);
}

const struct compare_format compare_format_markdown = {
	.name = "markdown",
	.print = print_format,
};
