// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/base/text.h"
#include "results/stats/significance.h"
#include "results/stats/stats.h"
#include "determinism.h"

#define LARGEST 0.001
#define IDENTICAL 0.99
/* Rarer than this are samples alike that differ so. */
#define BY_TURNS 0.001

struct tally {
	const char *name; /* of the target */
	size_t medians;
	size_t same_order; /* identical on boots 1 and 3 */
	size_t any_order; /* identical on all boots */
	double largest; /* relative difference */
	size_t by_turns; /* beyond LARGEST backwards, which is no more than ... */
	double largest_by_turns; /* ... samples differ by where they begin */
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

/*
 * Where CPUs take turns a sample is one of many schedules. The median of few is
 * not that of others, and the order of cells moves them all by a little: it is
 * the samples that are held against each other, as compare does.
 */
static bool is_by_turns(const struct cell *cell, const struct metric *first,
			const struct metric *backwards)
{
	double chance, paired;

	if (!cell->guest || !backwards)
		return false;
	chance = stats_mann_whitney(first->samples, first->sample_count,
				    backwards->samples, backwards->sample_count)
			 .p;
	/* One seed draws the same beginnings for both. */
	paired = stats_signed_ranks(first->samples, backwards->samples,
				    first->sample_count <
						    backwards->sample_count ?
					    first->sample_count :
					    backwards->sample_count);
	return fmin(chance, paired) > BY_TURNS / 2;
}

static void take(struct tally *tally, double difference, bool by_turns)
{
	double *largest = by_turns ? &tally->largest_by_turns : &tally->largest;

	tally->by_turns += by_turns;
	if (difference > *largest)
		*largest = difference;
}

static void compare_metric(struct tally *tally, const struct cell *cell,
			   const struct trial *const *trials,
			   const struct metric *metric)
{
	double medians[DETERMINISM_BOOTS], low, high, difference;
	const struct metric *of[DETERMINISM_BOOTS];
	char label[512], name[128];
	bool by_turns;

	for (int i = 0; i < DETERMINISM_BOOTS; i++) {
		of[i] = trial_metric(trials[i], metric->name);
		medians[i] = of[i] ? median_of(of[i]) : NAN;
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
	by_turns = difference > LARGEST && medians[0] == medians[2] &&
		   is_by_turns(cell, metric, of[1]);
	take(tally, difference, by_turns);
	if (difference == 0)
		return;
	printf("%s: %s %s: %.4f %%%s: %.9g, %.9g backwards, %.9g\n",
	       tally->name, cell_label(cell, label, sizeof(label)),
	       text_line_copy(name, sizeof(name), metric->name),
	       100 * difference, by_turns ? " (by turns)" : "", medians[0],
	       medians[1], medians[2]);
	print_facts(trials);
}

static void print_tally(const struct tally *tally)
{
	printf("%s: %zu medians: %zu identical on two boots, %zu also with the cells backwards; largest difference %.4f %%\n",
	       tally->name, tally->medians, tally->same_order, tally->any_order,
	       100 * tally->largest);
	if (tally->by_turns)
		printf("%s: not among that: %zu of several CPUs, backwards %.4f %% at most, no more than their samples differ by where in the CPUs' turns they begin\n",
		       tally->name, tally->by_turns,
		       100 * tally->largest_by_turns);
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
	print_tally(&tally);
	return complete && tally.medians && tally.largest <= LARGEST &&
	       (double)tally.same_order >= IDENTICAL * (double)tally.medians;
}
