// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "history_family.h"
#include "results/stats/changes.h"

/* So much of a change may stay where it "went back". */
#define BACK_SHARE 0.25

static bool is_tested(const struct history_series *series)
{
	return !series->exact && series->count >= 2 * CHANGES_SEGMENT_MIN;
}

static double least_chance(const struct history_series *series)
{
	double least = 1;

	for (size_t i = 0; i < series->change_count; i++)
		least = fmin(least, 1 - series->changes[i].probability);
	return least;
}

/* The level below which a series' chance makes it one of those told. */
static double find_level(const struct history *history, double fdr)
{
	size_t tested = 0, told = 0, as_clear;

	for (size_t i = 0; i < history->count; i++)
		if (is_tested(&history->series[i])) {
			tested++;
			told += history->series[i].change_count > 0;
		}
	/* From all of them down, as long as fewer are clear enough for it. */
	do {
		double level =
			fdr * (double)told / (double)(tested ? tested : 1);

		as_clear = 0;
		for (size_t i = 0; i < history->count; i++)
			as_clear += is_tested(&history->series[i]) &&
				    history->series[i].change_count &&
				    least_chance(&history->series[i]) <= level;
		if (as_clear >= told)
			return level;
		told = as_clear;
	} while (told);
	return 0;
}

void history_control(struct history *history, double fdr)
{
	double level = find_level(history, fdr);

	for (size_t i = 0; i < history->count; i++) {
		struct history_series *series = &history->series[i];
		size_t kept = 0;

		if (!is_tested(series))
			continue;
		for (size_t j = 0; j < series->change_count; j++)
			if (1 - series->changes[j].probability <= level)
				series->changes[kept++] = series->changes[j];
		series->by_chance += series->change_count - kept;
		series->change_count = kept;
	}
}

void history_mark_back(struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		struct history_series *series = &history->series[i];

		for (size_t j = 0; j + 1 < series->change_count; j++) {
			struct history_change *change = &series->changes[j];
			const struct history_change *next = change + 1;
			double rest = fabs(next->after - change->before);

			if (change->drift || next->drift ||
			    next->regression == change->regression ||
			    next->index - change->index > HISTORY_BACK_MAX ||
			    rest > BACK_SHARE * fabs(change->after -
						     change->before))
				continue;
			change->back_after = next->index - change->index;
		}
	}
}
