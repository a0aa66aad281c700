// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "level.h"
#include "results/base/median.h"

double cell_level(const struct cell *cell, const char *metric)
{
	double *levels = calloc(cell->trial_count + 1, sizeof(*levels));
	double level = NAN;
	size_t count = 0;

	for (size_t i = 0; levels && i < cell->trial_count; i++) {
		const struct metric *from =
			trial_metric(&cell->trials[i], metric);

		if (from && from->sample_count)
			levels[count++] = stats_median(from->samples,
						       from->sample_count, 0.95)
						  .median;
	}
	if (count)
		level = stats_median(levels, count, 0.95).median;
	free(levels);
	return level;
}
