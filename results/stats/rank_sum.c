// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "significance.h"

#define EXACT_MAX 12

struct ranked {
	double value;
	bool from_a;
	size_t twice_rank; /* midranks are halves */
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	return (left->value > right->value) - (left->value < right->value);
}

/* Ranks of the sorted values; hands back the sum of t^3 - t over ties. */
static double rank(struct ranked *items, size_t count)
{
	double ties = 0;

	for (size_t i = 0, end; i < count; i = end) {
		double same;

		end = i;
		while (end < count && items[end].value == items[i].value)
			end++;
		same = (double)(end - i);
		ties += same * same * same - same;
		for (size_t j = i; j < end; j++)
			items[j].twice_rank = i + end + 1;
	}
	return ties;
}

/*
 * ways[k * width + s]: in how many ways k of the values have the doubled rank
 * sum s. Doubles hold the largest of them, C(24, 12), exactly.
 */
static void count_ways(const struct ranked *items, size_t count, size_t chosen,
		       double *ways, size_t width)
{
	size_t most = 0; /* of any sum so far */

	ways[0] = 1;
	for (size_t i = 0; i < count; i++) {
		size_t rank2 = items[i].twice_rank;

		most += rank2;
		for (size_t k = i < chosen ? i + 1 : chosen; k > 0; k--)
			for (size_t s = most + 1; s-- > rank2;)
				ways[k * width + s] +=
					ways[(k - 1) * width + s - rank2];
	}
}

/* The chance of a sum as far from its middle as @sum, or farther. */
static double exact_p(const struct ranked *items, size_t count, size_t chosen,
		      size_t sum)
{
	size_t width = count * (count + 1) + 1, middle = chosen * (count + 1);
	size_t off = sum > middle ? sum - middle : middle - sum;
	double *ways = calloc((chosen + 1) * width, sizeof(*ways));
	double beyond = 0, all = 0;

	if (!ways)
		return NAN;
	count_ways(items, count, chosen, ways, width);
	for (size_t s = 0; s < width; s++) {
		size_t here = s > middle ? s - middle : middle - s;

		all += ways[chosen * width + s];
		if (here >= off)
			beyond += ways[chosen * width + s];
	}
	free(ways);
	return beyond / all;
}

static double normal_p(double u, double a, double b, double ties)
{
	double count = a + b, off = fabs(u - a * b / 2);
	double variance =
		a * b / 12 * (count + 1 - ties / (count * (count - 1)));

	if (variance <= 0)
		return 1;
	return fmin(1, 2 * gsl_cdf_ugaussian_Q(fmax(0, off - 0.5) /
					       sqrt(variance)));
}

static bool take(struct ranked *items, const double *values, size_t count,
		 bool from_a)
{
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			return false;
		items[i] = (struct ranked){ values[i], from_a, 0 };
	}
	return true;
}

struct stats_rank_sum stats_mann_whitney(const double *a, size_t a_count,
					 const double *b, size_t b_count)
{
	struct stats_rank_sum answer = { STATS_EMPTY, NAN, NAN, false };
	size_t count = a_count + b_count, sum = 0;
	struct ranked *items;
	double ties;

	if (!a_count || !b_count)
		return answer;
	answer.status = STATS_NO_MEMORY;
	items = calloc(count, sizeof(*items));
	if (!items)
		return answer;
	answer.status = STATS_NOT_FINITE;
	if (!take(items, a, a_count, true) ||
	    !take(items + a_count, b, b_count, false))
		goto free_items;
	qsort(items, count, sizeof(*items), compare_ranked);
	ties = rank(items, count);
	for (size_t i = 0; i < count; i++)
		sum += items[i].from_a ? items[i].twice_rank : 0;
	answer.u = (double)sum / 2 - (double)(a_count * (a_count + 1)) / 2;
	answer.exact = a_count <= EXACT_MAX && b_count <= EXACT_MAX;
	answer.p = answer.exact ? exact_p(items, count, a_count, sum) :
				  normal_p(answer.u, (double)a_count,
					   (double)b_count, ties);
	answer.status = isnan(answer.p) ? STATS_NO_MEMORY : STATS_OK;
free_items:
	free(items);
	return answer;
}

double stats_signed_ranks(const double *a, const double *b, size_t count)
{
	struct ranked *items = calloc(count ? count : 1, sizeof(*items));
	size_t differ = 0;
	double sum = 0, squares = 0;

	for (size_t i = 0; items && i < count; i++) {
		double off = a[i] - b[i];

		if (!isfinite(off)) {
			free(items);
			return NAN;
		}
		if (off != 0)
			items[differ++] =
				(struct ranked){ fabs(off), off > 0, 0 };
	}
	if (!items)
		return NAN;
	qsort(items, differ, sizeof(*items), compare_ranked);
	rank(items, differ);
	for (size_t i = 0; i < differ; i++) {
		double twice = (double)items[i].twice_rank;

		sum += items[i].from_a ? twice : -twice;
		squares += twice * twice;
	}
	free(items);
	return differ ? fmin(1, 2 * gsl_cdf_ugaussian_Q(fabs(sum) /
							sqrt(squares))) :
			1;
}
