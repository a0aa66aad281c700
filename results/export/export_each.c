// SPDX-License-Identifier: GPL-2.0-or-later
/* All samples of a run, by a format that has them. */
#include <errno.h>

#include "export.h"
#include "export_find.h"

/* What the samples of a cell have in common is in *@sample. */
static void each_of_cell(FILE *stream, const struct cell *cell,
			 const struct export_format *format,
			 struct export_sample *sample)
{
	for (size_t i = 0; i < cell->trial_count; i++) {
		sample->trial = &cell->trials[i];
		for (size_t j = 0; j < sample->trial->metric_count; j++) {
			sample->metric = &sample->trial->metrics[j];
			for (size_t k = 0; k < sample->metric->sample_count;
			     k++) {
				sample->number = k;
				sample->value = sample->metric->samples[k];
				format->sample(stream, sample);
				sample->first = false;
			}
		}
	}
}

int export_samples(FILE *stream, const struct export_cells *cells,
		   const struct export_format *format, struct error *err)
{
	const struct result *result = cells->result;
	char label[512];
	struct export_sample sample = { .label = label, .first = true };
	size_t wanted = 0;

	for (size_t i = 0; i < result->cell_count; i++)
		wanted +=
			format->unmeasured ?
				export_wanted(&result->cells[i], cells->glob,
					      cells->axes, cells->axis_count) :
				export_has(cells, &result->cells[i]);
	if (!wanted)
		return error_set(err, -ENOENT,
				 "%s: the run has measured no such cell: see "
				 "`mmgauge compare RUN RUN --all`",
				 cells->glob);
	if (format->whole)
		return format->whole(stream, cells) ?
			       error_set(err, -ENOMEM, "out of memory") :
			       0;
	format->head(stream, result);
	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];

		if (!export_has(cells, cell))
			continue;
		cell_label(cell, label, sizeof(label));
		each_of_cell(stream, cell, format, &sample);
	}
	if (format->tail)
		format->tail(stream);
	return 0;
}
