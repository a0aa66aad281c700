// SPDX-License-Identifier: GPL-2.0-or-later
/* All samples of a run, by a format that has them. */
#include <errno.h>
#include <fnmatch.h>

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

int export_samples(FILE *stream, const struct result *result, const char *glob,
		   const char *const *axes, size_t axis_count,
		   const struct export_format *format, struct error *err)
{
	char label[512];
	struct export_sample sample = { .label = label, .first = true };
	size_t cells = 0;

	for (size_t i = 0; i < result->cell_count; i++)
		cells += result->cells[i].trial_count &&
			 export_wanted(&result->cells[i], glob, axes,
				       axis_count);
	if (!cells)
		return error_set(err, -ENOENT,
				 "%s: the run has measured no such cell: see "
				 "`mmgauge compare RUN RUN --all`",
				 glob);
	format->head(stream, result);
	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];

		if (!export_wanted(cell, glob, axes, axis_count))
			continue;
		cell_label(cell, label, sizeof(label));
		each_of_cell(stream, cell, format, &sample);
	}
	if (format->tail)
		format->tail(stream);
	return 0;
}
