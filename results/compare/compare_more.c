// SPDX-License-Identifier: GPL-2.0-or-later
/* How many more boots would probably settle what is open. */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "compare_parts.h"

/*
 * More boots are worth asking for when they will probably settle the row, not
 * when they might: in four of five cases. With this chance for each row, so
 * many of those that asked are settled (tests/sim): what is inconclusive now
 * had chance against it, which nothing below knows of.
 */
#define POWER 0.72

/* Less rows do not tell what is usual among them. */
#define ROWS_MIN 10

/* Standard deviations beyond which a row is one of those that differ. */
#define FAR 3

/*
 * What is known of a row now, in logarithms. What differs and what does not are
 * two populations: see struct compare_prior.
 */
struct known {
	double off; /* the difference, whatever its sign */
	double error, free;
	double boots; /* a side */
	double more_free; /* degrees that a boot more a side brings */
	double margin; /* a change has to be beyond */
	double limit; /* an equal one within */
	double tail; /* one-sided, of a change beyond */
	double miss; /* one-sided, of one within */
	const struct compare_prior *prior;
};

/* Where a verdict begins with so many boots a side. */
struct verdicts {
	double boots, beyond, within;
};

/*
 * The chance of a verdict when truths vary by @spread around zero: then this
 * one lies around a share of what is seen now, and what so many boots will
 * show around both.
 */
static double settles_among(const struct known *known,
			    const struct verdicts *at, double spread)
{
	double error2 = known->error * known->error;
	double share = isinf(spread) ?
			       1 :
			       spread * spread / (spread * spread + error2);
	double old = known->boots / at->boots, young = 1 - old, chance;
	double middle = known->off * (old + young * share);
	double scale = sqrt(error2 * young * (young * share + old)) + 1e-300;
	double free = known->free;

	chance = gsl_cdf_tdist_Q((at->beyond - middle) / scale, free) +
		 gsl_cdf_tdist_P((-at->beyond - middle) / scale, free);
	if (at->within > 0)
		chance += gsl_cdf_tdist_P((at->within - middle) / scale, free) -
			  gsl_cdf_tdist_P((-at->within - middle) / scale, free);
	return chance;
}

/* How often a difference as large is seen where truths vary by @spread. */
static double density(const struct known *known, double spread)
{
	double all = sqrt(spread * spread + known->error * known->error);

	return exp(-known->off * known->off / (2 * all * all)) / all;
}

static double settles(const struct known *known, double boots)
{
	const struct compare_prior *prior = known->prior;
	double error = known->error * sqrt(known->boots / boots), few, many;
	double free = known->free + (boots - known->boots) * known->more_free;
	const struct verdicts at = {
		.boots = boots,
		.beyond = known->margin +
			  stats_t_quantile(known->tail, free) * error,
		.within = known->limit -
			  stats_t_quantile(known->miss, free) * error,
	};

	if (isinf(prior->usual))
		return settles_among(known, &at, prior->usual);
	many = (1 - prior->share) * density(known, prior->usual);
	few = prior->share * density(known, prior->changed);
	return (many * settles_among(known, &at, prior->usual) +
		few * settles_among(known, &at, prior->changed)) /
	       (many + few);
}

static double boots_for_power(const struct known *known)
{
	double low = known->boots, high = low + COMPARE_BOOTS_MAX + 1;

	while (high - low > 1) {
		double boots = floor((low + high) / 2);

		if (settles(known, boots) >= POWER)
			high = boots;
		else
			low = boots;
	}
	return high - known->boots;
}

/* Without any spread only ranks tell: all of one side beyond the other's. */
static double boots_for_ranks(const struct known *known)
{
	double boots = 1, orders = 2;

	while (1 / orders > known->tail && boots < COMPARE_BOOTS_MAX) {
		boots++;
		orders *= (4 * boots - 2) / boots;
	}
	return fmax(1, boots - known->boots);
}

/* The p value that a row needs if one more of them is told than now. */
static double needed(const struct compare_report *report,
		     const struct judged *all)
{
	double told = 1;

	for (size_t i = 0; i < all->count; i++)
		told += all->rows[i].q <= compare_fdr(report);
	return fmin(compare_misses(report),
		    compare_fdr(report) * fmin(1, told / (double)all->count));
}

static double few_boots(const struct comparison *row)
{
	return fmin(row->base_boots, row->new_boots);
}

static int by_size(const void *a, const void *b)
{
	double left = fabs(*(const double *)a),
	       right = fabs(*(const double *)b);

	return (left > right) - (left < right);
}

/* The rows whose evidence counts: their differences, and the middle error. */
static size_t gather(const struct judged *all, double *differences,
		     double *error)
{
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct stats_row *evidence = &all->rows[i].evidence;

		if (!isfinite(evidence->difference) || !(evidence->error > 0))
			continue;
		differences[count] = evidence->error;
		count++;
	}
	qsort(differences, count, sizeof(*differences), by_size);
	*error = count ? differences[count / 2] : NAN;
	count = 0;
	for (size_t i = 0; i < all->count; i++) {
		const struct stats_row *evidence = &all->rows[i].evidence;

		if (isfinite(evidence->difference) && evidence->error > 0)
			differences[count++] = evidence->difference;
	}
	qsort(differences, count, sizeof(*differences), by_size);
	return count;
}

int compare_find_prior(const struct judged *all, struct compare_prior *prior)
{
	double *differences = calloc(all->count + 1, sizeof(*differences));
	double error, usual, squares = 0, changed = 0;
	size_t count;

	*prior = (struct compare_prior){ HUGE_VAL, HUGE_VAL, 1 };
	if (!differences)
		return -ENOMEM;
	count = gather(all, differences, &error);
	if (count < ROWS_MIN)
		goto free_differences;
	/* The middle of what is normal is 0.6745 standard deviations off. */
	usual = fabs(differences[count / 2]) / 0.6745;
	for (size_t i = 0; i < count; i++) {
		if (fabs(differences[i]) <= FAR * usual)
			continue;
		squares += differences[i] * differences[i];
		changed++;
	}
	prior->usual = sqrt(fmax(0, usual * usual - error * error));
	prior->share = (changed + 1) / ((double)count + 1);
	prior->changed = fmax(sqrt(squares / fmax(1, changed)), FAR * usual);
free_differences:
	free(differences);
	return 0;
}

double compare_boots_for(const struct compare_report *report,
			 const struct judged *all, const struct comparison *row)
{
	const struct stats_row *evidence = &row->evidence;
	struct known known = {
		.off = fabs(evidence->difference),
		.error = evidence->error,
		.free = evidence->free,
		.boots = few_boots(row),
		.more_free = row->layer == LAYER_ROUNDS ? 1 : 2,
		.margin = evidence->margin,
		.limit = log1p(row->threshold),
		.tail = needed(report, all) / 2,
		.miss = compare_misses(report),
		.prior = &all->prior,
	};

	/* A boot was zero: the interval is all there is. */
	if (isnan(known.free)) {
		known.off = fabs(row->ratio - 1);
		known.free = 2 * known.boots - 2;
		known.error = (row->high - row->low) / 2 /
			      stats_t_quantile(known.miss / 2, known.free);
	}
	if (known.error <= 0)
		return boots_for_ranks(&known);
	return boots_for_power(&known);
}

unsigned int compare_open(const struct compare_report *report)
{
	unsigned int open = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];

		open += row->verdict == VERDICT_INCONCLUSIVE &&
			(row->status == STATS_OK || row->more_boots);
	}
	return open;
}

/* Of rows that want 1, 2, ... boots, the most that but one in 100 wants. */
unsigned int compare_more_boots(const struct compare_report *report)
{
	unsigned int rows[COMPARE_BOOTS_MAX + 1] = { 0 }, most = 0;
	size_t compared = 0, beyond = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];

		compared += row->verdict != VERDICT_INCOMPARABLE;
		if (row->more_boots)
			rows[row->more_boots]++;
	}
	for (unsigned int boots = COMPARE_BOOTS_MAX; boots > 0; boots--) {
		if (!rows[boots])
			continue;
		most = boots;
		beyond += rows[boots];
		if (beyond > compared / 100)
			break;
	}
	return most;
}
