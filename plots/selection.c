// SPDX-License-Identifier: GPL-2.0-or-later
/* What panels of absolute values have in common. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../results/format.h"
#include "text.h"
#include "tsv.h"

double selection_scale(const struct selection *selection, size_t subjects,
			char unit[48], struct ticks *ticks)
{
	double low = INFINITY, high = -INFINITY, typical = 0;
	struct format_scale scale;

	for (size_t r = 0; r < selection->count; r++) {
		for (size_t s = 0; s < subjects; s++) {
			const struct figure *figure =
				&selection->items[r].row->figures[s];

			if (!tsv_plottable(figure->median))
				continue;
			low = fmin(low, fmin(figure->median, figure->low));
			high = fmax(high, fmax(figure->median, figure->high));
		}
	}
	if (low > high)
		low = high = 0;
	/* On a logarithmic axis neither end should need an exponent. */
	typical = low > 0 ? sqrt(low) * sqrt(high) : fmax(-low, high);
	scale = format_scale(selection->items[0].row->unit, typical);
	memcpy(unit, scale.unit, sizeof(scale.unit));
	ticks_values(ticks, low * scale.factor, high * scale.factor);
	return scale.factor;
}

static char *heading_text(const struct selection *selection, const char *unit)
{
	const struct chapter *chapter = selection->chapter;
	bool named = selection->metric && chapter->several_metrics;

	return format_string("%s%s%s (%s)%s", chapter->name, named ? ": " : "",
			     named ? selection->metric : "", unit,
			     selection->items[0].row->higher_is_better ?
				     ", higher is better" :
				     "");
}

int selection_heading(FILE *stream, const struct selection *selection,
		      const char *unit)
{
	char *heading = heading_text(selection, unit);
	char *constants = chapter_label(selection->chapter,
					selection->items[0].row->cell, false, NULL);
	int ret = heading && constants ? 0 : -ENOMEM;

	if (!ret)
		tsv_heading(stream, heading, constants);
	free(heading);
	free(constants);
	return ret;
}
