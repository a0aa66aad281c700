// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "components.h"

/*
 * Sums of squares around the mean of the layer above, and the counts that the
 * expectations of the mean squares are made of.
 */
struct table {
	double boots, trials, samples; /* how many of each */
	double between_boots, between_trials, within; /* sums of squares */
	double trials_in_boots; /* of n_bt^2 / n_b */
	double trials_in_all; /* of n_bt^2 / n */
	double boots_in_all; /* of n_b^2 / n */
};

struct group {
	double count, mean, squares;
};

/* One pass (Welford 1962): sums of squares of huge values would cancel. */
static void add(struct group *group, double value, double weight)
{
	double off = value - group->mean;

	group->count += weight;
	group->mean += off * weight / group->count;
	group->squares += weight * off * (value - group->mean);
}

static enum stats_status add_boot(const struct stats_boot *boot,
				  struct table *table, struct group *boots)
{
	struct group trials = { 0 };
	double squares = 0;

	if (!boot->count)
		return STATS_EMPTY;
	for (size_t t = 0; t < boot->count; t++) {
		const struct stats_trial *trial = &boot->trials[t];
		struct group samples = { 0 };

		if (!trial->count)
			return STATS_EMPTY;
		for (size_t i = 0; i < trial->count; i++) {
			if (!isfinite(trial->samples[i]))
				return STATS_NOT_FINITE;
			add(&samples, trial->samples[i], 1);
		}
		add(&trials, samples.mean, samples.count);
		squares += samples.count * samples.count;
		table->within += samples.squares;
		table->trials++;
	}
	add(boots, trials.mean, trials.count);
	table->between_trials += trials.squares;
	table->trials_in_boots += squares / trials.count;
	table->trials_in_all += squares;
	table->boots_in_all += trials.count * trials.count;
	return STATS_OK;
}

static enum stats_status fill(const struct stats_side *side,
			      struct table *table)
{
	struct group boots = { 0 };
	enum stats_status status = STATS_OK;

	memset(table, 0, sizeof(*table));
	for (size_t b = 0; b < side->count && !status; b++)
		status = add_boot(&side->boots[b], table, &boots);
	if (status)
		return status;
	if (side->count < 2)
		return side->count ? STATS_FEW : STATS_EMPTY;
	table->boots = (double)side->count;
	table->samples = boots.count;
	table->between_boots = boots.squares;
	table->trials_in_all /= boots.count;
	table->boots_in_all /= boots.count;
	return isfinite(table->between_boots + table->within) ?
		       STATS_OK :
		       STATS_NOT_FINITE;
}

/* Mean squares are set equal to what they are expected to be, inside out. */
struct stats_components stats_components(const struct stats_side *side)
{
	struct stats_components answer = { STATS_OK, NAN, NAN, NAN };
	double sample = 0, trial = 0, boot;
	struct table table;

	answer.status = fill(side, &table);
	if (answer.status)
		return answer;
	if (table.samples > table.trials)
		sample = table.within / (table.samples - table.trials);
	if (table.trials > table.boots)
		trial = (table.between_trials -
			 sample * (table.trials - table.boots)) /
			(table.samples - table.trials_in_boots);
	boot = (table.between_boots - sample * (table.boots - 1) -
		trial * (table.trials_in_boots - table.trials_in_all)) /
	       (table.samples - table.boots_in_all);
	answer.sample = sample;
	answer.trial = fmax(0, trial);
	answer.boot = fmax(0, boot);
	return answer;
}

/* Of the median of normal values over that of their mean. */
#define MEDIAN_VARIANCE M_PI_2

/* How far the interval reaches with @boots whose levels vary so. */
static double reach_of(double variance, unsigned int boots)
{
	return gsl_cdf_tdist_Qinv(0.025, 2.0 * boots - 2) *
	       sqrt(2 * variance / boots);
}

/* As compare asks for four boots, so does this. */
static unsigned int boots_for(double variance, double reach)
{
	unsigned int low = 3, high = STATS_DESIGN_BOOTS + 1;

	while (high - low > 1) {
		unsigned int middle = (low + high) / 2;

		if (reach_of(variance, middle) <= reach)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* Of a boot's level. */
static double variance_of(const struct stats_components *components,
			  const struct stats_design *design)
{
	double trials = design->trials, samples = design->samples;
	double inside = components->trial +
			components->sample *
				(samples > 2 ? MEDIAN_VARIANCE : 1) / samples;

	return components->boot + inside / trials;
}

double stats_design_reach(const struct stats_components *components,
			  const struct stats_design *design)
{
	return reach_of(variance_of(components, design), design->boots);
}

static void consider(const struct stats_components *components,
		     const struct stats_cost *cost, double reach,
		     struct stats_design design, struct stats_design *best)
{
	double trials = design.trials, samples = design.samples;

	design.boots = boots_for(variance_of(components, &design), reach);
	design.cost =
		design.boots *
		(cost->boot + trials * (cost->trial + samples * cost->sample));
	if (design.boots <= STATS_DESIGN_BOOTS && design.cost < best->cost)
		*best = design;
}

bool stats_cheapest(const struct stats_components *components,
		    const struct stats_cost *cost, double reach,
		    struct stats_design *design)
{
	design->cost = HUGE_VAL;
	if (components->status || !(reach > 0))
		return false;
	/* Steps of an eighth: the optimum is flat, and 1000 are many. */
	for (unsigned int trials = 1; trials <= STATS_DESIGN_TRIALS; trials++)
		for (unsigned int samples = 1; samples <= STATS_DESIGN_SAMPLES;
		     samples += 1 + samples / 8)
			consider(components, cost, reach,
				 (struct stats_design){ .trials = trials,
							.samples = samples },
				 design);
	return isfinite(design->cost);
}
