/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How compare.c is put together; nobody else includes this. */
#ifndef MMGAUGE_COMPARE_PARTS_H
#define MMGAUGE_COMPARE_PARTS_H

#include "compare.h"
#include "results/stats/stats.h"

/* Both fill report->refusal and report->differences. 0, -ENOMEM. */
int compare_surroundings(struct compare_report *report);

/*
 * One metric of a cell as the statistics want it: grouped by boot, trials that
 * lack it left out. Free with side_free(), also after an error.
 */
struct metric_side {
	const char *unit; /* NULL when no trial has the metric */
	bool higher_is_better;
	bool mixed; /* its trials disagree on unit or direction */
	struct stats_trial *trials;
	struct stats_boot *boots;
	double *tails; /* of each trial, when they are what is compared */
	unsigned int *numbers; /* of each boot, as in the result */
	struct stats_side side;
};

/*
 * The 99th percentile of each trial of the metric `latency`, as if it were a
 * metric with one sample. It takes a hundred single operations to have one.
 */
extern const char metric_tail[];
bool side_has_tail(const struct metric *metric);

int side_gather(const struct cell *cell, const char *metric,
		struct metric_side *side);
void side_free(struct metric_side *side);

/*
 * Fill @row (cells and metric are set) with medians, ratio and interval, or the
 * reason why it is incomparable. @plan is NULL on a clock without noise.
 * 0, -ENOMEM.
 */
int compare_metric(const struct compare_report *report, struct stats_plan *plan,
		   struct comparison *row);

/*
 * Variances of the logarithms of both sides, their mean. Takes their samples:
 * call it last. compare_make_plan() then fills in report->plan. 0, -ENOMEM.
 */
int compare_noise(struct metric_side *base, struct metric_side *new,
		  struct stats_components *noise);
int compare_make_plan(struct compare_report *report);

/* A host is not rebooted by a run: more --boots are more trials of one boot. */
bool compare_on_host(const struct result *result);

/* The groups of a judged report. 0, -ENOMEM. */
int compare_group(struct compare_report *report);

/*
 * How often an interval may miss and the most a q value may be: less when the
 * boots were added until something was settled, for there was more than one
 * occasion to find it so.
 */
static inline double compare_misses(const struct compare_report *report)
{
	return 0.05 / report->looks;
}

static inline double compare_fdr(const struct compare_report *report)
{
	return report->options.fdr / report->looks;
}

/* q values, then verdicts and reasons of the rows that are left. 0, -ENOMEM. */
int compare_judge(struct compare_report *report, bool exact);

#endif
