// SPDX-License-Identifier: GPL-2.0-or-later
/* The data of dots.gp: absolute values, a row per cell and metric. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "tsv.h"

#define MARGINS 106 /* above and below the rows */

static char *row_label(const struct selection *selection, size_t i)
{
	const struct row *row = selection->items[i].row;
	char *label;

	if (!selection->metric)
		return chapter_row_label(selection->chapter, row->cell,
					 row->metric);
	label = chapter_label(selection->chapter, row->cell, true, NULL);
	if (!label || *label)
		return label;
	free(label);
	return strdup(row->metric);
}

static int write_rows(FILE *stream, const struct selection *selection,
		      size_t *longest)
{
	for (size_t i = 0; i < selection->count; i++) {
		char *label = row_label(selection, i);

		if (!label)
			return -ENOMEM;
		*longest = fmax(*longest, text_width(label));
		tsv_label(stream, -(double)i, label);
		free(label);
	}
	return 0;
}

/* The subjects of a row lie one above the other, the first on top. */
static void write_subject(FILE *stream, const struct selection *selection,
			  const struct subjects *subjects, size_t subject,
			  double factor)
{
	double offset = ((double)(subjects->count - 1) / 2 - (double)subject) *
			0.6 / (double)subjects->count;

	tsv_block(stream);
	text_tsv(stream, subjects->names[subject], LABEL_LIMIT);
	fputc('\n', stream);
	for (size_t i = 0; i < selection->count; i++) {
		const struct figure *figure =
			&selection->items[i].row->figures[subject];

		tsv_number(stream, offset - (double)i, '\t');
		tsv_number(stream, figure->median * factor, '\t');
		tsv_number(stream, figure->low * factor, '\t');
		tsv_number(stream, figure->high * factor, '\n');
	}
}

int dots_write(FILE *stream, struct panel *panel,
	       const struct selection *selection,
	       const struct subjects *subjects)
{
	size_t row_height = 8 * subjects->count + 8, longest = 24;
	struct ticks x, y = { .low = 0.3 - (double)selection->count,
			      .high = 0.7 };
	char unit[48];
	double factor =
		selection_scale(selection, subjects->count, unit, &x);
	int ret;

	tsv_corners(stream, &x, &y);
	tsv_block(stream);
	tsv_ticks(stream, &x);
	tsv_block(stream);
	ret = selection_heading(stream, selection, unit);
	if (ret)
		return ret;
	tsv_block(stream);
	ret = write_rows(stream, selection, &longest);
	if (ret)
		return ret;
	for (size_t i = 0; i < subjects->count; i++)
		write_subject(stream, selection, subjects, i, factor);
	*panel = (struct panel){
		.kind = PANEL_DOTS,
		.height = MARGINS +
			  (unsigned int)((selection->count + 0.4) *
					 fmax(row_height, 22)),
		.left = tsv_label_column(longest),
		.series = (unsigned int)subjects->count,
		.subjects = (unsigned int)subjects->count,
		.logarithmic = x.logarithmic,
	};
	return ferror(stream) ? -EIO : 0;
}
