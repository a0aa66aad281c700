/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics: doubles in, structs out. No I/O, no globals, no clock; what is
 * random takes a seed, and the same input and seed give the same answer.
 *
 * Every answer carries a status. Unless that is STATS_OK the numbers beside it
 * are NaN where they are unknown, and a caller must not print them as numbers.
 */
#ifndef MMGAUGE_STATS_H
#define MMGAUGE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/base/median.h"

/* One side of a comparison: boots, trials in a boot, samples in a trial. */
struct stats_trial {
	const double *samples;
	size_t count;
};

struct stats_boot {
	const struct stats_trial *trials;
	size_t count;
};

struct stats_side {
	const struct stats_boot *boots;
	size_t count;
};

/*
 * The ratio of medians, new / base, with a 95 % interval. The level of a side
 * is the median over boots of the median over trials of the median over
 * samples: the boot is the unit of replication (Kalibera and Jones, "Rigorous
 * benchmarking in reasonable time", 2013), and a boot that stopped early
 * weighs as much as any other.
 */
struct stats_ratio {
	enum stats_status status;
	double base;
	double new;
	double ratio; /* 1 when both are exactly zero */
	double low;
	double high;
	/* Of stats_ratio_boots() where every boot is above zero, else NaN: */
	double difference; /* of the means of the boots' logarithms */
	double error; /* its standard error */
	double free; /* degrees of freedom of that */
	/* Of stats_ratio_boots(), else NaN: Mann-Whitney on the boots. */
	double p_rank;
};

/*
 * Precomputed tables of the bootstrap, made once for many comparisons. NULL
 * when out of memory.
 */
struct stats_plan;
struct stats_plan *stats_plan_new(uint64_t seed);
void stats_plan_free(struct stats_plan *plan);

/*
 * Hierarchical bootstrap: boots are drawn with replacement, trials inside the
 * drawn boots, samples inside the drawn trials (Ren et al., "Nonparametric
 * bootstrapping for hierarchical data", 2010).
 *
 * No sample is drawn one by one. The median of a resample of n values is an
 * order statistic of it, and that of a value looked up at a Beta-distributed
 * place among the sorted values (Efron 1979, section 3; Maritz and Jarrett
 * 1978). Each level draws independently, so a level is the same lookup in the
 * pooled outcomes of the level below. This is the plain bootstrap's
 * distribution at a cost that hardly depends on the number of samples.
 *
 * The interval is the percentile interval, below five boots a side stretched
 * by sqrt(n / (n - 1)), what the standard deviation of a resample of n lacks
 * (Hesterberg, "What teachers should know about the bootstrap", 2015). So it
 * covers 95 % or more on normal, t3, exponential and bimodal boots alike; when
 * boots hardly differ it is too wide by up to the square root of two, since the
 * boots' medians already show the variation inside them. BCa has no use for a
 * median, whose jackknife jumps. tests/unit/test_stats_bootstrap.c measures
 * coverage, false alarms and detection.
 *
 * Fewer boots than stats_boots_enough() asks for: STATS_FEW, with the medians
 * and the ratio but no interval.
 */
struct stats_ratio stats_ratio_bootstrap(struct stats_plan *plan,
					 const struct stats_side *base,
					 const struct stats_side *new);

/*
 * What compare uses: Welch's t interval on the logarithms of the boots'
 * medians, trimmed as Yuen (1974) does where there are eight boots. It covers
 * 93 to 97 % whether boots differ or only their samples do (tests/sim), which
 * the bootstrap does not: the median of five boots takes few values. Where a
 * boot's median is zero there is no logarithm, and the bootstrap answers.
 * @misses: how often the interval may miss, 0.05 for one of 95 %.
 */
struct stats_ratio stats_ratio_boots(struct stats_plan *plan,
				     const struct stats_side *base,
				     const struct stats_side *new,
				     double misses);

/*
 * On a clock without noise: the interval is from the smallest to the largest
 * ratio of any boot's median to any other's, and one boot a side is enough.
 */
struct stats_ratio stats_ratio_exact(const struct stats_side *base,
				     const struct stats_side *new);

/*
 * Whether so many boots can settle anything at 95 %. Between-boot variation
 * needs at least three a side; and when all boots of one side lie beyond all of
 * the other's, the odds of that happening by chance, 2 / C(base + new, base),
 * must be at most 5 %. So three boots against three are not enough (10 %),
 * three against five or four against four are.
 */
bool stats_boots_enough(size_t base, size_t new);

#endif
