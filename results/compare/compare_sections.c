// SPDX-License-Identifier: GPL-2.0-or-later
/* What changed, verdict by verdict: cases with their rows, or summed up. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare_screen.h"
#include "results/width.h"

/* Of the lines that sum up a case. */
enum {
	WIDTH_ROWS = 7,
	WIDTH_CHANGE = 8,
	WIDTH_FIGURES = WIDTH_ROWS + 2 * WIDTH_CHANGE + 6,
	WIDTH_WHERE = 24, /* at least */
	WIDTH_TITLE = 60, /* at most */
};

static int title_width(const struct compare_screen *screen)
{
	int width = screen->width - WIDTH_FIGURES;

	return width > WIDTH_TITLE ? WIDTH_TITLE : width;
}

static void print_sum_headings(const struct compare_screen *screen,
			       enum verdict verdict, const char *title)
{
	fputc('\n', screen->stream);
	compare_screen_coloured(screen, verdict, title);
	width_pad(screen->stream, "", title_width(screen) - width_of(title), 0);
	fprintf(screen->stream, "  %*s  %*s  %*s\n", WIDTH_ROWS, "rows",
		WIDTH_CHANGE, "mean", WIDTH_CHANGE, "most");
}

/* "12:16" are the rows of this verdict, and all that the mean is of. */
static int print_sum(const struct compare_screen *screen,
		     const struct family *family)
{
	char cut[1024], rows[32], mean[64] = "", most[64] = "", *where;
	const struct line *first = family->count ? family->lines[0] : NULL;
	int room = screen->width - title_width(screen) - WIDTH_FIGURES - 2;

	snprintf(cut, sizeof(cut), "%s %s", family->name, family->metric);
	where = compare_clean(strdup(cut));
	if (!where)
		return -ENOMEM;
	width_pad(screen->stream,
		  width_cut(cut, sizeof(cut), title_width(screen), where),
		  title_width(screen), 0);
	free(where);
	if (family->group) {
		snprintf(rows, sizeof(rows), "%zu:%u", family->count,
			 family->group->count);
		format_change(family->group->ratio, mean, sizeof(mean));
	} else {
		snprintf(rows, sizeof(rows), "%zu", family->count);
	}
	if (first)
		format_change(first->row->ratio, most, sizeof(most));
	fprintf(screen->stream, "  %*s  %*s  ", WIDTH_ROWS, rows, WIDTH_CHANGE,
		mean);
	snprintf(cut, sizeof(cut), "%*s", WIDTH_CHANGE, most);
	compare_screen_coloured(screen, family->verdict, cut);
	where = first && room >= WIDTH_WHERE ?
			compare_clean(axes_said_of(&screen->table->said,
						   first->row->base_cell,
						   false)) :
			NULL;
	if (where)
		fprintf(screen->stream, "  %s",
			width_cut(cut, sizeof(cut), room, where));
	free(where);
	fputc('\n', screen->stream);
	return 0;
}

static size_t rows_of(const struct compare_screen *screen, enum verdict verdict,
		      size_t *families)
{
	size_t rows = 0;

	*families = 0;
	for (size_t i = 0; i < screen->table->count; i++) {
		if (screen->table->families[i].verdict != verdict)
			continue;
		rows += screen->table->families[i].count;
		++*families;
	}
	return rows;
}

/* Each reason once, with how many rows have it; the most frequent first. */
static void print_reasons(const struct compare_screen *screen,
			  enum verdict verdict)
{
	const struct compare_report *report = screen->report;
	const char *reason = NULL;
	size_t count = 0, others = 0;
	char first[48];

	if (verdict != VERDICT_INCONCLUSIVE || report->options.all ||
	    (screen->detail->rows && compare_screen_is_wide(screen)))
		return;
	for (size_t i = 0; i < report->count; i++) {
		const char *at = report->rows[i].reason;
		size_t alike = 0;

		if (report->rows[i].verdict != verdict || !at)
			continue;
		others++;
		for (size_t k = 0; k < report->count; k++)
			alike += report->rows[k].verdict == verdict &&
				 report->rows[k].reason &&
				 !strcmp(report->rows[k].reason, at);
		if (alike > count) {
			count = alike;
			reason = at;
		}
	}
	snprintf(first, sizeof(first),
		 count < others ? "  %zu of them: " : "  ", count);
	if (count)
		width_wrap(screen->stream, first, 4, screen->width, reason);
}

/* *@shown of its rows. */
static int print_some(const struct compare_screen *screen,
		      const struct family *family, size_t *shown)
{
	*shown = family->count;
	if (*shown > screen->detail->rows)
		*shown = screen->detail->rows;
	if (screen->detail->rows)
		return compare_screen_family(screen, family, *shown);
	/* How much they differ is not known, and the reasons are told. */
	return family->verdict == VERDICT_INCONCLUSIVE ?
		       0 :
		       print_sum(screen, family);
}

static int print_section(const struct compare_screen *screen,
			 enum verdict verdict, size_t *more, size_t *families)
{
	static const char *const many[] = {
		[VERDICT_REGRESSION] = "regressions",
		[VERDICT_IMPROVEMENT] = "improvements",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_UNCHANGED] = "unchanged",
	};
	size_t count, rows = rows_of(screen, verdict, &count), printed = 0;
	char title[64];
	int ret = 0;

	if (!count ||
	    (verdict == VERDICT_INCONCLUSIVE && !screen->detail->reasons))
		return 0;
	if (rows)
		snprintf(title, sizeof(title), "%zu %s", rows,
			 rows == 1 ? verdict_name(verdict) : many[verdict]);
	else
		snprintf(title, sizeof(title), "%s", many[verdict]);
	if (screen->detail->rows)
		compare_screen_headings(screen, verdict, title);
	else if (verdict != VERDICT_INCONCLUSIVE)
		print_sum_headings(screen, verdict, title);
	else
		compare_screen_title(screen, verdict, title);
	print_reasons(screen, verdict);
	for (size_t i = 0; i < screen->table->count && !ret; i++) {
		const struct family *family = &screen->table->families[i];
		size_t shown = 0;

		if (family->verdict != verdict)
			continue;
		if (printed++ < screen->detail->families)
			ret = print_some(screen, family, &shown);
		else
			++*families;
		*more += family->count - shown;
	}
	return ret;
}

int compare_screen_rows(const struct compare_screen *screen, size_t *more,
			size_t *families)
{
	static const enum verdict order[] = {
		VERDICT_REGRESSION,
		VERDICT_IMPROVEMENT,
		VERDICT_INCONCLUSIVE,
		VERDICT_UNCHANGED,
	};
	int ret = 0;

	*more = *families = 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order) && !ret; i++)
		ret = print_section(screen, order[i], more, families);
	return ret;
}
