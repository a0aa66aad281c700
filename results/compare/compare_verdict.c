// SPDX-License-Identifier: GPL-2.0-or-later
/* From ratios and intervals to verdicts. */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "results/format.h"

static int set_verdict(struct comparison *row, enum verdict verdict,
		       char *reason)
{
	row->verdict = verdict;
	row->reason = reason;
	return reason ? 0 : -ENOMEM;
}

/* Decimal thresholds and ratios are rarely exact: 1.01 - 1 is above 0.01. */
#define ROUNDING 1e-12

/* What a ratio above (or below) the threshold means for this metric. */
static enum verdict direction(const struct comparison *row, bool above)
{
	return above == row->higher_is_better ? VERDICT_IMPROVEMENT :
						VERDICT_REGRESSION;
}

/*
 * More boots are worth asking for when they will probably settle the row, not
 * when they might: in four of five cases, if the ratio is what it seems to be.
 */
#define POWER 0.8
#define BOOTS_MAX 1000

static double few_boots_of(const struct comparison *row)
{
	return row->base_boots < row->new_boots ? row->base_boots :
						  row->new_boots;
}

/*
 * How many boots a side leave @room for an interval that misses so often, when
 * @error is the standard error now: it falls with the square root of the boots.
 */
static double boots_for(const struct comparison *row, double error, double room,
			double misses)
{
	double now = few_boots_of(row), low = now, high = now + BOOTS_MAX + 1;

	while (high - low > 1) {
		double boots = floor((low + high) / 2);
		double reach = gsl_cdf_tdist_Qinv(misses / 2, 2 * boots - 2) +
			       gsl_cdf_ugaussian_Pinv(POWER);

		if (reach * error * sqrt(now / boots) <= room)
			high = boots;
		else
			low = boots;
	}
	return high - now;
}

/* Of the ratio, as its interval has it. */
static double ratio_error(const struct compare_report *report,
			  const struct comparison *row)
{
	double free = isfinite(row->evidence.free) ? row->evidence.free :
						     2 * few_boots_of(row) - 2;

	return (row->high - row->low) / 2 /
	       gsl_cdf_tdist_Qinv(compare_misses(report) / 2, free);
}

/*
 * What a row needs to be told as a change beside the interval: a q value, that
 * is a p value of so much if one more row is told than now.
 */
static double boots_for_q(const struct compare_report *report,
			  const struct comparison *row)
{
	const struct stats_row *evidence = &row->evidence;
	double room = fabs(evidence->difference) - evidence->margin;
	double told = 1;

	for (size_t i = 0; i < report->count; i++)
		told += report->rows[i].q <= compare_fdr(report);
	if (isnan(room))
		return 1;
	return boots_for(row, evidence->error, room,
			 compare_fdr(report) *
				 fmin(1, told / (double)report->count));
}

static int set_more_boots(struct comparison *row, const char *why, double more)
{
	if (more > BOOTS_MAX)
		return set_verdict(row, VERDICT_INCONCLUSIVE,
				   format_string("%stoo close to the threshold "
						 "to settle with boots",
						 why));
	row->more_boots = (unsigned int)more;
	return set_verdict(row, VERDICT_INCONCLUSIVE,
			   format_string("%sabout %.0f more boot%s a side", why,
					 more, more == 1 ? "" : "s"));
}

static int judge_straddling(const struct compare_report *report,
			    struct comparison *row)
{
	double error = ratio_error(report, row), off = fabs(row->ratio - 1);
	double room = fabs(off - row->threshold);
	double more = boots_for(row, error, room, compare_misses(report));

	if (off > row->threshold)
		more = fmax(more, boots_for_q(report, row));
	return set_more_boots(row, "", more);
}

/* Clear for a row alone, not for one of many. */
static int judge_unsure(const struct compare_report *report,
			struct comparison *row)
{
	char why[64];

	snprintf(why, sizeof(why), "q %.2g of %zu rows, ", row->q,
		 report->count);
	return set_more_boots(row, why, boots_for_q(report, row));
}

static int judge(const struct compare_report *report, bool exact,
		 struct comparison *row)
{
	double margin = row->threshold + ROUNDING;
	double low = exact ? row->ratio : row->low;
	double high = exact ? row->ratio : row->high;
	bool beyond = low > 1 + margin || high < 1 - margin;

	if (beyond && !exact && !(row->q <= compare_fdr(report)))
		return judge_unsure(report, row);
	if (low > 1 + margin)
		row->verdict = direction(row, true);
	else if (high < 1 - margin)
		row->verdict = direction(row, false);
	else if (low >= 1 - margin && high <= 1 + margin)
		row->verdict = VERDICT_UNCHANGED;
	else
		return judge_straddling(report, row);
	return 0;
}

bool compare_on_host(const struct result *result)
{
	const char *accelerator = result_text(result, "machine/accelerator");

	return accelerator && !strcmp(accelerator, "none");
}

static int few_boots(const struct compare_report *report,
		     struct comparison *row)
{
	unsigned int few = (unsigned int)few_boots_of(row);
	const char *remedy =
		compare_on_host(report->base) || compare_on_host(report->new) ?
			"a host run is one: use a vm target" :
			"run --boots 5";
	char *why;

	if (!compare_on_host(report->base) && !compare_on_host(report->new))
		row->more_boots = few < 4 ? 4 - few : 1;
	if (row->base_boots == row->new_boots)
		why = format_string("%u boot%s a side: %s", row->base_boots,
				    row->base_boots == 1 ? "" : "s", remedy);
	else
		why = format_string("%u and %u boots: %s", row->base_boots,
				    row->new_boots, remedy);
	return set_verdict(row, VERDICT_INCONCLUSIVE, why);
}

static int judge_status(const struct compare_report *report, bool exact,
			struct comparison *row)
{
	const char *why = NULL;

	switch (row->status) {
	case STATS_OK:
		return judge(report, exact, row);
	case STATS_FEW:
		return few_boots(report, row);
	case STATS_NO_MEMORY:
		return -ENOMEM;
	case STATS_UNBOUNDED:
		why = "the base is not clearly above zero";
		return set_verdict(row, VERDICT_INCONCLUSIVE,
				   format_string("%s", why));
	case STATS_EMPTY:
		why = "no samples on one side";
		break;
	case STATS_NOT_FINITE:
		why = "a sample is not a finite number";
		break;
	case STATS_NO_RATIO:
		why = "no ratio: the base is zero or a median negative";
		break;
	}
	return set_verdict(row, VERDICT_INCOMPARABLE, format_string("%s", why));
}

/*
 * By the moderated t of rows that have logarithms, and by ranks for the others
 * (a boot of theirs was zero), all adjusted together.
 */
static int find_q(struct compare_report *report)
{
	struct stats_row *evidence =
		calloc(report->count + 1, sizeof(*evidence));
	double *p = calloc(report->count + 1, sizeof(*p));
	int ret = -ENOMEM;

	if (!evidence || !p)
		goto free_arrays;
	for (size_t i = 0; i < report->count; i++)
		evidence[i] = report->rows[i].evidence;
	stats_moderated(evidence, report->count, p);
	for (size_t i = 0; i < report->count; i++)
		if (isnan(p[i]))
			p[i] = report->rows[i].p_rank;
	if (stats_adjust(p, report->count))
		goto free_arrays;
	for (size_t i = 0; i < report->count; i++)
		report->rows[i].q = p[i];
	ret = 0;
free_arrays:
	free(evidence);
	free(p);
	return ret;
}

int compare_judge(struct compare_report *report, bool exact)
{
	int ret = exact ? 0 : find_q(report);

	for (size_t i = 0; i < report->count && !ret; i++)
		if (!report->rows[i].reason)
			ret = judge_status(report, exact, &report->rows[i]);
	return ret;
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

unsigned int compare_more_boots(const struct compare_report *report)
{
	unsigned int most = 0;

	for (size_t i = 0; i < report->count; i++)
		if (report->rows[i].more_boots > most)
			most = report->rows[i].more_boots;
	return most;
}
