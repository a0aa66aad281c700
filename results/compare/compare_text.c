// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison on a screen: the answer, between whom, then what changed. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare_screen.h"
#include "results/mail.h"
#include "results/width.h"
#include "results/base/text.h"

/* What a screen of 80x40 holds of it beside the prompt. */
#define SCREEN_LINES 39
/* A mail is scrolled. */
#define MAIL_LINES 70
#define WIDTH_DEFAULT 80

/* From all of it to as little as tells of every verdict. */
static const struct compare_detail details[] = {
	/* rows, families, whys, labels, reasons, differences */
	{ SIZE_MAX, SIZE_MAX, true, 8, 8, 10 },
	{ 24, SIZE_MAX, true, 8, 4, 10 },
	{ 16, SIZE_MAX, true, 4, 4, 10 },
	{ 12, SIZE_MAX, true, 4, 4, 10 },
	{ 8, SIZE_MAX, true, 4, 4, 10 },
	{ 6, SIZE_MAX, true, 3, 4, 10 },
	{ 4, SIZE_MAX, true, 2, 3, 8 },
	{ 3, SIZE_MAX, true, 2, 3, 6 },
	{ 2, SIZE_MAX, true, 1, 3, 6 },
	{ 1, SIZE_MAX, true, 1, 3, 5 },
	{ 0, SIZE_MAX, false, 1, 3, 6 },
	{ 0, 12, false, 1, 3, 5 },
	{ 0, 10, false, 1, 3, 5 },
	{ 0, 10, false, 0, 2, 3 },
	{ 0, 8, false, 0, 1, 2 },
	{ 0, 6, false, 0, 1, 1 },
	{ 0, 6, false, 0, 0, 1 },
	{ 0, 4, false, 0, 0, 1 },
	{ 0, 3, false, 0, 0, 1 },
};

#define DETAILS (sizeof(details) / sizeof(*details))

static const struct compare_detail everything = {
	SIZE_MAX, SIZE_MAX, true, SIZE_MAX, SIZE_MAX, SIZE_MAX,
};

static void print_head(const struct compare_screen *screen)
{
	const struct compare_lines *lines = screen->lines;
	const struct compare_report *report = screen->report;
	const struct {
		const char *name, *text;
	} rows[] = {
		{ "", lines->summary },
		{ "base   ", lines->base },
		{ "new    ", lines->new },
		{ "clock  ", lines->method },
		{ "note   ", report->caution },
		{ "noise  ", lines->noise },
		{ "plan   ", lines->plan },
		{ "not comparable: ", report->refusal },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].text)
			width_wrap(screen->stream, rows[i].name, i ? 7 : 2,
				   screen->width, rows[i].text);
}

static int print_label(const struct compare_screen *screen,
		       const struct comparison *row)
{
	const struct cell *cell =
		row->base_cell ? row->base_cell : row->new_cell;
	char *label = axes_label_of(&screen->table->said, cell, true);

	if (label && row->metric) {
		char *longer = format_string("%s %s", label, row->metric);

		free(label);
		label = longer;
	}
	if (!label)
		return -ENOMEM;
	width_wrap(screen->stream, "    ", 6, screen->width, label);
	free(label);
	return 0;
}

/* One reason, and some of what it is the reason of. */
static int print_reason(const struct compare_screen *screen,
			const struct reasoned *items, size_t count,
			size_t labels)
{
	const char *reason = items[0].row->reason;
	char first[32], cut[2048];
	int ret = 0;

	if (labels) {
		width_wrap(screen->stream, "  ", 4, screen->width, reason);
	} else {
		snprintf(first, sizeof(first), "  %3zu  ", count);
		width_wrap(
			screen->stream, first, 7, screen->width,
			width_cut(cut, sizeof(cut), screen->width - 7, reason));
	}
	for (size_t i = 0; i < count && i < labels && !ret; i++)
		ret = print_label(screen, items[i].row);
	if (labels && count > labels)
		fprintf(screen->stream, "    and %zu more\n", count - labels);
	return ret;
}

/* Each reason once, and below it whatever it is the reason of. */
static int print_reasoned(const struct compare_screen *screen,
			  const char *heading, enum verdict verdict,
			  const struct reasoned_list *list, size_t labels)
{
	size_t alike = 0, reasons = 0;
	int ret = 0;

	if (verdict == VERDICT_INCOMPARABLE && !screen->detail->reasons)
		return 0;
	if (list->count)
		compare_screen_title(screen, verdict, heading);
	for (size_t i = 0; i < list->count && !ret; i += alike) {
		const struct reasoned *item = &list->items[i];

		if (reasons && reasons == screen->detail->reasons) {
			fprintf(screen->stream, "  %s%zu more\n",
				labels ? "" : "  ", list->count - i);
			break;
		}
		reasons++;
		for (alike = 1;
		     i + alike < list->count &&
		     !strcmp(item[alike].row->reason, item->row->reason);)
			alike++;
		ret = print_reason(screen, item, alike, labels);
	}
	return ret;
}

static int print_kinds(const struct compare_screen *screen)
{
	const struct reasoned_list *list = &screen->lines->kinds;
	size_t shown = list->count;
	int ret = 0;

	if (!shown)
		return 0;
	if (shown > screen->detail->labels) {
		fprintf(screen->stream,
			"\nas many instructions of other kinds in %zu row%s: "
			"see mmgauge why\n",
			shown, shown == 1 ? "" : "s");
		return 0;
	}
	fputs("\nas many instructions, but of other kinds:\n", screen->stream);
	for (size_t i = 0; i < shown && !ret; i++) {
		ret = print_label(screen, list->items[i].row);
		width_wrap(screen->stream, "      ", 6, screen->width,
			   list->items[i].label);
	}
	return ret;
}

/* What the table leaves out, and how to have it. */
static void print_rest(const struct compare_screen *screen, size_t more,
		       size_t families)
{
	size_t repeats = screen->table->repeats, size;
	const char *hidden = screen->lines->hidden;
	char *text = NULL;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return;
	if (more)
		fprintf(stream, "%zu row%s", more, more == 1 ? "" : "s");
	if (families)
		fprintf(stream, ", of them in %zu other cases", families);
	if (repeats)
		fprintf(stream, "%s%zu repeat%s in other units",
			more ? "; " : "", repeats, repeats == 1 ? "" : "s");
	if (hidden)
		fprintf(stream, "%s%s", more || repeats ? "; " : "", hidden);
	if (!text_finish(stream, &text) && *text) {
		fputc('\n', screen->stream);
		width_wrap(screen->stream,
			   "not listed (--all, or a case's name): ", 2,
			   screen->width, text);
	}
	free(text);
}

static int print_all(const struct compare_screen *screen)
{
	const struct compare_lines *lines = screen->lines;
	bool all = screen->report->options.all;
	size_t labels = screen->detail->labels, more, families;
	int ret;

	if (screen->mail)
		compare_mail_head(screen);
	else
		print_head(screen);
	ret = print_reasoned(screen, "broken:", VERDICT_BROKEN, &lines->broken,
			     labels);
	if (!ret)
		ret = print_reasoned(screen,
				     "behaves differently:", VERDICT_BEHAVES,
				     &lines->behaves, labels);
	if (!ret)
		ret = compare_screen_rows(screen, &more, &families);
	if (!ret)
		ret = print_kinds(screen);
	if (ret)
		return ret;
	print_rest(screen, more, families);
	/* All rows are left out for the one reason above. */
	if (!screen->report->refusal)
		ret = print_reasoned(screen,
				     "not compared:", VERDICT_INCOMPARABLE,
				     &lines->left_out, all ? SIZE_MAX : 0);
	if (!ret)
		ret = compare_screen_differences(screen);
	return !ret && screen->mail ? compare_mail_foot(screen) : ret;
}

/* Printed to nowhere. */
static int count_lines(const struct compare_screen *screen, size_t *count)
{
	struct compare_screen copy = *screen;
	char *text = NULL;
	size_t size;
	int ret;

	copy.colour = false;
	copy.stream = text_begin(&text, &size);
	if (!copy.stream)
		return -ENOMEM;
	ret = print_all(&copy);
	if (text_finish(copy.stream, &text))
		ret = -ENOMEM;
	*count = 0;
	for (const char *at = text; at && *at; at++)
		*count += *at == '\n';
	free(text);
	return ret;
}

static int choose_detail(struct compare_screen *screen)
{
	size_t lines = 0;
	int ret = 0;

	screen->detail = &everything;
	if (screen->report->options.all)
		return 0;
	for (size_t i = 0; i < DETAILS && !ret; i++) {
		screen->detail = &details[i];
		ret = count_lines(screen, &lines);
		if (lines <= screen->lines_most)
			break;
	}
	return ret;
}

static int print_screen(FILE *stream, const struct compare_report *report,
			const struct compare_style *style, bool mail)
{
	struct compare_lines lines;
	struct compare_table table = { 0 };
	struct compare_screen screen = {
		.stream = stream,
		.report = report,
		.lines = &lines,
		.table = &table,
		.mail = mail,
		.repeat = style->repeat,
		.colour = style->colour,
		.said_all = report->options.all || mail,
		.width = style->width ? style->width : WIDTH_DEFAULT,
		.lines_most = mail	   ? MAIL_LINES :
			      style->lines ? style->lines :
					     SCREEN_LINES,
	};
	int ret = compare_lines_make(report, &lines);

	if (ret)
		return ret;
	ret = compare_table_make(report, &lines, style, &table);
	screen.column_count =
		compare_columns(&table, style->columns, screen.columns);
	if (!ret)
		ret = compare_screen_layout(&screen);
	if (!ret)
		ret = choose_detail(&screen);
	if (!ret)
		ret = print_all(&screen);
	compare_table_free(&table);
	compare_lines_free(&lines);
	return ret;
}

int compare_print_text(FILE *stream, const struct compare_report *report,
		       const struct compare_style *style)
{
	return print_screen(stream, report, style, false);
}

int compare_print_mail(FILE *stream, const struct compare_report *report,
		       const struct compare_style *style)
{
	struct compare_style plain = *style;

	plain.colour = false;
	plain.width = MAIL_WIDTH;
	return print_screen(stream, report, &plain, true);
}

const struct compare_format compare_format_text = {
	.name = "text",
	.print = compare_print_text,
};
