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

/* A row, or a group of them. */
struct outcome {
	enum verdict verdict;
	const char *reason;
	const struct comparison *row; /* NULL for a group */
	double ratio, low, high;
};

static void print_message(FILE *stream, const struct outcome *outcome)
{
	const struct comparison *row = outcome->row;
	char change[64], interval[64], base[64], new[64];

	print(stream, verdict_name(outcome->verdict));
	if (outcome->reason) {
		fputs(": ", stream);
		print(stream, outcome->reason);
	}
	if (!verdict_is_of_cost(outcome->verdict))
		return;
	fputs(": ", stream);
	if (row) {
		print(stream, format_quantity(row->base, row->unit, base,
					      sizeof(base)));
		fputs(" to ", stream);
		print(stream,
		      format_quantity(row->new, row->unit, new, sizeof(new)));
		fputs(", ", stream);
	}
	fprintf(stream, "%s %s",
		format_change(outcome->ratio, change, sizeof(change)),
		format_interval(outcome->low, outcome->high, interval,
				sizeof(interval)));
}

static bool fails(enum verdict verdict, unsigned int failing)
{
	return failing & (1u << verdict);
}

/* What settled nothing is skipped, unless it was asked to fail. */
static bool skips(enum verdict verdict, unsigned int failing)
{
	return !fails(verdict, failing) && (verdict == VERDICT_INCOMPARABLE ||
					    verdict == VERDICT_INCONCLUSIVE);
}

static void print_outcome(FILE *stream, const struct outcome *outcome,
			  unsigned int failing)
{
	if (!fails(outcome->verdict, failing) &&
	    !skips(outcome->verdict, failing)) {
		fputs("    <system-out>", stream);
		print_message(stream, outcome);
		fputs("</system-out>\n", stream);
		return;
	}
	fprintf(stream, "    <%s message=\"",
		fails(outcome->verdict, failing) ? "failure" : "skipped");
	print_message(stream, outcome);
	fputs("\"/>\n", stream);
}

static void print_row(FILE *stream, const struct comparison *row,
		      unsigned int failing)
{
	const struct cell *cell =
		row->base_cell ? row->base_cell : row->new_cell;
	const struct outcome outcome = {
		.verdict = row->verdict,
		.reason = row->reason,
		.row = row,
		.ratio = row->ratio,
		.low = row->low,
		.high = row->high,
	};
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
	print_outcome(stream, &outcome, failing);
	fputs("  </testcase>\n", stream);
}

static void print_group(FILE *stream, const struct comparison_group *group,
			unsigned int failing)
{
	const struct outcome outcome = {
		.verdict = group->verdict,
		.reason = group->reason,
		.ratio = group->ratio,
		.low = group->low,
		.high = group->high,
	};

	fputs("  <testcase classname=\"mmgauge.", stream);
	print(stream, group->name);
	fputs("\" name=\"", stream);
	print(stream, group->name);
	fputc(' ', stream);
	print(stream, group->metric);
	fprintf(stream, ", geometric mean of %u cells\">\n", group->count);
	print_outcome(stream, &outcome, failing);
	fputs("  </testcase>\n", stream);
}

void compare_print_junit(FILE *stream, const struct compare_report *report,
			 unsigned int failing)
{
	size_t failures = 0, skipped = 0;

	for (size_t i = 0; i < report->count; i++) {
		failures += fails(report->rows[i].verdict, failing);
		skipped += skips(report->rows[i].verdict, failing);
	}
	for (size_t i = 0; i < report->group_count; i++) {
		failures += fails(report->groups[i].verdict, failing);
		skipped += skips(report->groups[i].verdict, failing);
	}
	fprintf(stream,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"mmgauge compare\" tests=\"%zu\" "
		"failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		report->count + report->group_count, failures, skipped);
	for (size_t i = 0; i < report->count; i++)
		print_row(stream, &report->rows[i], failing);
	for (size_t i = 0; i < report->group_count; i++)
		print_group(stream, &report->groups[i], failing);
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
