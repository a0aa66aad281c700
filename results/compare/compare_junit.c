// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "compare_output.h"
#include "results/base/text.h"
#include "results/format.h"

/* Control characters cannot be written in XML 1.0, not even escaped. */
static void print(FILE *stream, const char *text)
{
	char *line = text_line(text);

	for (const char *c = line; c && *c; c++) {
		switch (*c) {
		case '&':
			fputs("&amp;", stream);
			break;
		case '<':
			fputs("&lt;", stream);
			break;
		case '>':
			fputs("&gt;", stream);
			break;
		case '"':
			fputs("&quot;", stream);
			break;
		default:
			fputc(*c, stream);
		}
	}
	free(line);
}

static void print_message(FILE *stream, const struct comparison *row)
{
	char change[64], interval[64], base[64], new[64];

	print(stream, verdict_name(row->verdict));
	if (row->reason) {
		fputs(": ", stream);
		print(stream, row->reason);
	}
	if (!verdict_is_of_cost(row->verdict))
		return;
	fputs(": ", stream);
	print(stream,
	      format_quantity(row->base, row->unit, base, sizeof(base)));
	fputs(" to ", stream);
	print(stream, format_quantity(row->new, row->unit, new, sizeof(new)));
	fprintf(stream, ", %s %s",
		format_change(row->ratio, change, sizeof(change)),
		format_interval(row->low, row->high, interval,
				sizeof(interval)));
}

static bool fails(const struct comparison *row, unsigned int failing)
{
	return failing & (1u << row->verdict);
}

/* What settled nothing is skipped, unless it was asked to fail. */
static bool skips(const struct comparison *row, unsigned int failing)
{
	return !fails(row, failing) && (row->verdict == VERDICT_INCOMPARABLE ||
					row->verdict == VERDICT_INCONCLUSIVE);
}

static void print_outcome(FILE *stream, const struct comparison *row,
			  unsigned int failing)
{
	if (!fails(row, failing) && !skips(row, failing)) {
		fputs("    <system-out>", stream);
		print_message(stream, row);
		fputs("</system-out>\n", stream);
		return;
	}
	fprintf(stream, "    <%s message=\"",
		fails(row, failing) ? "failure" : "skipped");
	print_message(stream, row);
	fputs("\"/>\n", stream);
}

static void print_row(FILE *stream, const struct comparison *row,
		      unsigned int failing)
{
	const struct cell *cell =
		row->base_cell ? row->base_cell : row->new_cell;
	char label[512];

	fputs("  <testcase classname=\"mmgauge.", stream);
	print(stream, cell->name);
	fputs("\" name=\"", stream);
	print(stream, cell_label(cell, label, sizeof(label)));
	if (row->metric) {
		fputc(' ', stream);
		print(stream, row->metric);
	}
	fputs("\">\n", stream);
	print_outcome(stream, row, failing);
	fputs("  </testcase>\n", stream);
}

void compare_print_junit(FILE *stream, const struct compare_report *report,
			 unsigned int failing)
{
	size_t failures = 0, skipped = 0;

	for (size_t i = 0; i < report->count; i++) {
		failures += fails(&report->rows[i], failing);
		skipped += skips(&report->rows[i], failing);
	}
	fprintf(stream,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"mmgauge compare\" tests=\"%zu\" "
		"failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		report->count, failures, skipped);
	for (size_t i = 0; i < report->count; i++)
		print_row(stream, &report->rows[i], failing);
	fputs("</testsuite>\n", stream);
}

static int print_format(FILE *stream, const struct compare_report *report,
			const struct compare_style *style)
{
	compare_print_junit(stream, report, style->failing);
	return 0;
}

const struct compare_format compare_format_junit = {
	.name = "junit",
	.print = print_format,
};
