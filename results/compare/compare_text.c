// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "compare_lines.h"
#include "compare_output.h"
#include "results/base/text.h"

static const bool to_the_right[COLUMNS] = {
	[COLUMN_BASE] = true,
	[COLUMN_NEW] = true,
	[COLUMN_CHANGE] = true,
	[COLUMN_INTERVAL] = true,
};

static const char *const colours[] = {
	[VERDICT_UNCHANGED] = "",
	[VERDICT_IMPROVEMENT] = "\033[32m",
	[VERDICT_INCONCLUSIVE] = "\033[33m",
	[VERDICT_REGRESSION] = "\033[31m",
	[VERDICT_BEHAVES] = "\033[31m",
	[VERDICT_BROKEN] = "\033[31m",
};

/* Characters, not bytes: UTF-8 continuation bytes take no room. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void print_field(FILE *stream, const char *text, int width, bool right)
{
	int gap = width - width_of(text);

	fprintf(stream, "%*s%s%*s  ", right ? gap : 0, "", text,
		right ? 0 : gap, "");
}

static void print_row(FILE *stream, const char *const *fields,
		      const int *widths, const char *colour)
{
	fputs("  ", stream);
	for (int c = 0; c < COLUMN_VERDICT; c++)
		print_field(stream, fields[c], widths[c], to_the_right[c]);
	text_own(stream, colour);
	fputs(fields[COLUMN_VERDICT], stream);
	text_own(stream, *colour ? "\033[0m" : "");
	fputc('\n', stream);
}

static void print_line(FILE *stream, const char *before, const char *text)
{
	fputs(before, stream);
	text_line_print(stream, text);
	fputc('\n', stream);
}

static void print_table(FILE *stream, const struct compare_lines *lines,
			bool colour)
{
	int widths[COLUMNS];

	if (!lines->count)
		return;
	for (int c = 0; c < COLUMNS; c++) {
		widths[c] = width_of(column_names[c]);
		for (size_t i = 0; i < lines->count; i++) {
			int width = width_of(lines->lines[i].fields[c]);

			widths[c] = width > widths[c] ? width : widths[c];
		}
	}
	fputc('\n', stream);
	print_row(stream, column_names, widths, "");
	for (size_t i = 0; i < lines->count; i++) {
		const struct line *line = &lines->lines[i];

		if (!i || strcmp(line->name, line[-1].name))
			print_line(stream, "", line->name);
		print_row(stream, (const char *const *)line->fields, widths,
			  colour ? colours[line->verdict] : "");
		if (line->why && *line->why)
			print_line(stream, "    why: ", line->why);
	}
}

/* Each reason once, and below it whatever it is the reason of. */
static void print_reasoned(FILE *stream, const char *heading,
			   const char *colour, const struct reasoned_list *list)
{
	if (list->count) {
		fputc('\n', stream);
		text_own(stream, colour);
		fputs(heading, stream);
		text_own(stream, *colour ? "\033[0m" : "");
		fputs(":\n", stream);
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct reasoned *item = &list->items[i];

		if (!i || strcmp(item->row->reason, item[-1].row->reason))
			print_line(stream, "  ", item->row->reason);
		fprintf(stream, "    %s\n", item->label);
	}
}

/* What does other things than before matters more than what they cost. */
static void print_behaviour(FILE *stream, const struct compare_lines *lines,
			    bool colour)
{
	print_reasoned(stream, verdict_name(VERDICT_BROKEN),
		       colour ? colours[VERDICT_BROKEN] : "", &lines->broken);
	print_reasoned(stream, verdict_name(VERDICT_BEHAVES),
		       colour ? colours[VERDICT_BEHAVES] : "", &lines->behaves);
}

int compare_print_text(FILE *stream, const struct compare_report *report,
		       bool colour)
{
	struct compare_lines lines;
	int ret = compare_lines_make(report, &lines);

	if (ret)
		return ret;
	fprintf(stream, "base   %s\nnew    %s\nclock  %s\n", lines.base,
		lines.new, lines.method);
	if (report->caution)
		print_line(stream, "note   ", report->caution);
	if (lines.plan)
		fprintf(stream, "noise  %s\nplan   %s\n", lines.noise,
			lines.plan);
	if (report->refusal)
		print_line(stream, "\nnot comparable: ", report->refusal);
	if (report->difference_count)
		fputs("\nwhat else differs:\n", stream);
	for (size_t i = 0; i < report->difference_count; i++)
		print_line(stream, "  ", report->differences[i]);
	print_behaviour(stream, &lines, colour);
	print_table(stream, &lines, colour);
	if (lines.kind_count)
		fputs("\nas many instructions, but of other kinds:\n", stream);
	for (size_t i = 0; i < lines.kind_count; i++)
		print_line(stream, "  ", lines.kinds[i]);
	if (lines.hidden)
		fprintf(stream, "\n%s\n", lines.hidden);
	for (size_t i = 0; i < lines.group_count; i++)
		fprintf(stream, "%s%s\n", i ? "" : "\n", lines.groups[i]);
	/* All rows are left out for the one reason above. */
	if (!report->refusal)
		print_reasoned(stream, "not compared", "", &lines.left_out);
	fprintf(stream, "\n%s\n", lines.summary);
	compare_lines_free(&lines);
	return 0;
}

static int print_format(FILE *stream, const struct compare_report *report,
			const struct compare_style *style)
{
	return compare_print_text(stream, report, style->colour);
}

const struct compare_format compare_format_text = {
	.name = "text",
	.print = print_format,
};
