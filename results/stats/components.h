/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the noise comes from, and what it takes to get below it: variances
 * between boots, between the trials of a boot and between the samples of a
 * trial, and from them the cheapest way to a wanted precision.
 */
#ifndef MMGAUGE_STATS_COMPONENTS_H
#define MMGAUGE_STATS_COMPONENTS_H

#include "stats.h"

/*
 * By the analysis of variance of nested factors, balanced or not (Searle,
 * Casella and McCulloch, "Variance components", 1992, chapter 3). An estimate
 * below zero is zero. What cannot be told apart is in the layer above: with one
 * trial a boot, the variance between trials is in that between boots.
 */
struct stats_components {
	enum stats_status status; /* STATS_FEW with less than two boots */
	double boot;
	double trial;
	double sample;
};

struct stats_components stats_components(const struct stats_side *side);

/* Of one more of each; any unit. */
struct stats_cost {
	double boot; /* without its trials */
	double trial; /* without its samples */
	double sample;
};

struct stats_design {
	unsigned int boots; /* a side */
	unsigned int trials; /* in a boot */
	unsigned int samples; /* in a trial */
	double cost; /* of a side */
};

#define STATS_DESIGN_BOOTS 1000
#define STATS_DESIGN_TRIALS 16
#define STATS_DESIGN_SAMPLES 1000

/*
 * The cheapest design with which the 95 % interval of the difference of two
 * sides reaches no further than @reach to either side of it. The components
 * are those of what is compared: of logarithms for a ratio. A trial's level is
 * its median, a boot's their median. False when STATS_DESIGN_BOOTS are not
 * enough.
 */
bool stats_cheapest(const struct stats_components *components,
		    const struct stats_cost *cost, double reach,
		    struct stats_design *design);

/* How far that interval reaches with this design. */
double stats_design_reach(const struct stats_components *components,
			  const struct stats_design *design);

#endif
