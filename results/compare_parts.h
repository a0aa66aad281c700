/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How compare.c is put together; nobody else includes this. */
#ifndef MMGAUGE_COMPARE_PARTS_H
#define MMGAUGE_COMPARE_PARTS_H

#include "compare.h"
#include "stats/stats.h"

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
	struct stats_side side;
};

int side_gather(const struct cell *cell, const char *metric,
		struct metric_side *side);
void side_free(struct metric_side *side);

/*
 * Fill @row (cells and metric are set) with medians, ratio, interval, verdict
 * and reason. @plan is NULL on a clock without noise. 0, -ENOMEM.
 */
int compare_metric(const struct compare_report *report, struct stats_plan *plan,
		   struct comparison *row);

#endif
