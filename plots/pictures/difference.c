// SPDX-License-Identifier: GPL-2.0-or-later
/* The data of difference.gp: what makes one change, by function and kind. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "results/format.h"
#include "plots/figures/text.h"
#include "panel.h"
#include "tsv.h"

#define ROW_HEIGHT 21
#define MARGINS 122 /* above and below the rows */
#define NAME_LIMIT 44 /* characters; beside it are bars and kinds */
#define ROOM 0.27 /* of the bars' span, for an amount at the end of one */

/* What is drawn, downwards from row 0. */
struct bars {
	size_t rows;
	double low, high; /* from where to where they reach */
	size_t longest; /* characters of a name */
};

static void begin_row(FILE *stream, size_t row, const char *name)
{
	tsv_number(stream, row ? -(double)row : 0, '\t');
	text_tsv(stream, name, NAME_LIMIT);
	fputc('\t', stream);
}

static void add_bar(FILE *stream, struct bars *bars, const char *name,
		    double change, const char *colour)
{
	char number[32], text[48];

	begin_row(stream, bars->rows++, name);
	tsv_number(stream, change, '\t');
	snprintf(number, sizeof(number), fabs(change) < 1e5 ? "%+.2f" : "%+.0f",
		 change);
	fprintf(stream, "%s\t%s\n", text_signed(number, text, sizeof(text)),
		colour);
	bars->low = fmin(bars->low, change);
	bars->high = fmax(bars->high, change);
	bars->longest = fmax(bars->longest, fmin(text_width(name), NAME_LIMIT));
}

static struct bars write_bars(FILE *stream, const struct why *why)
{
	struct why_split split = why_split(why, REASON_FUNCTIONS);
	struct bars bars = { 0 };
	char label[1024];

	for (size_t i = 0; i < split.shown; i++) {
		const struct why_function *function = &why->functions[i];
		double change = why_change(&function->instructions);

		add_bar(stream, &bars,
			why_function_label(function, label, sizeof(label)),
			change, change > 0 ? "regression" : "improvement");
	}
	snprintf(label, sizeof(label), "%zu more", split.more);
	if (split.more)
		add_bar(stream, &bars, label, split.rest, "unchanged");
	else if (!split.shown)
		add_bar(stream, &bars, "no function has more or fewer", 0,
			"unchanged");
	return bars;
}

static size_t count_kinds(const struct why *why)
{
	size_t count = 0;

	for (size_t i = 0; i < why->kind_count; i++)
		count += why_kind_shows(&why->kinds[i]);
	return count;
}

static void write_kinds(FILE *stream, const struct why *why, size_t count)
{
	size_t shown = 0;
	char base[32], new[32];

	for (size_t i = 0; i < why->kind_count && shown < REASON_KINDS; i++) {
		const struct why_kind *kind = &why->kinds[i];

		if (!why_kind_shows(kind))
			continue;
		begin_row(stream, shown++, kind->name);
		fprintf(stream, "%s\t%s\n", why_amount(kind->amount.base, base),
			why_amount(kind->amount.new, new));
	}
	if (count == shown)
		return;
	snprintf(base, sizeof(base), "%zu more", count - shown);
	begin_row(stream, shown, base);
	fputs(" \t \n", stream);
}

static void write_axes(FILE *stream, const struct bars *bars, size_t rows)
{
	struct ticks x, y = { .low = 0.2 - (double)rows, .high = 0.8 };
	double room = ROOM * (bars->high - bars->low);

	/* A room on each side that has bars. */
	ticks_values(&x, bars->low < 0 ? bars->low - room : 0,
		     bars->high > 0 ? bars->high + room : 0, true);
	tsv_corners(stream, &x, &y);
	tsv_block(stream);
	tsv_ticks(stream, &x);
}

/* "pin.fast, pin: 206.21 -> 258.34 instr/page, +25.3 %", and its cell. */
static int write_heading(FILE *stream, const struct figures *figures,
			 const struct why *why)
{
	const struct comparison *row = why->row;
	const char *name = row->base_cell->name;
	struct why_pair level = why_level(why);
	struct format_scale scale = format_scale(row->unit, level.base);
	char base[32], new[32], change[64], text[80] = "";
	char *title, *cell = chapter_label(figures_chapter(figures, name),
					   row->base_cell, LABEL_VARYING, NULL);

	if (level.base > 0)
		text_signed(format_change(level.new / level.base, change,
					  sizeof(change)),
			    text, sizeof(text));
	title = format_string("%s, %s: %s \xe2\x86\x92 %s %s%s%s", name,
			      row->metric, why_amount(level.base, base),
			      why_amount(level.new, new), scale.unit,
			      *text ? ", " : "", text);
	if (title && cell)
		tsv_heading(stream, title, cell);
	free(cell);
	free(title);
	return title && cell ? 0 : -ENOMEM;
}

int difference_write(FILE *stream, struct panel *panel,
		     const struct figures *figures, const struct why *why)
{
	size_t kinds = count_kinds(why), rows = fmin(kinds, REASON_KINDS + 1);
	struct bars bars;
	int ret = write_heading(stream, figures, why);

	if (ret)
		return ret;
	tsv_block(stream);
	bars = write_bars(stream, why);
	rows = rows > bars.rows ? rows : bars.rows;
	tsv_block(stream);
	write_axes(stream, &bars, rows);
	/* The last, because gnuplot does not count a block without lines. */
	tsv_block(stream);
	write_kinds(stream, why, kinds);
	*panel = (struct panel){
		.kind = PANEL_DIFFERENCE,
		.height = MARGINS + ROW_HEIGHT * (unsigned int)rows,
		.left = tsv_label_column(bars.longest),
		.series = (unsigned int)kinds,
	};
	return ferror(stream) ? -EIO : 0;
}
