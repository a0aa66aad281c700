// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "resample.h"

/*
 * Outcomes kept of each trial's and boot's median. They only have to carry the
 * shape of the variation inside a boot to the level above.
 */
#define INNER_DRAWS 128
#define BUCKETS 256

/*
 * Where among n sorted values, as a share of them, the median of a resample of
 * n lies. For odd n it is one order statistic, for even n the middle of two.
 */
struct place {
	double low;
	double high;
};

struct table {
	struct table *next;
	size_t n;
	size_t count;
	struct place places[];
};

struct stats_plan {
	uint64_t seed;
	struct table *buckets[BUCKETS];
	unsigned int partners[STATS_DRAWS];
};

/* SplitMix64 (Steele, Lea and Flood 2014): near seeds become far ones. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

/*
 * Each table has its own stream, so that what a cell gets does not depend on
 * which cells came before it.
 */
static gsl_rng *make_rng(uint64_t seed, size_t n, size_t count)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	if (rng)
		gsl_rng_set(rng, mix(mix(mix(seed) + n) + count));
	return rng;
}

/*
 * The k-th smallest of n uniform numbers is Beta(k, n + 1 - k); given it, the
 * smallest of the m above is 1 - V^(1/m) of the way to one.
 */
static struct place draw_place(const gsl_rng *rng, size_t n)
{
	double half = (double)(n / 2);
	struct place place;

	if (n % 2) {
		place.low = gsl_ran_beta(rng, half + 1, half + 1);
		place.high = place.low;
	} else {
		place.low = gsl_ran_beta(rng, half, half + 1);
		place.high = pow(gsl_rng_uniform_pos(rng), 1 / half);
		place.high = 1 - (1 - place.low) * place.high;
	}
	return place;
}

static const struct table *get_table(struct stats_plan *plan, size_t n,
				     size_t count)
{
	struct table **bucket = &plan->buckets[n % BUCKETS];
	struct table *table;
	gsl_rng *rng;

	for (table = *bucket; table; table = table->next)
		if (table->n == n && table->count == count)
			return table;
	table = malloc(sizeof(*table) + count * sizeof(*table->places));
	rng = make_rng(plan->seed, n, count);
	if (!table || !rng) {
		free(table);
		gsl_rng_free(rng);
		return NULL;
	}
	table->n = n;
	table->count = count;
	for (size_t i = 0; i < count; i++)
		table->places[i] = draw_place(rng, n);
	gsl_rng_free(rng);
	table->next = *bucket;
	*bucket = table;
	return table;
}

struct stats_plan *stats_plan_new(uint64_t seed)
{
	struct stats_plan *plan = calloc(1, sizeof(*plan));
	gsl_rng *rng = make_rng(seed, 0, 0);

	if (!plan || !rng) {
		free(plan);
		gsl_rng_free(rng);
		return NULL;
	}
	plan->seed = seed;
	for (unsigned int i = 0; i < STATS_DRAWS; i++)
		plan->partners[i] = i;
	gsl_ran_shuffle(rng, plan->partners, STATS_DRAWS,
			sizeof(*plan->partners));
	gsl_rng_free(rng);
	return plan;
}

void stats_plan_free(struct stats_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		while (plan->buckets[i]) {
			struct table *next = plan->buckets[i]->next;

			free(plan->buckets[i]);
			plan->buckets[i] = next;
		}
	}
	free(plan);
}

size_t stats_partner(const struct stats_plan *plan, size_t index)
{
	return plan->partners[index];
}

static double at_place(const double *sorted, size_t count, double share)
{
	size_t index = (size_t)(share * (double)count);

	return sorted[index < count ? index : count - 1];
}

/* Outcomes of the median of as many draws from @sorted as the table is for. */
static void look_up(const struct table *table, const double *sorted,
		    size_t count, double *out)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct place *place = &table->places[i];

		out[i] = stats_middle(at_place(sorted, count, place->low),
				      at_place(sorted, count, place->high));
	}
}

/*
 * INNER_DRAWS outcomes of one boot's level into @out. With a single trial the
 * level of the boot is that trial's, and drawing once more changes nothing.
 */
static enum stats_status resample_boot(struct stats_plan *plan,
				       const struct stats_boot *boot,
				       const double **sorted, double *pool,
				       double *out)
{
	const struct table *table;

	for (size_t t = 0; t < boot->count; t++) {
		size_t count = boot->trials[t].count;

		table = get_table(plan, count, INNER_DRAWS);
		if (!table)
			return STATS_NO_MEMORY;
		look_up(table, *sorted, count,
			boot->count == 1 ? out : pool + t * INNER_DRAWS);
		*sorted += count;
	}
	if (boot->count == 1)
		return STATS_OK;
	table = get_table(plan, boot->count, INNER_DRAWS);
	if (!table)
		return STATS_NO_MEMORY;
	stats_sort(pool, boot->count * INNER_DRAWS);
	look_up(table, pool, boot->count * INNER_DRAWS, out);
	return STATS_OK;
}

enum stats_status stats_resample(struct stats_plan *plan,
				 const struct stats_side *side,
				 const struct level *level, double *draws)
{
	const double *sorted = level->sorted;
	enum stats_status status = STATS_NO_MEMORY;
	const struct table *table;
	double *pool, *scratch;

	table = get_table(plan, side->count, STATS_DRAWS);
	pool = calloc(side->count, INNER_DRAWS * sizeof(*pool));
	scratch = calloc(level->trials_max, INNER_DRAWS * sizeof(*scratch));
	if (!table || !pool || !scratch)
		goto free_pools;
	status = STATS_OK;
	for (size_t b = 0; b < side->count && !status; b++)
		status = resample_boot(plan, &side->boots[b], &sorted, scratch,
				       pool + b * INNER_DRAWS);
	if (status)
		goto free_pools;
	stats_sort(pool, side->count * INNER_DRAWS);
	look_up(table, pool, side->count * INNER_DRAWS, draws);
free_pools:
	free(pool);
	free(scratch);
	return status;
}
