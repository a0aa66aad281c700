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
 * lack it left out. A host does not boot for a run: there each trial is a round,
 * which stands where a boot does. Free with side_free(), also after an error.
 */
struct metric_side {
	const struct result *result;
	const char *unit; /* NULL when no trial has the metric */
	bool higher_is_better;
	bool mixed; /* its trials disagree on unit or direction */
	struct stats_trial *trials;
	struct stats_boot *boots;
	double *tails; /* of each trial, when they are what is compared */
	unsigned int *numbers; /* of each boot, as in the result, or round */
	const struct trial **firsts; /* the first trial of each */
	struct stats_side side;
};

/*
 * The 99th percentile of each trial of the metric `latency`, as if it were a
 * metric with one sample. It takes a hundred single operations to have one.
 */
extern const char metric_tail[];
bool side_has_tail(const struct metric *metric);

int side_gather(const struct result *result, const struct cell *cell,
		const char *metric, struct metric_side *side);
/* The same, of a host as well by boot. */
int side_gather_boots(const struct result *result, const struct cell *cell,
		      const char *metric, struct metric_side *side);
void side_free(struct metric_side *side);

/*
 * Put each trial's tail in the place of its samples. What lies in the 99th
 * place depends on how many there are: so many operations are looked at on
 * both sides as the shortest trial has, spread over the others. @tail says how
 * sure it is that they differ. 0, -ENOMEM.
 */
int sides_take_tails(struct metric_side *base, struct metric_side *new,
		     struct comparison_tail *tail);

/*
 * How probable it is that the samples of two guests of several CPUs differ so
 * much by where in their turns they began. 0, -ENOMEM.
 */
int compare_turns(const struct metric_side *base, const struct metric_side *new,
		  double *chance);

/*
 * The logarithms of its boots, each with its run; of its rounds, each with its
 * boot where @by_boot, else with its run. 0, -ENOMEM.
 */
int side_logs(const struct metric_side *side, bool by_boot,
	      struct stats_logs *logs);

/*
 * Whether the boots of hosts that both sides are of are enough to be what is
 * replicated: four, as runs have to be. Else their runs are, or rounds, and
 * nothing is known of other boots.
 */
bool compare_over_boots(const struct compare_report *report);

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

/* Whether both sides were measured at one time, boot by boot in turns. */
bool compare_at_once(const struct compare_report *report);

/* Fills in report->caution of a judged report. 0, -ENOMEM. */
int compare_caution(struct compare_report *report, bool exact);

/* A host is not rebooted by a run: more --boots are more rounds of one boot. */
bool compare_on_host(const struct result *result);

/*
 * The layer that a row's logarithms replicate, and how sure the difference is
 * there, from what compare_metric() found about boots.
 */
void compare_find_layer(const struct compare_report *report,
			struct comparison *row);

/* What a learnt threshold may be at least and at most. */
#define LEARNT_MIN 0.001
#define LEARNT_MAX 0.1

/*
 * How much rows differ, as standard deviations around zero: most of them hardly
 * or not at all, and a share of them by much more. Infinite where too few rows
 * are there to tell.
 */
struct compare_prior {
	double usual, changed;
	double share; /* of the changed ones */
};

/* Rows that are judged together: those of the report, or its groups. */
struct judged {
	struct comparison *rows;
	size_t count;
	struct compare_prior prior;
};

/* From the rows' evidence. 0, -ENOMEM. */
int compare_find_prior(const struct judged *all, struct compare_prior *prior);

/*
 * How many boots more a row takes, where it is inconclusive, until it is
 * settled in four of five cases; above COMPARE_BOOTS_MAX: too many.
 */
#define COMPARE_BOOTS_MAX 1000
double compare_boots_for(const struct compare_report *report,
			 const struct judged *all,
			 const struct comparison *row);

/* Those that options.keep does not take. */
void compare_drop_rows(struct compare_report *report);

/* The groups of a judged report, judged themselves. 0, -ENOMEM. */
int compare_group(struct compare_report *report, bool exact);

/*
 * Trimming an eighth of the boots costs a tenth of what they tell where no boot
 * is bad. Whether it pays is asked of all rows together, which no row alone
 * can bend its own way; one with a bad boot stays trimmed all the same.
 */
void compare_untrim(const struct judged *all);

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
int compare_judge(const struct compare_report *report, struct judged *all,
		  bool exact);

#endif
