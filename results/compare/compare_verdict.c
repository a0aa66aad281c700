// SPDX-License-Identifier: GPL-2.0-or-later
/* From ratios and intervals to verdicts. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "results/base/threshold.h"
#include "results/format.h"

static int set_inconclusive(struct comparison *row, char *reason)
{
	row->verdict = VERDICT_INCONCLUSIVE;
	row->reason = reason;
	return reason ? 0 : -ENOMEM;
}

/* What a ratio above (or below) the threshold means for this metric. */
static enum verdict direction(const struct comparison *row, bool above)
{
	return above == row->higher_is_better ? VERDICT_IMPROVEMENT :
						VERDICT_REGRESSION;
}

/* What is short of a verdict: boots, or what no boots bring. */
static int set_more(struct comparison *row, const char *why, double more)
{
	const char *size = row->direction ? ", size unclear: " : "";
	const char *sign = row->direction ? row->direction : "";

	if (row->layer == LAYER_RUNS)
		return set_inconclusive(
			row, format_string("%s%s%sruns of one kernel differ "
					   "that much: more runs would tell",
					   sign, size, why));
	if (more > COMPARE_BOOTS_MAX)
		return set_inconclusive(
			row, format_string("%s%s%stoo close to the threshold "
					   "to settle with boots",
					   sign, size, why));
	row->more_boots = (unsigned int)more;
	return set_inconclusive(row,
				format_string("%s%s%sabout %.0f more boot%s a "
					      "side",
					      sign, size, why, more,
					      more == 1 ? "" : "s"));
}

/* Clear for a row alone, not for one of many. */
static int judge_unsure(const struct compare_report *report,
			const struct judged *all, struct comparison *row)
{
	char *why = format_string("q %.2g of %zu rows, ", row->q, all->count);
	int ret = -ENOMEM;

	if (why)
		ret = set_more(row, why, compare_boots_for(report, all, row));
	free(why);
	return ret;
}

/*
 * Two one-sided tests (Schuirmann 1987): either would call a row with a change
 * as large as the threshold unchanged in one of 20 cases. A learnt threshold is
 * what runs differ by, all noise between runs within: what else may be unsure
 * is the level of this run, as far as its boots show.
 */
static bool is_equivalent(const struct compare_report *report,
			  const struct comparison *row)
{
	const struct stats_row *by =
		row->learnt ? &row->inside : &row->evidence;
	double limit = threshold_limit(row->threshold);
	double reach = isfinite(by->error) && by->free > 0 ?
			       stats_reach(by, 2 * compare_misses(report)) :
			       0;

	/* Without logarithms there is the interval alone. */
	if (isnan(row->evidence.difference))
		return log(row->low) >= -limit && log(row->high) <= limit;
	return fabs(row->evidence.difference) + reach <= limit;
}

/*
 * Also where every count is exact, which operations take a slow path is an
 * accident of the state that those before left (lists of free pages, slabs):
 * a tail differs when more of them do than such an accident explains, in one of
 * a hundred or so comparisons of a hundred rows.
 */
#define TAIL_CHANCE 1e-4
/* So few rows are of threads that meet that the same is enough for them. */
#define TURNS_CHANCE 1e-4

static int judge_exact(struct comparison *row)
{
	double limit = threshold_limit(row->threshold), off = log(row->ratio);
	const struct comparison_tail *tail = &row->tail;

	if (fabs(off) > limit && tail->base_all && tail->chance > TAIL_CHANCE)
		return set_inconclusive(
			row, format_string("%zu and %zu of %zu operations are "
					   "slower than the mean of both: more "
					   "would tell (run --latency)",
					   tail->base_above, tail->new_above,
					   tail->base_all));
	if (fabs(off) > limit && row->turns_chance > TURNS_CHANCE)
		return set_inconclusive(
			row, format_string("so many samples differ as much by "
					   "where in the CPUs' turns they "
					   "begin: more would tell (run "
					   "--precision .2%%)"));
	row->verdict = fabs(off) <= limit ? VERDICT_UNCHANGED :
					    direction(row, off > 0);
	return 0;
}

static int judge(const struct compare_report *report, const struct judged *all,
		 struct comparison *row)
{
	double margin = row->evidence.margin + THRESHOLD_ROUNDING;
	bool above = log(row->low) > margin, below = log(row->high) < -margin;

	if ((above || below) && row->q <= compare_fdr(report))
		row->verdict = direction(row, above);
	else if (above || below)
		return judge_unsure(report, all, row);
	else if (is_equivalent(report, row))
		row->verdict = VERDICT_UNCHANGED;
	else
		return set_more(row, "", compare_boots_for(report, all, row));
	row->direction = NULL;
	return 0;
}

bool compare_on_host(const struct result *result)
{
	const char *accelerator = result_text(result, "machine/accelerator");

	return accelerator && !strcmp(accelerator, "none");
}

static bool of_rounds(const struct compare_report *report)
{
	return compare_on_host(report->base) && compare_on_host(report->new);
}

static int few_boots(const struct compare_report *report,
		     struct comparison *row)
{
	unsigned int few = row->base_boots < row->new_boots ? row->base_boots :
							      row->new_boots;
	const char *unit = of_rounds(report) ? "round" : "boot";
	char *why;

	row->more_boots = few < 4 ? 4 - few : 1;
	if (row->base_boots == row->new_boots)
		why = format_string("%u %s%s a side: run --boots 5",
				    row->base_boots, unit,
				    row->base_boots == 1 ? "" : "s");
	else
		why = format_string("%u and %u %ss: run --boots 5",
				    row->base_boots, row->new_boots, unit);
	return set_inconclusive(row, why);
}

static int judge_status(const struct compare_report *report,
			const struct judged *all, bool exact,
			struct comparison *row)
{
	const char *why = NULL;

	switch (row->status) {
	case STATS_OK:
		return exact ? judge_exact(row) : judge(report, all, row);
	case STATS_FEW:
		return few_boots(report, row);
	case STATS_NO_MEMORY:
		return -ENOMEM;
	case STATS_UNBOUNDED:
		why = "the base is not clearly above zero";
		return set_inconclusive(row, format_string("%s", why));
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
	row->verdict = VERDICT_INCOMPARABLE;
	row->reason = format_string("%s", why);
	return row->reason ? 0 : -ENOMEM;
}

/* What the runs of the base differ by, of rows that replicate runs. */
static void learn(const struct compare_report *report, struct comparison *row)
{
	double learnt;

	if (!report->options.learn || row->layer != LAYER_RUNS ||
	    row->base_runs < 3)
		return;
	learnt = expm1(stats_reach(&row->evidence, 0.05));
	row->threshold = fmin(fmax(learnt, LEARNT_MIN), LEARNT_MAX);
	row->learnt = learnt <= LEARNT_MAX;
}

/*
 * The interval by the moderated variance. What runs differ by is in the test
 * already where the threshold is learnt, and must not be asked for twice.
 */
static void set_interval(const struct compare_report *report,
			 struct comparison *row)
{
	struct stats_row *evidence = &row->evidence;
	double reach;

	evidence->margin = log1p(row->learnt ? LEARNT_MIN : row->threshold);
	if (isnan(evidence->free))
		return;
	reach = stats_reach(evidence, compare_misses(report));
	/* The middles need not lie where the means do. */
	row->low = fmin(exp(evidence->difference - reach), row->ratio);
	row->high = fmax(exp(evidence->difference + reach), row->ratio);
}

/* Zero spread is more than equal values can tell: ranks are as surprised. */
static double surprise(const struct comparison *row, double margin)
{
	struct stats_row evidence = row->evidence;
	double p;

	evidence.margin = margin;
	p = stats_beyond(&evidence);
	return isnan(p) || p <= 0 ? row->p_rank : p;
}

/*
 * By the moderated t of rows that have logarithms, and by ranks for the others
 * (a boot of theirs was zero), all adjusted together. @signs: of any
 * difference, else of one beyond the threshold.
 */
static int adjust(const struct judged *all, bool signs, double *p)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct comparison *row = &all->rows[i];

		p[i] = row->status || row->reason ?
			       NAN :
			       surprise(row, signs ? 0 : row->evidence.margin);
	}
	return stats_adjust(p, all->count) ? -ENOMEM : 0;
}

static int find_q(const struct compare_report *report, const struct judged *all,
		  double *p)
{
	int ret = adjust(all, true, p);

	for (size_t i = 0; i < all->count && !ret; i++) {
		struct comparison *row = &all->rows[i];

		if (p[i] <= compare_fdr(report) &&
		    (row->low > 1 || row->high < 1))
			row->direction = row->low > 1 ? "slower" : "faster";
		if (row->direction && row->higher_is_better)
			row->direction = row->low > 1 ? "faster" : "slower";
	}
	if (!ret)
		ret = adjust(all, false, p);
	for (size_t i = 0; i < all->count && !ret; i++)
		all->rows[i].q = p[i];
	return ret;
}

static int find_evidence(const struct compare_report *report,
			 const struct judged *all)
{
	struct stats_row *evidence = calloc(all->count + 1, sizeof(*evidence));
	double *p = calloc(all->count + 1, sizeof(*p));
	int ret = -ENOMEM;

	if (!evidence || !p)
		goto free_arrays;
	compare_untrim(all);
	for (size_t i = 0; i < all->count; i++)
		evidence[i] = all->rows[i].evidence;
	stats_moderate(evidence, all->count);
	for (size_t i = 0; i < all->count; i++) {
		struct comparison *row = &all->rows[i];

		row->evidence = evidence[i];
		if (row->status || row->reason)
			continue;
		learn(report, row);
		set_interval(report, row);
	}
	ret = find_q(report, all, p);
free_arrays:
	free(evidence);
	free(p);
	return ret;
}

int compare_judge(const struct compare_report *report, struct judged *all,
		  bool exact)
{
	int ret = exact ? 0 : find_evidence(report, all);

	if (!ret && !exact)
		ret = compare_find_prior(all, &all->prior);
	for (size_t i = 0; i < all->count && !ret; i++)
		if (!all->rows[i].reason)
			ret = judge_status(report, all, exact, &all->rows[i]);
	return ret;
}
