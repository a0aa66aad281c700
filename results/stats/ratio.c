// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layers.h"
#include "level.h"
#include "resample.h"
#include "significance.h"
#include "stats.h"

bool stats_boots_enough(size_t base, size_t new)
{
	size_t few = base < new ? base : new;
	double orders = 1;

	/* C(n + 4, 4) is at least 70: there is no need to count further. */
	if (few >= 4)
		return true;
	for (size_t i = 1; i <= few; i++)
		orders *= (double)(base + new - few + i) / (double)i;
	return few >= 3 && 2 / orders <= 0.05;
}

static struct stats_ratio no_answer(enum stats_status status)
{
	return (struct stats_ratio){ .status = status,
				     .base = NAN,
				     .new = NAN,
				     .ratio = NAN,
				     .low = NAN,
				     .high = NAN,
				     .difference = NAN,
				     .error = NAN,
				     .free = NAN,
				     .p_rank = NAN };
}

static struct stats_ratio ratio_of(const struct level *base,
				   const struct level *new)
{
	struct stats_ratio answer = no_answer(STATS_OK);

	answer.base = base->median;
	answer.new = new->median;

	if (base->median == 0 && new->median == 0)
		answer.ratio = 1;
	else if (base->median > 0 && new->median >= 0)
		answer.ratio = new->median / base->median;
	/* Also when two finite medians have a ratio beyond any double. */
	if (!isfinite(answer.ratio)) {
		answer.ratio = NAN;
		answer.status = STATS_NO_RATIO;
	}
	return answer;
}

static void set_interval(struct stats_ratio *answer, double low, double high)
{
	if (isfinite(low) && isfinite(high)) {
		answer->low = low;
		answer->high = high;
	} else {
		answer->status = STATS_UNBOUNDED;
	}
}

/* 0 / 0 is "no difference" here: both operations cost nothing. */
static double divide(double new, double base)
{
	if (base > 0)
		return new / base;
	return base == 0 && new == 0 ? 1 : INFINITY;
}

static struct stats_ratio exact(const struct level *base,
				const struct level *new)
{
	struct stats_ratio answer = ratio_of(base, new);

	if (!answer.status)
		set_interval(&answer,
			     divide(new->boot_medians[0],
				    base->boot_medians[base->boot_count - 1]),
			     divide(new->boot_medians[new->boot_count - 1],
				    base->boot_medians[0]));
	return answer;
}

/*
 * The share of draws beyond either end of the interval: half of @misses, but
 * less below five boots, where the plain percentiles cover 92 % and not 95 %.
 * There the quantile is stretched by what a resample's standard deviation
 * lacks.
 */
static double tail(size_t base, size_t new, double misses)
{
	double few = (double)(base < new ? base : new);

	if (few >= 5)
		return misses / 2;
	return gsl_cdf_ugaussian_P(gsl_cdf_ugaussian_Pinv(misses / 2) *
				   sqrt(few / (few - 1)));
}

static struct stats_ratio bootstrap(struct stats_plan *plan, double misses,
				    const struct stats_side *base_side,
				    const struct level *base,
				    const struct stats_side *new_side,
				    const struct level *new)
{
	struct stats_ratio answer = ratio_of(base, new);
	double old_draws[STATS_DRAWS], draws[STATS_DRAWS], low, high;
	size_t rank;

	if (answer.status)
		return answer;
	answer.status = STATS_FEW;
	if (!stats_boots_enough(base->boot_count, new->boot_count))
		return answer;
	answer.status = stats_resample(plan, base_side, base, old_draws);
	if (!answer.status)
		answer.status = stats_resample(plan, new_side, new, draws);
	if (answer.status)
		return answer;
	for (size_t i = 0; i < STATS_DRAWS; i++)
		draws[i] = divide(draws[i], old_draws[stats_partner(plan, i)]);
	rank = (size_t)(tail(base->boot_count, new->boot_count, misses) *
			STATS_DRAWS);
	low = gsl_stats_select(draws, 1, STATS_DRAWS, rank);
	high = gsl_stats_select(draws, 1, STATS_DRAWS, STATS_DRAWS - 1 - rank);
	set_interval(&answer, low, high);
	return answer;
}

/* The logarithms of the boots' medians; false when out of memory. */
static bool take_logs(const struct level *level, struct stats_logs *logs)
{
	logs->count = level->boot_count;
	logs->values = malloc(logs->count * sizeof(*logs->values));
	for (size_t i = 0; logs->values && i < logs->count; i++)
		logs->values[i] = log(level->boot_medians[i]);
	return logs->values;
}

static void welch(const struct level *base, const struct level *new,
		  double misses, struct stats_ratio *answer)
{
	struct stats_logs old = { 0 }, young = { 0 };
	struct stats_row row = { .free = NAN };
	double reach;

	if (take_logs(base, &old) && take_logs(new, &young))
		row = stats_boots_differ(&old, &young, true);
	stats_logs_free(&old);
	stats_logs_free(&young);
	if (isnan(row.free)) {
		answer->status = STATS_NO_MEMORY;
		return;
	}
	answer->error = row.error;
	answer->free = row.free;
	answer->difference = row.difference;
	reach = stats_reach(&row, misses);
	/* The middles need not lie where the means do. */
	set_interval(answer, fmin(exp(row.difference - reach), answer->ratio),
		     fmax(exp(row.difference + reach), answer->ratio));
}

static struct stats_ratio boots(struct stats_plan *plan, double misses,
				const struct stats_side *base_side,
				const struct level *base,
				const struct stats_side *new_side,
				const struct level *new)
{
	struct stats_ratio answer;

	if (base->boot_medians[0] > 0 && new->boot_medians[0] > 0) {
		answer = ratio_of(base, new);
		if (answer.status)
			return answer;
		answer.status = STATS_FEW;
		if (!stats_boots_enough(base->boot_count, new->boot_count))
			return answer;
		answer.status = STATS_OK;
		welch(base, new, misses, &answer);
	} else {
		answer =
			bootstrap(plan, misses, base_side, base, new_side, new);
	}
	if (!answer.status)
		answer.p_rank =
			stats_mann_whitney(base->boot_medians, base->boot_count,
					   new->boot_medians, new->boot_count)
				.p;
	return answer;
}

enum method { METHOD_EXACT, METHOD_BOOTSTRAP, METHOD_BOOTS };

static struct stats_ratio both(enum method method, struct stats_plan *plan,
			       double misses, const struct stats_side *base,
			       const struct stats_side *new)
{
	struct level old_level, new_level;
	struct stats_ratio answer;
	enum stats_status status;

	status = level_make(base, &old_level);
	if (status)
		return no_answer(status);
	status = level_make(new, &new_level);
	if (status) {
		level_free(&old_level);
		return no_answer(status);
	}
	switch (method) {
	case METHOD_EXACT:
		answer = exact(&old_level, &new_level);
		break;
	case METHOD_BOOTSTRAP:
		answer = bootstrap(plan, misses, base, &old_level, new,
				   &new_level);
		break;
	case METHOD_BOOTS:
		answer = boots(plan, misses, base, &old_level, new, &new_level);
		break;
	}
	level_free(&old_level);
	level_free(&new_level);
	return answer;
}

struct stats_ratio stats_ratio_bootstrap(struct stats_plan *plan,
					 const struct stats_side *base,
					 const struct stats_side *new)
{
	return both(METHOD_BOOTSTRAP, plan, 0.05, base, new);
}

struct stats_ratio stats_ratio_exact(const struct stats_side *base,
				     const struct stats_side *new)
{
	return both(METHOD_EXACT, NULL, 0, base, new);
}

struct stats_ratio stats_ratio_boots(struct stats_plan *plan,
				     const struct stats_side *base,
				     const struct stats_side *new,
				     double misses)
{
	return both(METHOD_BOOTS, plan, misses, base, new);
}
