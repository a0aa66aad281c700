// SPDX-License-Identifier: GPL-2.0-or-later
/* From ratios and intervals to verdicts. */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "format.h"

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
 * An interval shrinks with the square root of the boots. How many more would
 * bring its end from @reach away from the ratio to the @room there is?
 */
static double more_boots(const struct comparison *row, double reach,
			 double room)
{
	double boots = row->base_boots < row->new_boots ? row->base_boots :
							  row->new_boots;

	if (room <= 0)
		return INFINITY;
	return fmax(1, ceil(boots * (reach * reach / (room * room)) - boots));
}

static int set_more_boots(struct comparison *row, const char *why, double more)
{
	if (!(more <= 1000))
		return set_verdict(row, VERDICT_INCONCLUSIVE,
				   format_string("%stoo close to the threshold "
						 "to settle with boots",
						 why));
	row->more_boots = (unsigned int)more;
	return set_verdict(row, VERDICT_INCONCLUSIVE,
			   format_string("%sabout %.0f more boot%s a side", why,
					 more, more == 1 ? "" : "s"));
}

static int judge_straddling(struct comparison *row)
{
	double top = 1 + row->threshold, bottom = 1 - row->threshold;
	double up = row->high - row->ratio, down = row->ratio - row->low;
	double more = 0;

	if (row->ratio > top) {
		more = more_boots(row, down, row->ratio - top);
	} else if (row->ratio < bottom) {
		more = more_boots(row, up, bottom - row->ratio);
	} else {
		if (row->high > top)
			more = more_boots(row, up, top - row->ratio);
		if (row->low < bottom)
			more = fmax(more,
				    more_boots(row, down, row->ratio - bottom));
	}
	return set_more_boots(row, "", more);
}

/*
 * Clear for a row alone, not for one of many. How many boots would do if it
 * were the only row that changed?
 */
static int judge_unsure(const struct compare_report *report,
			struct comparison *row)
{
	const struct stats_row *evidence = &row->evidence;
	double room = fabs(evidence->difference) - evidence->margin;
	double reach = evidence->error *
		       gsl_cdf_ugaussian_Qinv(report->options.fdr / 2 /
					      (double)report->count);
	char why[64];

	snprintf(why, sizeof(why), "q %.2g of %zu rows, ", row->q,
		 report->count);
	return set_more_boots(row, why, more_boots(row, reach, room));
}

static int judge(const struct compare_report *report, bool exact,
		 struct comparison *row)
{
	double margin = row->threshold + ROUNDING;
	double low = exact ? row->ratio : row->low;
	double high = exact ? row->ratio : row->high;
	bool beyond = low > 1 + margin || high < 1 - margin;

	if (beyond && !exact && !(row->q <= report->options.fdr))
		return judge_unsure(report, row);
	if (low > 1 + margin)
		row->verdict = direction(row, true);
	else if (high < 1 - margin)
		row->verdict = direction(row, false);
	else if (low >= 1 - margin && high <= 1 + margin)
		row->verdict = VERDICT_UNCHANGED;
	else
		return judge_straddling(row);
	return 0;
}

/* A host is not rebooted by a run: more --boots are more trials of one boot. */
static bool on_host(const struct result *result)
{
	const char *accelerator = result_text(result, "machine/accelerator");

	return accelerator && !strcmp(accelerator, "none");
}

static int few_boots(const struct compare_report *report,
		     struct comparison *row)
{
	unsigned int few = row->base_boots < row->new_boots ? row->base_boots :
							      row->new_boots;
	const char *remedy = on_host(report->base) || on_host(report->new) ?
				     "a host run is one: use a vm target" :
				     "run --boots 5";
	char *why;

	if (!on_host(report->base) && !on_host(report->new))
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

unsigned int compare_more_boots(const struct compare_report *report)
{
	unsigned int most = 0;

	for (size_t i = 0; i < report->count; i++)
		if (report->rows[i].more_boots > most)
			most = report->rows[i].more_boots;
	return most;
}
