// SPDX-License-Identifier: GPL-2.0-or-later
/* The data of dots.gp: absolute values, a row per cell and metric. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plots/figures/text.h"
#include "panel.h"
#include "tsv.h"

#define MARGINS 96 /* above and below the rows, without the key */
#define KEY_LINE 18

static int write_rows(FILE *stream, const struct chapter *chapter,
		      size_t *longest)
{
	for (size_t i = 0; i < chapter->count; i++) {
		const struct row *row = &chapter->rows[i];
		char *label =
			chapter_row_label(chapter, row->cell, row->metric);

		if (!label)
			return -ENOMEM;
		*longest = fmax(*longest, text_width(label));
		tsv_label(stream, -(double)i, label);
		free(label);
	}
	return 0;
}

/* The subjects of a row lie one above the other, the first on top. */
static void write_subject(FILE *stream, const struct chapter *chapter,
			  const struct subjects *subjects, size_t subject,
			  double factor)
{
	double offset = ((double)(subjects->count - 1) / 2 - (double)subject) *
			0.6 / (double)subjects->count;

	tsv_block(stream);
	text_tsv(stream, subjects->names[subject], LABEL_LIMIT);
	fputc('\n', stream);
	for (size_t i = 0; i < chapter->count; i++) {
		const struct figure *figure =
			&chapter->rows[i].figures[subject];

		tsv_number(stream, offset - (double)i, '\t');
		tsv_figure(stream, figure, factor);
	}
}

int dots_write(FILE *stream, struct panel *panel,
	       const struct selection *selection,
	       const struct subjects *subjects)
{
	const struct chapter *chapter = &selection->chapter;
	size_t row_height = 8 * subjects->count + 8, longest = 24;
	struct ticks x,
		y = { .low = 0.3 - (double)chapter->count, .high = 0.7 };
	char unit[48];
	double factor =
		selection_scale(selection, subjects->count, false, unit, &x);
	int ret;

	tsv_corners(stream, &x, &y);
	tsv_block(stream);
	tsv_ticks(stream, &x);
	tsv_block(stream);
	ret = selection_heading(stream, selection, unit);
	if (ret)
		return ret;
	tsv_block(stream);
	ret = write_rows(stream, chapter, &longest);
	if (ret)
		return ret;
	for (size_t i = 0; i < subjects->count; i++)
		write_subject(stream, chapter, subjects, i, factor);
	*panel = (struct panel){
		.kind = PANEL_DOTS,
		.height = MARGINS + KEY_LINE * (unsigned int)subjects->count +
			  (unsigned int)((chapter->count + 0.4) *
					 fmax(row_height, 22)),
		.left = tsv_label_column(longest),
		.series = (unsigned int)subjects->count,
		.subjects = (unsigned int)subjects->count,
		.logarithmic = x.logarithmic,
	};
	return ferror(stream) ? -EIO : 0;
}
