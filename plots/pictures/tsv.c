// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "plots/figures/text.h"
#include "tsv.h"

#define HEADING_LIMIT 150

/* Beyond these sizes arithmetic on ranges overflows, ours and gnuplot's. */
bool tsv_plottable(double value)
{
	double size = fabs(value);

	return size == 0 || (size > 1e-100 && size < 1e100);
}

void tsv_number(FILE *stream, double value, char end)
{
	if (tsv_plottable(value))
		fprintf(stream, "%.10g%c", value, end);
	else
		fprintf(stream, "NaN%c", end);
}

void tsv_figure(FILE *stream, const struct figure *figure, double factor)
{
	bool low = tsv_plottable(figure->low);
	bool high = tsv_plottable(figure->high);

	tsv_number(stream, figure->median * factor, '\t');
	tsv_number(stream, (low ? figure->low : figure->median) * factor, '\t');
	tsv_number(stream, (high ? figure->high : figure->median) * factor,
		   '\n');
}

void tsv_block(FILE *stream)
{
	fputs("\n\n", stream);
}

void tsv_ticks(FILE *stream, const struct ticks *ticks)
{
	for (size_t i = 0; i < ticks->count; i++) {
		tsv_number(stream, ticks->items[i].at, '\t');
		fprintf(stream, "%s\n", ticks->items[i].label);
	}
}

/*
 * A hair wide of the ends: from its logarithm gnuplot does not get the very
 * same number back, and would leave out the labels that stand at the edge.
 */
static double edge(const struct ticks *ticks, double end, int side)
{
	return ticks->logarithmic ? end * (1 + side * 1e-6) : end;
}

void tsv_corners(FILE *stream, const struct ticks *x, const struct ticks *y)
{
	tsv_number(stream, edge(x, x->low, -1), '\t');
	tsv_number(stream, edge(y, y->low, -1), '\n');
	tsv_number(stream, edge(x, x->high, 1), '\t');
	tsv_number(stream, edge(y, y->high, 1), '\n');
}

void tsv_label(FILE *stream, double y, const char *label)
{
	tsv_number(stream, y, '\t');
	text_tsv(stream, label, LABEL_LIMIT);
	fputc('\n', stream);
}

void tsv_heading(FILE *stream, const char *title, const char *subtitle)
{
	text_tsv(stream, title, HEADING_LIMIT);
	fputc('\t', stream);
	text_tsv(stream, subtitle, HEADING_LIMIT);
	fputc('\n', stream);
}

unsigned int tsv_label_column(size_t longest)
{
	size_t width = longest < LABEL_LIMIT ? longest : LABEL_LIMIT;

	/* At 12 pixels few fonts are wider than that on average. */
	return (unsigned int)(width * 7.3) + 46;
}
