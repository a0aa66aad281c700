// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "level.h"

static enum stats_status check(const struct stats_side *side,
			       struct level *level)
{
	if (!side->count)
		return STATS_EMPTY;
	for (size_t b = 0; b < side->count; b++) {
		const struct stats_boot *boot = &side->boots[b];

		if (!boot->count)
			return STATS_EMPTY;
		if (boot->count > level->trials_max)
			level->trials_max = boot->count;
		for (size_t t = 0; t < boot->count; t++) {
			const struct stats_trial *trial = &boot->trials[t];

			if (!trial->count)
				return STATS_EMPTY;
			level->sample_count += trial->count;
			for (size_t i = 0; i < trial->count; i++)
				if (!isfinite(trial->samples[i]))
					return STATS_NOT_FINITE;
		}
	}
	return STATS_OK;
}

static double sorted_median(const double *sorted, size_t count)
{
	return stats_middle(sorted[(count - 1) / 2], sorted[count / 2]);
}

/* Sort each trial into @at; the medians of the boot's trials are scratch. */
static double boot_median(const struct stats_boot *boot, double **at,
			  double *medians)
{
	for (size_t t = 0; t < boot->count; t++) {
		size_t count = boot->trials[t].count;

		memcpy(*at, boot->trials[t].samples, count * sizeof(**at));
		stats_sort(*at, count);
		medians[t] = sorted_median(*at, count);
		*at += count;
	}
	stats_sort(medians, boot->count);
	return sorted_median(medians, boot->count);
}

enum stats_status level_make(const struct stats_side *side, struct level *level)
{
	enum stats_status status;
	double *at, *scratch;

	memset(level, 0, sizeof(*level));
	level->median = NAN;
	status = check(side, level);
	if (status)
		return status;
	level->boot_count = side->count;
	level->sorted = calloc(level->sample_count, sizeof(double));
	level->boot_medians = calloc(side->count, sizeof(double));
	scratch = calloc(level->trials_max, sizeof(double));
	if (!level->sorted || !level->boot_medians || !scratch) {
		free(scratch);
		level_free(level);
		return STATS_NO_MEMORY;
	}
	at = level->sorted;
	for (size_t b = 0; b < side->count; b++)
		level->boot_medians[b] =
			boot_median(&side->boots[b], &at, scratch);
	free(scratch);
	stats_sort(level->boot_medians, side->count);
	level->median = sorted_median(level->boot_medians, side->count);
	return STATS_OK;
}

void level_free(struct level *level)
{
	free(level->sorted);
	free(level->boot_medians);
	level->sorted = NULL;
	level->boot_medians = NULL;
}
