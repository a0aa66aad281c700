// SPDX-License-Identifier: GPL-2.0-or-later
/* What panels of absolute values have in common. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "plots/figures/text.h"
#include "selection.h"
#include "tsv.h"

double axis_number(const struct row *row, const char *axis)
{
	return (double)cell_axis(row->cell, axis)->number;
}

const struct figure *selection_figure(const struct selection *selection,
				      const struct row *row, size_t subject)
{
	return selection->over ? &row->over[subject] : &row->figures[subject];
}

double selection_scale(const struct selection *selection, size_t subjects,
		       bool linear, char unit[48], struct ticks *ticks)
{
	const struct chapter *chapter = &selection->chapter;
	double low = INFINITY, high = -INFINITY, typical = 0;
	struct format_scale scale;

	for (size_t r = 0; r < chapter->count; r++) {
		for (size_t s = 0; s < subjects; s++) {
			const struct figure *figure = selection_figure(
				selection, &chapter->rows[r], s);

			if (!tsv_plottable(figure->median))
				continue;
			low = fmin(low, figure->median);
			high = fmax(high, figure->median);
			if (tsv_plottable(figure->low))
				low = fmin(low, figure->low);
			if (tsv_plottable(figure->high))
				high = fmax(high, figure->high);
		}
	}
	if (low > high)
		low = high = 0;
	/* On a logarithmic axis neither end should need an exponent. */
	typical = low > 0 ? sqrt(low) * sqrt(high) : fmax(-low, high);
	scale = format_scale(chapter->rows->unit, typical);
	memcpy(unit, scale.unit, sizeof(scale.unit));
	ticks_values(ticks, low * scale.factor, high * scale.factor, linear);
	return scale.factor;
}

static char *heading_text(const struct selection *selection, const char *unit)
{
	const struct chapter *chapter = &selection->chapter;
	const char *metric = selection->metric;

	return format_string(
		"%s%s%s%s%s%s (%s)%s", chapter->name, metric ? ": " : "",
		metric ? metric : "", selection->over ? " over " : "",
		selection->over ? selection->over : "",
		selection->over ? "=none" : "", unit,
		chapter->rows->higher_is_better ? ", higher is better" : "");
}

char *usual_text(const struct chapter *chapter, const char *but)
{
	const struct cell *cell = chapter->rows->cell;
	char *usual = chapter_label(chapter, cell, LABEL_USUAL, but);
	char *text = NULL;

	if (usual)
		text = format_string("%s%s", *usual ? "where not said: " : "",
				     usual);
	free(usual);
	return text;
}

int selection_heading(FILE *stream, const struct selection *selection,
		      const char *unit)
{
	const struct chapter *chapter = &selection->chapter;
	char *heading = heading_text(selection, unit);
	char *constants = chapter_label(chapter, chapter->rows->cell,
					LABEL_CONSTANT, NULL);
	char *usual = usual_text(chapter, selection->axis);
	char *both = NULL;

	if (constants && usual)
		both = format_string("%s%s%s", constants,
				     *constants && *usual ? "; " : "", usual);
	if (heading && both)
		tsv_heading(stream, heading, both);
	free(heading);
	free(constants);
	free(usual);
	free(both);
	return heading && both ? 0 : -ENOMEM;
}
