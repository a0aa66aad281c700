// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of a run on a screen: by row, by metric or by case. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_lines.h"
#include "results/base/array.h"
#include "results/base/text.h"
#include "results/format.h"
#include "results/width.h"
#include "show.h"

/* Rows that stand together. */
struct kin {
	const struct show_row *first;
	const struct show_row **rows;
	size_t count;
	struct format_scale scale;
	double least, most, mean; /* of the levels; of their changes, or NaN */
};

enum {
	FIELD_COUNT,
	FIELD_LEAST,
	FIELD_MOST,
	FIELD_SPREAD,
	FIELD_CHANGE,
	FIELDS
};

static const char *const headings[FIELDS] = {
	[FIELD_SPREAD] = "+-",	   [FIELD_COUNT] = "cells",
	[FIELD_LEAST] = "median",  [FIELD_MOST] = "to",
	[FIELD_CHANGE] = "change",
};

struct screen {
	FILE *stream;
	const struct show *show;
	const struct compare_style *style;
	struct axes_said said;
	struct kin *kin;
	size_t kin_count;
	bool cells; /* a row for each cell, not for each kin */
	bool used[FIELDS];
	int widths[FIELDS];
	int title; /* the width of what stands before the figures */
};

static struct kin *find_kin(const struct screen *screen,
			    const struct show_row *row)
{
	for (size_t i = 0; i < screen->kin_count; i++) {
		const struct show_row *first = screen->kin[i].first;

		if (!strcmp(first->cell->name, row->cell->name) &&
		    !strcmp(first->metric, row->metric) &&
		    !strcmp(first->unit, row->unit))
			return &screen->kin[i];
	}
	return NULL;
}

static int add_to_kin(struct screen *screen, const struct show_row *row)
{
	struct kin *kin = find_kin(screen, row);
	const struct show_row **rows;

	if (!kin) {
		kin = array_grow(screen->kin, screen->kin_count, sizeof(*kin));
		if (!kin)
			return -ENOMEM;
		screen->kin = kin;
		kin += screen->kin_count++;
		*kin = (struct kin){ .first = row };
	}
	rows = array_grow(kin->rows, kin->count, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	kin->rows = rows;
	rows[kin->count++] = row;
	return 0;
}

static void sum_up(struct kin *kin)
{
	double logs = 0, changes = 0;
	size_t count = 0, changed = 0;

	kin->least = INFINITY;
	kin->most = -INFINITY;
	for (size_t i = 0; i < kin->count; i++) {
		const struct show_row *row = kin->rows[i];
		double ratio = row->change ? row->change->ratio : NAN;

		if (row->level > 0) {
			logs += log(row->level);
			count++;
		}
		if (ratio > 0 && isfinite(ratio)) {
			changes += log(ratio);
			changed++;
		}
		if (!isfinite(row->level))
			continue;
		kin->least = fmin(kin->least, row->level);
		kin->most = fmax(kin->most, row->level);
	}
	kin->mean = changed ? exp(changes / (double)changed) : NAN;
	kin->scale = format_scale(kin->first->unit,
				  count ? exp(logs / (double)count) : 0);
}

static char *fill(const struct kin *kin, const struct show_row *row, int field,
		  char text[64])
{
	double low = row ? row->level : kin->least;
	char change[40];

	*text = '\0';
	if (field == FIELD_LEAST)
		format_number(low * kin->scale.factor, text, 64);
	else if (field == FIELD_MOST && !row && kin->most > kin->least)
		format_number(kin->most * kin->scale.factor, text, 64);
	else if (field == FIELD_COUNT && !row)
		snprintf(text, 64, "%zu", kin->count);
	else if (field == FIELD_SPREAD && row && isfinite(row->spread))
		snprintf(text, 64, "%.2g %%", row->spread * 100);
	else if (field == FIELD_CHANGE && row && row->change)
		snprintf(text, 64, "%s%s",
			 format_change(row->change->ratio, change,
				       sizeof(change)),
			 row->change->verdict == VERDICT_INCONCLUSIVE ? "?" :
									"");
	else if (field == FIELD_CHANGE && !row && isfinite(kin->mean))
		format_change(kin->mean, text, 64);
	return text;
}

static char *title_of(const struct screen *screen, const struct kin *kin,
		      const struct show_row *row)
{
	char *title;

	if (row)
		title = axes_said_of(&screen->said, row->cell, false);
	else
		title = format_string("%s %s, %s", kin->first->cell->name,
				      kin->first->metric, kin->scale.unit);
	return compare_clean(title);
}

/* What nobody has is no column. */
static int layout(struct screen *screen)
{
	int room = screen->style->width;

	for (int f = 0; f < FIELDS; f++) {
		screen->widths[f] = 0;
		for (size_t i = 0; i < screen->kin_count; i++) {
			const struct kin *kin = &screen->kin[i];
			char text[64];

			for (size_t k = 0; k < kin->count; k++) {
				int width = width_of(fill(
					kin,
					screen->cells ? kin->rows[k] : NULL, f,
					text));

				if (width > screen->widths[f])
					screen->widths[f] = width;
			}
		}
		screen->used[f] = screen->widths[f] > 0;
		if (screen->used[f] &&
		    screen->widths[f] < width_of(headings[f]))
			screen->widths[f] = width_of(headings[f]);
		room -= screen->used[f] ? screen->widths[f] + 2 : 0;
	}
	screen->title = 44;
	for (size_t i = 0; i < screen->kin_count; i++) {
		const struct kin *kin = &screen->kin[i];

		for (size_t k = 0; k < kin->count; k++) {
			char *title =
				title_of(screen, kin,
					 screen->cells ? kin->rows[k] : NULL);

			if (!title)
				return -ENOMEM;
			if (width_of(title) + 2 > screen->title)
				screen->title = width_of(title) + 2;
			free(title);
		}
	}
	if (screen->title > room)
		screen->title = room > 20 ? room : 20;
	return 0;
}

static void print_figures(const struct screen *screen, const struct kin *kin,
			  const struct show_row *row)
{
	static const char *const colours[] = {
		[VERDICT_REGRESSION] = "\033[31m",
		[VERDICT_IMPROVEMENT] = "\033[32m",
		[VERDICT_INCOMPARABLE] = NULL,
	};

	for (int f = 0; f < FIELDS; f++) {
		const char *colour = NULL;
		char text[64];

		if (!screen->used[f])
			continue;
		fill(kin, row, f, text);
		if (f == FIELD_CHANGE && row && row->change &&
		    screen->style->colour)
			colour = colours[row->change->verdict];
		fputs("  ", screen->stream);
		text_own(screen->stream, colour ? colour : "");
		width_pad(screen->stream, text, screen->widths[f], 1);
		text_own(screen->stream, colour ? "\033[0m" : "");
	}
	fputc('\n', screen->stream);
}

static int print_row(const struct screen *screen, const struct kin *kin,
		     const struct show_row *row)
{
	char *title = title_of(screen, kin, row), cut[1024];
	int room = screen->title - (row ? 2 : 0);

	if (!title)
		return -ENOMEM;
	fputs(row ? "  " : "", screen->stream);
	if (row && width_of(title) > room) {
		width_wrap(screen->stream, "", 4, screen->style->width, title);
		fputs("  ", screen->stream);
		*title = '\0';
	} else if (row && !*title && kin->count > 1) {
		free(title);
		title = strdup("(defaults)");
	}
	if (title)
		width_pad(screen->stream,
			  width_cut(cut, sizeof(cut), room, title), room, 0);
	free(title);
	print_figures(screen, kin, row);
	return 0;
}

static void print_headings(const struct screen *screen)
{
	width_pad(screen->stream, "", screen->title, 0);
	for (int f = 0; f < FIELDS; f++)
		if (screen->used[f]) {
			fputs("  ", screen->stream);
			width_pad(screen->stream, headings[f],
				  screen->widths[f], 1);
		}
	fputc('\n', screen->stream);
}

/* A case of one cell takes one line. */
static int print_kin(const struct screen *screen, const struct kin *kin)
{
	char *title;
	int ret = 0;

	if (!screen->cells)
		return print_row(screen, kin, NULL);
	title = title_of(screen, kin, NULL);
	if (!title)
		return -ENOMEM;
	if (kin->count == 1 && width_of(title) <= screen->title) {
		width_pad(screen->stream, title, screen->title, 0);
		free(title);
		print_figures(screen, kin, kin->rows[0]);
		return 0;
	}
	width_wrap(screen->stream, "", 2, screen->style->width, title);
	free(title);
	for (size_t i = 0; i < kin->count && !ret; i++)
		ret = print_row(screen, kin, kin->rows[i]);
	return ret;
}

static void print_head(const struct screen *screen)
{
	const struct show *show = screen->show;
	const struct result *base = show->report ? show->report->base : NULL;
	const char *id = result_text(show->result, "run/id");
	const char *against = base ? result_text(base, "run/id") : NULL;
	const char *clock = result_text(show->result, "clock/kind");
	char text[512];

	snprintf(text, sizeof(text),
		 "%.200s, %.40s: %zu figures, %zu cells without",
		 id ? id : "(no run id)", clock ? clock : "unknown",
		 show->count, show->without);
	width_wrap(screen->stream, "", 2, screen->style->width, text);
	if (base) {
		snprintf(text, sizeof(text), "change from %.200s",
			 against ? against : "(no run id)");
		width_wrap(screen->stream, "", 2, screen->style->width, text);
	}
}

/* Cut to @lines where even a line a case is too many. */
static int print_lines(struct screen *screen, size_t lines, bool all)
{
	size_t shown = screen->kin_count;
	int ret = layout(screen);

	if (!all && !screen->cells && shown > lines)
		shown = lines;
	print_head(screen);
	if (screen->kin_count)
		print_headings(screen);
	for (size_t i = 0; i < shown && !ret; i++)
		ret = print_kin(screen, &screen->kin[i]);
	if (shown < screen->kin_count)
		fprintf(screen->stream, "and %zu more (--all lists them)\n",
			screen->kin_count - shown);
	return ret;
}

/* Lines that every cell takes: its own, and its case's where that has more. */
static size_t lines_of_cells(const struct screen *screen)
{
	size_t lines = 0;

	for (size_t i = 0; i < screen->kin_count; i++)
		lines += 1 + screen->kin[i].count;
	return lines;
}

int show_print(FILE *stream, const struct show *show,
	       const struct compare_style *style, size_t lines, bool all)
{
	struct screen screen = {
		.stream = stream,
		.show = show,
		.style = style,
		.said = { .is_default = style->is_default },
	};
	int ret = axes_said_add(&screen.said, show->result);

	for (size_t i = 0; i < show->count && !ret; i++)
		ret = add_to_kin(&screen, &show->rows[i]);
	for (size_t i = 0; i < screen.kin_count; i++)
		sum_up(&screen.kin[i]);
	screen.cells = all || lines_of_cells(&screen) <= lines;
	if (!ret)
		ret = print_lines(&screen, lines, all);
	for (size_t i = 0; i < screen.kin_count; i++)
		free(screen.kin[i].rows);
	free(screen.kin);
	axes_said_free(&screen.said);
	return ret;
}
