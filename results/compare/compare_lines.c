// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_lines.h"
#include "why.h"
#include "results/base/text.h"
#include "results/format.h"

const char *const column_names[COLUMNS] = {
	[COLUMN_CELL] = "cell",	      [COLUMN_METRIC] = "metric",
	[COLUMN_BASE] = "base",	      [COLUMN_NEW] = "new",
	[COLUMN_CHANGE] = "change",   [COLUMN_INTERVAL] = "interval",
	[COLUMN_VERDICT] = "verdict",
};

static char *axes_text(const struct cell *cell)
{
	FILE *stream;
	char *text = NULL;
	size_t size;

	if (!cell->axis_count)
		return strdup("-");
	stream = text_begin(&text, &size);
	if (!stream)
		return NULL;
	for (size_t i = 0; i < cell->axis_count; i++) {
		const struct axis_value *axis = &cell->axes[i];

		fprintf(stream, "%s%s=", i ? " " : "", axis->axis);
		if (axis->text)
			fputs(axis->text, stream);
		else
			fprintf(stream, "%" PRIu64, axis->number);
	}
	if (text_finish(stream, &text)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Both medians in the unit that suits the larger one. */
static char *median_text(const struct comparison *row, double value)
{
	double typical = fmax(fabs(row->base), fabs(row->new));
	struct format_scale scale = format_scale(row->unit, typical);
	char number[64];

	return format_string(
		"%s %s",
		format_number(value * scale.factor, number, sizeof(number)),
		scale.unit);
}

static char *verdict_text(const struct comparison *row)
{
	return format_string(
		"%s%s%s%s", verdict_name(row->verdict), row->reason ? " (" : "",
		row->reason ? row->reason : "", row->reason ? ")" : "");
}

static int make_line(const struct comparison *row, struct line *line)
{
	char text[64];

	line->name = row->base_cell->name;
	line->verdict = row->verdict;
	line->row = row;
	line->fields[COLUMN_CELL] = axes_text(row->base_cell);
	line->fields[COLUMN_METRIC] = strdup(row->metric);
	line->fields[COLUMN_BASE] = median_text(row, row->base);
	line->fields[COLUMN_NEW] = median_text(row, row->new);
	line->fields[COLUMN_CHANGE] =
		strdup(format_change(row->ratio, text, sizeof(text)));
	line->fields[COLUMN_INTERVAL] = strdup(
		format_interval(row->low, row->high, text, sizeof(text)));
	line->fields[COLUMN_VERDICT] = verdict_text(row);
	for (size_t i = 0; i < COLUMNS; i++) {
		line->fields[i] = compare_clean(line->fields[i]);
		if (!line->fields[i])
			return -ENOMEM;
	}
	return 0;
}

static int add_reasoned(const struct comparison *row,
			struct reasoned_list *list)
{
	const struct cell *cell =
		row->base_cell ? row->base_cell : row->new_cell;
	struct reasoned *item = &list->items[list->count];
	char label[512];

	item->row = row;
	cell_label(cell, label, sizeof(label));
	item->label = compare_clean(
		format_string("%s%s%s", label, row->metric ? " " : "",
			      row->metric ? row->metric : ""));
	if (!item->label)
		return -ENOMEM;
	list->count++;
	return 0;
}

/* By reason; under one reason in the order of the report. */
static int compare_reasoned(const void *a, const void *b)
{
	const struct reasoned *left = a, *right = b;
	int order = strcmp(left->row->reason, right->row->reason);

	if (order)
		return order;
	return (left->row > right->row) - (left->row < right->row);
}

static int make_reasoned(const struct compare_report *report,
			 enum verdict verdict, struct reasoned_list *list)
{
	int ret = 0;

	list->items =
		calloc(report->verdicts[verdict] + 1, sizeof(*list->items));
	if (!list->items)
		return -ENOMEM;
	for (size_t i = 0; i < report->count && !ret; i++)
		if (report->rows[i].verdict == verdict)
			ret = add_reasoned(&report->rows[i], list);
	if (!ret)
		qsort(list->items, list->count, sizeof(*list->items),
		      compare_reasoned);
	return ret;
}

static bool is_listed(const struct compare_report *report,
		      const struct comparison *row)
{
	return verdict_is_of_cost(row->verdict) &&
	       (report->options.all || row->verdict != VERDICT_UNCHANGED);
}

/* As many instructions, but of other kinds. */
static int add_kinds(const struct compare_report *report,
		     const struct comparison *row, const struct why *why,
		     struct compare_lines *lines)
{
	char *text =
		compare_clean(why_kinds_text(why, report->options.threshold));

	if (!text)
		return -ENOMEM;
	if (*text)
		lines->kinds.items[lines->kinds.count++] =
			(struct reasoned){ .row = row, .label = text };
	else
		free(text);
	return 0;
}

/* What the profiles say of a row; the one in @line is listed. */
static int explain(const struct compare_report *report,
		   const struct comparison *row, struct line *line,
		   struct compare_lines *lines)
{
	struct why why;
	int ret = why_of(report, row, &why);

	if (ret <= 0)
		return ret;
	ret = 0;
	if (!line) {
		ret = add_kinds(report, row, &why, lines);
	} else {
		line->why = compare_clean(why_functions_text(&why));
		ret = line->why ? 0 : -ENOMEM;
	}
	why_free(&why);
	return ret;
}

static int make_whys(const struct compare_report *report,
		     struct compare_lines *lines)
{
	size_t at = 0;
	int ret = 0;

	lines->kinds.items =
		calloc(report->count + 1, sizeof(*lines->kinds.items));
	if (!lines->kinds.items)
		return -ENOMEM;
	for (size_t i = 0; i < report->count && !ret; i++) {
		const struct comparison *row = &report->rows[i];
		struct line *line =
			is_listed(report, row) ? &lines->lines[at++] : NULL;

		if (verdict_is_of_cost(row->verdict))
			ret = explain(report, row, line, lines);
	}
	return ret;
}

static int make_rows(const struct compare_report *report,
		     struct compare_lines *lines)
{
	int ret = 0;

	lines->lines = calloc(report->count + 1, sizeof(*lines->lines));
	if (!lines->lines)
		return -ENOMEM;
	for (size_t i = 0; i < report->count && !ret; i++)
		if (is_listed(report, &report->rows[i]))
			ret = make_line(&report->rows[i],
					&lines->lines[lines->count++]);
	if (!ret)
		ret = make_reasoned(report, VERDICT_BROKEN, &lines->broken);
	if (!ret)
		ret = make_reasoned(report, VERDICT_BEHAVES, &lines->behaves);
	if (!ret)
		ret = make_reasoned(report, VERDICT_INCOMPARABLE,
				    &lines->left_out);
	return ret;
}

/* On a clock without noise what is below the threshold is real as well. */
static bool is_small_change(const struct comparison *row)
{
	return row->verdict == VERDICT_UNCHANGED && fabs(row->ratio - 1) > 1e-9;
}

/* What all the small changes have in common, in a few words. */
static void small_change_text(const struct compare_report *report, char *text,
			      size_t size)
{
	double least = INFINITY, most = -INFINITY, low = INFINITY;
	double high = -INFINITY;
	const char *unit = NULL;
	char number[64], other[64];
	struct format_scale scale;
	bool mixed = false;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		double off = row->new - row->base;

		if (!is_small_change(row))
			continue;
		mixed |= unit && strcmp(unit, row->unit);
		unit = row->unit;
		least = fmin(least, off);
		most = fmax(most, off);
		low = fmin(low, row->ratio);
		high = fmax(high, row->ratio);
	}
	scale = format_scale(unit, most);
	if (!mixed && most - least < 0.005 * fabs(most))
		snprintf(text, size, "%+.4g %s each", most * scale.factor,
			 scale.unit);
	else
		snprintf(text, size, "from %s to %s",
			 format_change(low, number, sizeof(number)),
			 format_change(high, other, sizeof(other)));
}

static int make_hidden(const struct compare_report *report,
		       struct compare_lines *lines)
{
	unsigned int small = 0;
	char text[192];

	for (size_t i = 0; i < report->count; i++)
		small += is_small_change(&report->rows[i]);
	if (!small || !compare_is_exact(report) || report->options.all)
		return 0;
	small_change_text(report, text, sizeof(text));
	lines->hidden = format_string(
		"%u more row%s changed by less than the threshold, %s", small,
		small == 1 ? "" : "s", text);
	return lines->hidden ? 0 : -ENOMEM;
}

static int make_groups(const struct compare_report *report,
		       struct compare_lines *lines)
{
	lines->groups = calloc(report->group_count + 1, sizeof(char *));
	if (!lines->groups)
		return -ENOMEM;
	for (size_t i = 0; i < report->group_count; i++) {
		const struct comparison_group *group = &report->groups[i];
		const char *why = group->reason;
		char change[64], interval[64];

		lines->groups[i] = compare_clean(format_string(
			"%s %s: %s %s, geometric mean of %u cells: %s%s%s%s",
			group->name, group->metric,
			format_change(group->ratio, change, sizeof(change)),
			format_interval(group->low, group->high, interval,
					sizeof(interval)),
			group->count, verdict_name(group->verdict),
			why ? " (" : "", why ? why : "", why ? ")" : ""));
		if (!lines->groups[i])
			return -ENOMEM;
		lines->group_count++;
	}
	return 0;
}

int compare_lines_make(const struct compare_report *report,
		       struct compare_lines *lines)
{
	memset(lines, 0, sizeof(*lines));
	if (!compare_head_make(report, lines) && !make_rows(report, lines) &&
	    !make_whys(report, lines) && !make_hidden(report, lines) &&
	    !make_groups(report, lines))
		return 0;
	compare_lines_free(lines);
	return -ENOMEM;
}

static void free_reasoned(struct reasoned_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].label);
	free(list->items);
}

void compare_lines_free(struct compare_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		for (size_t c = 0; c < COLUMNS; c++)
			free(lines->lines[i].fields[c]);
		free(lines->lines[i].why);
	}
	free_reasoned(&lines->kinds);
	free_reasoned(&lines->broken);
	free_reasoned(&lines->behaves);
	free_reasoned(&lines->left_out);
	for (size_t i = 0; i < lines->group_count; i++)
		free(lines->groups[i]);
	free(lines->lines);
	free(lines->hidden);
	free(lines->groups);
	free(lines->summary);
	free(lines->base);
	free(lines->new);
	free(lines->method);
	free(lines->noise);
	free(lines->plan);
	memset(lines, 0, sizeof(*lines));
}
