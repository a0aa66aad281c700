// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of a comparison on a screen: verdict by verdict, case by case. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare_screen.h"
#include "results/base/text.h"
#include "results/width.h"

/* A why, or a reason, has a column of its own where there is so much room. */
#define TRAILER_MIN 32
#define CELL_MIN 24

static const char *colour_of(const struct compare_screen *screen,
			     enum verdict verdict)
{
	static const char *const colours[] = {
		[VERDICT_UNCHANGED] = "",
		[VERDICT_IMPROVEMENT] = "\033[32m",
		[VERDICT_INCONCLUSIVE] = "\033[33m",
		[VERDICT_REGRESSION] = "\033[31m",
		[VERDICT_BEHAVES] = "\033[31m",
		[VERDICT_BROKEN] = "\033[31m",
		[VERDICT_INCOMPARABLE] = "",
	};

	return screen->colour ? colours[verdict] : "";
}

void compare_screen_coloured(const struct compare_screen *screen,
			     enum verdict verdict, const char *text)
{
	const char *colour = colour_of(screen, verdict);

	text_own(screen->stream, colour);
	fputs(text, screen->stream);
	text_own(screen->stream, *colour ? "\033[0m" : "");
}

static char *label_of(const struct compare_screen *screen,
		      const struct line *line, bool brief)
{
	return compare_clean(axes_said_of(&screen->table->said,
					  line->row->base_cell, brief));
}

/* As a mean of all cells is written: in the columns that a row has. */
static struct comparison mean_of(const struct comparison_group *group)
{
	return (struct comparison){
		.ratio = group->ratio,
		.low = group->low,
		.high = group->high,
		.q = group->q,
		.verdict = group->verdict,
	};
}

static void widen(int *width, int to)
{
	*width = to > *width ? to : *width;
}

static void fit_row(struct compare_screen *screen, const struct comparison *row,
		    const struct format_scale *scale)
{
	char text[64];

	for (size_t c = 0; c < screen->column_count; c++)
		widen(&screen->widths[c],
		      width_of(screen->columns[c]->fill(row, scale, text)));
}

static int fit_family(struct compare_screen *screen,
		      const struct family *family)
{
	for (size_t i = 0; i < family->count; i++) {
		char *label = label_of(screen, family->lines[i], false);

		if (!label)
			return -ENOMEM;
		widen(&screen->cell_width, width_of(label) + 2);
		free(label);
		fit_row(screen, family->lines[i]->row, &family->scale);
	}
	if (family->group) {
		struct comparison mean = mean_of(family->group);

		fit_row(screen, &mean, &family->scale);
	}
	return 0;
}

int compare_screen_layout(struct compare_screen *screen)
{
	int figures = 0;

	screen->cell_width = 44;
	for (size_t c = 0; c < screen->column_count; c++)
		screen->widths[c] = width_of(screen->columns[c]->name);
	for (size_t i = 0; i < screen->table->count; i++)
		if (fit_family(screen, &screen->table->families[i]))
			return -ENOMEM;
	for (size_t c = 0; c < screen->column_count; c++)
		figures += screen->widths[c] + 2;
	if (screen->cell_width > screen->width - figures)
		screen->cell_width = screen->width - figures;
	if (screen->cell_width < CELL_MIN)
		screen->cell_width = CELL_MIN;
	return 0;
}

void compare_screen_title(const struct compare_screen *screen,
			  enum verdict verdict, const char *title)
{
	fputc('\n', screen->stream);
	compare_screen_coloured(screen, verdict, title);
	fputc('\n', screen->stream);
}

void compare_screen_headings(const struct compare_screen *screen,
			     enum verdict verdict, const char *title)
{
	fputc('\n', screen->stream);
	compare_screen_coloured(screen, verdict, title);
	width_pad(screen->stream, "", screen->cell_width - width_of(title), 0);
	for (size_t c = 0; c < screen->column_count; c++) {
		const struct compare_column *column = screen->columns[c];
		bool last = c + 1 == screen->column_count;

		fputs("  ", screen->stream);
		width_pad(screen->stream, column->name,
			  last && column->to_the_left ? 0 : screen->widths[c],
			  !column->to_the_left);
	}
	fputc('\n', screen->stream);
}

/* From column @from on; what stands there changes with the verdict. */
static void print_figures(const struct compare_screen *screen,
			  const struct comparison *row,
			  const struct format_scale *scale, size_t from)
{
	char text[64], field[256];

	for (size_t c = from; c < screen->column_count; c++) {
		const struct compare_column *column = screen->columns[c];
		bool last = c + 1 == screen->column_count;
		int gap;

		column->fill(row, scale, text);
		gap = screen->widths[c] - width_of(text);
		gap = gap > 0 ? gap : 0;
		snprintf(field, sizeof(field), "%*s%s%*s",
			 column->to_the_left ? 0 : gap, "", text,
			 column->to_the_left && !last ? gap : 0, "");
		fputs("  ", screen->stream);
		if (strcmp(column->name, "change") &&
		    strcmp(column->name, "verdict"))
			fputs(field, screen->stream);
		else
			compare_screen_coloured(screen, row->verdict, field);
	}
}

/* What stands behind the figures, where the screen is that wide. */
static int trailer_room(const struct compare_screen *screen)
{
	int used = screen->cell_width + 2;

	for (size_t c = 0; c < screen->column_count; c++)
		used += screen->widths[c] + 2;
	return screen->width - used;
}

static const char *trailer_of(const struct line *line)
{
	if (line->why && *line->why)
		return line->why;
	return line->verdict == VERDICT_INCONCLUSIVE ? line->row->reason : NULL;
}

bool compare_screen_is_wide(const struct compare_screen *screen)
{
	return trailer_room(screen) >= TRAILER_MIN;
}

static void print_behind(const struct compare_screen *screen,
			 const struct line *line, bool first)
{
	const char *text = trailer_of(line);
	bool why = line->why && *line->why;
	bool all = screen->report->options.all;
	char cut[1024];

	if (!text || !compare_screen_is_wide(screen))
		fputc('\n', screen->stream);
	else
		fprintf(screen->stream, "  %s\n",
			width_cut(cut, sizeof(cut), trailer_room(screen),
				  text));
	if (!text || compare_screen_is_wide(screen))
		return;
	if (all || (why && first && screen->detail->whys))
		width_wrap(screen->stream, why ? "    why: " : "    ",
			   why ? 9 : 4, screen->width, text);
}

/* Words say their axis where all of it does not fit; a line of its own else. */
static int print_row(const struct compare_screen *screen,
		     const struct family *family, const struct line *line,
		     bool first)
{
	char *label = label_of(screen, line, false);

	if (label && width_of(label) > screen->cell_width - 2) {
		free(label);
		label = label_of(screen, line, true);
	}
	if (!label)
		return -ENOMEM;
	if (width_of(label) > screen->cell_width - 2) {
		width_wrap(screen->stream, "  ", 4, screen->width, label);
		strcpy(label, "^");
	}
	fputs("  ", screen->stream);
	width_pad(screen->stream,
		  *label || family->count == 1 ? label : "(defaults)",
		  screen->cell_width - 2, 0);
	print_figures(screen, line->row, &family->scale, 0);
	print_behind(screen, line, first);
	free(label);
	return 0;
}

/* "pin.fast unpin, instr/page"; @line: of that cell alone. */
static char *title_of(const struct compare_screen *screen,
		      const struct family *family, const struct line *line)
{
	const struct axes_said *said = &screen->table->said;
	char *name, *title;

	if (line)
		name = axes_label_of(said, line->row->base_cell,
				     screen->said_all);
	else
		name = family->cell && screen->said_all ?
			       axes_case_of(said, family->cell) :
			       strdup(family->name);
	if (!name)
		return NULL;
	title = compare_clean(format_string(
		"%s %s%s%s", name, family->metric, *family->unit ? ", " : "",
		*family->unit ? family->scale.unit : ""));
	free(name);
	return title;
}

static size_t first_of_mean(const struct compare_screen *screen)
{
	size_t c = 0;

	while (c < screen->column_count &&
	       (!strcmp(screen->columns[c]->name, "base") ||
		!strcmp(screen->columns[c]->name, "new")))
		c++;
	return c;
}

/* The case, and the mean of its cells in the columns that are of changes. */
static int print_title(const struct compare_screen *screen,
		       const struct family *family, size_t shown)
{
	char *title = title_of(screen, family, NULL), some[64] = "";
	const struct comparison_group *group = family->group;
	int room = screen->cell_width;
	size_t from = first_of_mean(screen);
	struct comparison row;
	char mean[64] = "", line[1024];

	if (!title)
		return -ENOMEM;
	if (shown < family->count)
		snprintf(some, sizeof(some), ": %zu of %zu", shown,
			 family->count);
	if (group)
		snprintf(mean, sizeof(mean), "%s mean of %u", *some ? "," : ":",
			 group->count);
	snprintf(line, sizeof(line), "%.800s%s%s", title, some, mean);
	free(title);
	for (size_t c = 0; c < from; c++)
		room += screen->widths[c] + 2;
	if (!group || width_of(line) > room)
		width_wrap(screen->stream, "", 2, screen->width, line);
	if (!group)
		return 0;
	width_pad(screen->stream, width_of(line) > room ? "" : line, room, 0);
	row = mean_of(group);
	print_figures(screen, &row, &family->scale, from);
	fputc('\n', screen->stream);
	return 0;
}

/* A case of one row takes one line, where it fits: *@done. */
static int print_alone(const struct compare_screen *screen,
		       const struct family *family, bool *done)
{
	char *title;

	*done = false;
	if (family->count != 1 || family->group)
		return 0;
	title = title_of(screen, family, family->lines[0]);
	if (!title)
		return -ENOMEM;
	*done = width_of(title) <= screen->cell_width;
	if (*done) {
		width_pad(screen->stream, title, screen->cell_width, 0);
		print_figures(screen, family->lines[0]->row, &family->scale, 0);
		print_behind(screen, family->lines[0], true);
	}
	free(title);
	return 0;
}

int compare_screen_family(const struct compare_screen *screen,
			  const struct family *family, size_t shown)
{
	bool done;
	int ret = print_alone(screen, family, &done);

	if (ret || done)
		return ret;
	ret = print_title(screen, family, shown);
	for (size_t i = 0; i < shown && !ret; i++)
		ret = print_row(screen, family, family->lines[i], !i);
	return ret;
}
