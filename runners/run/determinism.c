// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/base/text.h"
#include "results/stats/stats.h"
#include "determinism.h"

#define LARGEST 0.001
#define IDENTICAL 0.99

struct tally {
	const char *name; /* of the target */
	size_t medians;
	size_t same_order; /* identical on boots 1 and 3 */
	size_t any_order; /* identical on all boots */
	double largest; /* relative difference */
};

static double median_of(const struct metric *metric)
{
	return stats_median(metric->samples, metric->sample_count, 0.95).median;
}

static const struct trial *trial_of_boot(const struct cell *cell,
					 unsigned int boot)
{
	for (size_t i = 0; i < cell->trial_count; i++)
		if (cell->trials[i].boot == boot)
			return &cell->trials[i];
	return NULL;
}

static double fact_of(const struct trial *trial, const char *name)
{
	for (size_t i = 0; i < trial->fact_count; i++)
		if (!strcmp(trial->facts[i].name, name))
			return trial->facts[i].value;
	return NAN;
}

/* What else differed may be why: "calls 1 2 1". */
static void print_facts(const struct trial *const *trials)
{
	for (size_t i = 0; i < trials[0]->fact_count; i++) {
		const char *name = trials[0]->facts[i].name;
		double first = trials[0]->facts[i].value;
		double second = fact_of(trials[1], name);
		double third = fact_of(trials[2], name);

		if (first != second || first != third)
			printf("    %s %g %g %g\n", name, first, second, third);
	}
	if (trials[0]->batch != trials[1]->batch ||
	    trials[0]->batch != trials[2]->batch)
		printf("    operations per sample %llu %llu %llu\n",
		       (unsigned long long)trials[0]->batch,
		       (unsigned long long)trials[1]->batch,
		       (unsigned long long)trials[2]->batch);
}

static void compare_metric(struct tally *tally, const struct cell *cell,
			   const struct trial *const *trials,
			   const struct metric *metric)
{
	double medians[DETERMINISM_BOOTS], low, high, difference;
	char label[512], name[128];

	for (int i = 0; i < DETERMINISM_BOOTS; i++) {
		const struct metric *of = trial_metric(trials[i], metric->name);

		medians[i] = of ? median_of(of) : NAN;
	}
	low = fmin(fmin(medians[0], medians[1]), medians[2]);
	high = fmax(fmax(medians[0], medians[1]), medians[2]);
	difference = low == high ? 0 : (high - low) / fabs(low);
	tally->medians++;
	tally->same_order += medians[0] == medians[2];
	tally->any_order += difference == 0;
	/* A median that is missing on one boot differs beyond all bounds. */
	if (isnan(medians[0] + medians[1] + medians[2]))
		difference = INFINITY;
	if (difference > tally->largest)
		tally->largest = difference;
	if (difference == 0)
		return;
	printf("%s: %s %s: %.4f %%: %.9g, %.9g backwards, %.9g\n", tally->name,
	       cell_label(cell, label, sizeof(label)),
	       text_line_copy(name, sizeof(name), metric->name),
	       100 * difference, medians[0], medians[1], medians[2]);
	print_facts(trials);
}

bool determinism_report(const struct result *result, const char *name)
{
	struct tally tally = { .name = name };
	bool complete = true;

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];
		const struct trial *trials[DETERMINISM_BOOTS];
		bool all = cell->status == CELL_OK;

		if (cell->status == CELL_SKIPPED)
			continue;
		for (unsigned int j = 0; j < DETERMINISM_BOOTS && all; j++)
			all = (trials[j] = trial_of_boot(cell, j)) != NULL;
		complete &= all;
		for (size_t j = 0; all && j < trials[0]->metric_count; j++)
			compare_metric(&tally, cell, trials,
				       &trials[0]->metrics[j]);
	}
	printf("%s: %zu medians: %zu identical on two boots, %zu also with the cells backwards; largest difference %.4f %%\n",
	       name, tally.medians, tally.same_order, tally.any_order,
	       100 * tally.largest);
	return complete && tally.medians && tally.largest <= LARGEST &&
	       (double)tally.same_order >= IDENTICAL * (double)tally.medians;
}
