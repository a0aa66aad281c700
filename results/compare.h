/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sets of results, cell by cell and metric by metric: ratio of medians
 * with a hierarchical-bootstrap interval over boots, and a verdict.
 *
 * On the instruction clock any difference is real and only the threshold
 * decides; one boot a side is enough. On the wall clock `regression` and
 * `improvement` need the whole interval beyond the threshold and `unchanged`
 * needs it within; an interval that straddles the threshold is inconclusive.
 * So is everything with too few boots to know how boots differ, however clear
 * it looks: stats_boots_enough() asks for four a side, or three and five.
 */
#ifndef MMGAUGE_COMPARE_H
#define MMGAUGE_COMPARE_H

#include "result.h"

enum verdict {
	VERDICT_UNCHANGED,
	VERDICT_IMPROVEMENT,
	VERDICT_INCONCLUSIVE,
	VERDICT_REGRESSION,
	VERDICT_INCOMPARABLE,
};

const char *verdict_name(enum verdict verdict);

struct compare_options {
	double threshold; /* relative, 0.01 is 1 % */
	uint64_t seed; /* of the bootstrap */
	bool force; /* compare although machine, clock or accelerator differ */
};

/* One metric of one cell. */
struct comparison {
	const struct cell *base_cell; /* NULL: only the new side has it */
	const struct cell *new_cell; /* NULL: only the base has it */
	const char *metric; /* NULL when no metric could be compared */
	const char *unit;
	bool higher_is_better;
	double base; /* medians, NaN when absent */
	double new;
	double ratio; /* new / base, NaN when undefined */
	double low; /* 95 % interval of the ratio, NaN when unknown */
	double high;
	unsigned int base_boots;
	unsigned int new_boots;
	enum verdict verdict;
	char *reason; /* of incomparable or inconclusive, else NULL */
};

struct compare_report {
	const struct result *base;
	const struct result *new;
	struct compare_options options;
	struct comparison *rows; /* sorted by case, axes; metrics as measured */
	size_t count;
	unsigned int verdicts[VERDICT_INCOMPARABLE + 1];
	char *refusal; /* why nothing at all may be compared, else NULL */
	char **differences; /* context that differs: config, compiler, ... */
	size_t difference_count;
};

/*
 * Compare. The results must outlive the report. 0, -ENOMEM. When clock kind,
 * accelerator or machine fingerprint differ, or wall-clock time was taken under
 * software emulation, every row is incomparable and refusal says why; when
 * forced that line is one of the differences instead.
 */
int compare_results(const struct result *base, const struct result *new,
		    const struct compare_options *options,
		    struct compare_report *report);
void compare_free(struct compare_report *report);

/* {"cells":[...], "summary":{}}, docs/result-format.md. New reference. */
json_t *compare_to_json(const struct compare_report *report);

#endif
