// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/stats/stats.h"
#include "tails.h"

/* Samples of this metric are single operations; of others they are batches. */
#define SINGLE "latency"

bool is_tail(const struct row *row)
{
	return !strcmp(row->metric, SINGLE);
}

size_t tail_rows(const struct chapter *chapter)
{
	size_t count = 0;

	for (size_t i = 0; i < chapter->count; i++)
		count += is_tail(&chapter->rows[i]);
	return count;
}

static size_t copy_samples(const struct cell *cell, const struct row *row,
			   double *samples)
{
	size_t count = 0;

	for (size_t i = 0; i < cell->trial_count; i++) {
		const struct metric *metric =
			trial_metric(&cell->trials[i], row->metric);

		if (!metric || !is_row_metric(metric, row))
			continue;
		if (samples)
			memcpy(samples + count, metric->samples,
			       metric->sample_count * sizeof(*samples));
		count += metric->sample_count;
	}
	return count;
}

int tail_samples(const struct row *row, size_t subject, double **samples,
		 size_t *count)
{
	const struct cell *cell = row->cells[subject];

	*samples = NULL;
	*count = 0;
	if (!cell || cell->status != CELL_OK)
		return 0;
	*count = copy_samples(cell, row, NULL);
	if (!*count)
		return 0;
	*samples = calloc(*count, sizeof(**samples));
	if (!*samples)
		return -ENOMEM;
	copy_samples(cell, row, *samples);
	stats_sort(*samples, *count);
	return 0;
}
