// SPDX-License-Identifier: GPL-2.0-or-later
/* One commit, many series: where they moved together. */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/threshold.h"
#include "history_family.h"
#include "results/stats/changes.h"

/* Series that move together; fewer stand for themselves. */
#define SERIES_MIN 4

#define ORDERS 199

/*
 * The share of series that one commit may move: their likelihood is a mixture
 * (Zhang, Siegmund, Ji and Li, "Detecting simultaneous changepoints in multiple
 * sequences", 2010).
 */
#define SHARE 0.3

/* What one series' squared difference counts for at most: one is not many. */
#define SQUARE_MAX 25.0

/* Standard deviations of noise from the median that a value counts for. */
#define CLIP 3.5

#define SEGMENT CHANGES_SEGMENT_MIN

struct joint {
	struct history *history;
	size_t *members; /* the series that have all runs, and noise */
	size_t count;
	size_t runs;
	double threshold;
	double *values; /* runs for each member: clipped, in standard errors */
	double *order; /* the same in another order */
	double *sums; /* of one member */
	double *gains; /* at each run, over all members */
	size_t *places; /* found */
	size_t place_count;
	gsl_rng *rng;
};

static int fill(struct joint *joint)
{
	for (size_t i = 0; i < joint->count; i++) {
		const struct history_series *series =
			&joint->history->series[joint->members[i]];
		double rho = series->autocorrelation, middle;
		double unit = series->noise * sqrt((1 + rho) / (1 - rho));
		double *values = joint->values + i * joint->runs;

		memcpy(values, series->points, joint->runs * sizeof(*values));
		middle = gsl_stats_median(values, 1, joint->runs);
		for (size_t j = 0; j < joint->runs; j++) {
			double rest = (series->points[j] - middle) / unit;

			values[j] = fmax(-2 * CLIP, fmin(2 * CLIP, rest));
		}
	}
	return 0;
}

/* The difference of both sides of @at in standard errors, from sums. */
static double difference(const double *sums, size_t start, size_t at,
			 size_t end)
{
	double left = (double)(at - start), right = (double)(end - at);
	double mean = (sums[at] - sums[start]) / left;

	mean = (sums[end] - sums[at]) / right - mean;
	return mean / sqrt(1 / left + 1 / right);
}

/* The largest likelihood of all members in @start..@end; and where. */
static double most_gain(struct joint *joint, const double *values, size_t start,
			size_t end, size_t *at)
{
	double most = -HUGE_VAL;

	memset(joint->gains, 0, joint->runs * sizeof(*joint->gains));
	for (size_t i = 0; i < joint->count; i++) {
		const double *member = values + i * joint->runs;

		joint->sums[start] = 0;
		for (size_t j = start; j < end; j++)
			joint->sums[j + 1] = joint->sums[j] + member[j];
		for (size_t j = start + SEGMENT; j + SEGMENT <= end; j++) {
			double z = difference(joint->sums, start, j, end);

			joint->gains[j] += log1p(
				SHARE * expm1(fmin(z * z, SQUARE_MAX) / 2));
		}
	}
	for (size_t j = start + SEGMENT; j + SEGMENT <= end; j++)
		if (joint->gains[j] > most) {
			most = joint->gains[j];
			*at = j;
		}
	return most;
}

/* Put the runs of @start..@end in another order, the same for all members. */
static void shuffle(struct joint *joint, size_t start, size_t end)
{
	for (size_t j = end - 1; j > start; j--) {
		size_t other =
			start + gsl_rng_uniform_int(joint->rng, j - start + 1);

		for (size_t i = 0; i < joint->count; i++) {
			double *member = joint->order + i * joint->runs;
			double value = member[j];

			member[j] = member[other];
			member[other] = value;
		}
	}
}

static bool is_about_order(struct joint *joint, size_t start, size_t end,
			   double gain)
{
	size_t at;

	memcpy(joint->order, joint->values,
	       joint->count * joint->runs * sizeof(*joint->order));
	for (int i = 0; i < ORDERS; i++) {
		shuffle(joint, start, end);
		if (most_gain(joint, joint->order, start, end, &at) >= gain)
			return false;
	}
	return true;
}

static void search(struct joint *joint, size_t start, size_t end)
{
	size_t at = start;
	double gain;

	if (end - start < 2 * SEGMENT)
		return;
	gain = most_gain(joint, joint->values, start, end, &at);
	if (!is_about_order(joint, start, end, gain))
		return;
	search(joint, start, at);
	joint->places[joint->place_count++] = at;
	search(joint, at, end);
}

static struct history_change *change_near(struct history_series *series,
					  size_t at)
{
	for (size_t i = 0; i < series->change_count; i++) {
		struct history_change *change = &series->changes[i];

		if (change->first <= at + 1 && at <= change->last + 1)
			return change;
	}
	return NULL;
}

static int by_index(const void *a, const void *b)
{
	const struct history_change *first = a, *second = b;

	return (first->index > second->index) - (first->index < second->index);
}

static double median_of(const struct joint *joint, const double *points,
			size_t start, size_t end)
{
	memcpy(joint->sums, points + start, (end - start) * sizeof(*points));
	return gsl_stats_median(joint->sums, 1, end - start);
}

/* The series moved at @at, as sure as @chance; its own place for it yields. */
static int settle(struct joint *joint, struct history_series *series,
		  size_t start, size_t at, size_t end, double chance)
{
	struct history_change *own = change_near(series, at);
	double before = median_of(joint, series->points, start, at);
	double after = median_of(joint, series->points, at, end);
	double rho = series->autocorrelation;
	double reach = 1.96 * 1.2533 * series->noise *
		       sqrt((1 + rho) / (1 - rho)) *
		       sqrt(1 / (double)(at - start) + 1 / (double)(end - at));
	struct history_change change = {
		.index = at,
		.end = at,
		.first = at,
		.last = at,
		.before = before,
		.after = after,
		.low = after - before - reach,
		.high = after - before + reach,
		.probability = 1 - chance,
	};
	int ret;

	if (own && !own->drift)
		own->index = own->end = own->first = own->last = at;
	if (own)
		return 0;
	if (!threshold_exceeded(after, before, joint->threshold)) {
		series->below |= !series->change_count;
		return 0;
	}
	ret = history_add_change(series, &change);
	if (!ret)
		qsort(series->changes, series->change_count,
		      sizeof(*series->changes), by_index);
	return ret;
}

static int by_chance(const void *a, const void *b)
{
	const double *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

/*
 * The chance up to which those are told that are clear among all @sorted ones.
 * Many have moved, or the place would not have been found: chance tells of the
 * others alone (Storey, "A direct approach to false discovery rates", 2002).
 */
static double find_level(const double *sorted, size_t count)
{
	double level = 0, still = 1;

	for (size_t i = 0; i < count; i++)
		still += sorted[i] > 0.5;
	still = fmin(2 * still, (double)count);
	for (size_t i = 0; i < count; i++)
		if (sorted[i] <= HISTORY_FDR * (double)(i + 1) / still)
			level = sorted[i];
	return level;
}

/* Which members moved at place @p: those that are clear among all of them. */
static int settle_all(struct joint *joint, size_t p)
{
	size_t start = p ? joint->places[p - 1] : 0, at = joint->places[p];
	size_t end =
		p + 1 < joint->place_count ? joint->places[p + 1] : joint->runs;
	double *chances = calloc(2 * joint->count, sizeof(*chances));
	double *sorted = chances + joint->count, level = 0;
	int ret = chances ? 0 : -ENOMEM;

	for (size_t i = 0; i < joint->count && !ret; i++) {
		const double *member = joint->values + i * joint->runs;

		joint->sums[start] = 0;
		for (size_t j = start; j < end; j++)
			joint->sums[j + 1] = joint->sums[j] + member[j];
		chances[i] = 2 * gsl_cdf_ugaussian_Q(fabs(difference(
					 joint->sums, start, at, end)));
		sorted[i] = chances[i];
	}
	if (!ret)
		qsort(sorted, joint->count, sizeof(*sorted), by_chance);
	if (!ret)
		level = find_level(sorted, joint->count);
	for (size_t i = 0; i < joint->count && !ret; i++)
		if (chances[i] <= level)
			ret = settle(joint,
				     &joint->history->series[joint->members[i]],
				     start, at, end, chances[i]);
	free(chances);
	return ret;
}

static int make(struct joint *joint)
{
	size_t size = joint->count * joint->runs;

	joint->values = calloc(size, sizeof(*joint->values));
	joint->order = calloc(size, sizeof(*joint->order));
	joint->sums = calloc(joint->runs + 1, sizeof(*joint->sums));
	joint->gains = calloc(joint->runs, sizeof(*joint->gains));
	joint->places = calloc(joint->runs, sizeof(*joint->places));
	joint->rng = gsl_rng_alloc(gsl_rng_taus2);
	return joint->values && joint->order && joint->sums && joint->gains &&
			       joint->places && joint->rng ?
		       fill(joint) :
		       -ENOMEM;
}

int history_place(struct history *history, size_t runs, double threshold)
{
	struct joint joint = { .history = history,
			       .runs = runs,
			       .threshold = threshold };
	int ret = 0;

	joint.members = calloc(history->count + 1, sizeof(*joint.members));
	if (!joint.members)
		return -ENOMEM;
	for (size_t i = 0; i < history->count; i++) {
		const struct history_series *series = &history->series[i];

		if (!series->exact && series->count == runs &&
		    series->noise > 0)
			joint.members[joint.count++] = i;
	}
	if (joint.count >= SERIES_MIN && runs >= 2 * SEGMENT)
		ret = make(&joint);
	if (!ret && joint.rng)
		search(&joint, 0, runs);
	for (size_t i = 0; i < joint.place_count && !ret; i++)
		ret = settle_all(&joint, i);
	if (joint.rng)
		gsl_rng_free(joint.rng);
	free(joint.members);
	free(joint.values);
	free(joint.order);
	free(joint.sums);
	free(joint.gains);
	free(joint.places);
	return ret;
}
