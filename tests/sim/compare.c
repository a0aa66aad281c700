// SPDX-License-Identifier: GPL-2.0-or-later
/* Comparisons of whole runs: false verdicts, coverage, what is found. */
#include <stdio.h>
#include <stdlib.h>

#include "results/compare/compare.h"
#include "sides.h"

struct rates {
	double alarms; /* comparisons of 200 equal cells with any verdict */
	double covers; /* intervals that hold the true ratio */
	double finds; /* of the cells that are 5 % slower, one in ten */
};

static void count(const struct compare_report *report, bool tenth_slower,
		  struct rates *rates)
{
	bool alarm = false;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		bool slower = tenth_slower && sides_is_tenth(row->base_cell);
		double truth = slower ? 1.05 : 1;

		rates->covers += row->low <= truth && truth <= row->high;
		rates->finds += slower && row->verdict == VERDICT_REGRESSION;
		alarm = alarm ||
			(!slower && (row->verdict == VERDICT_REGRESSION ||
				     row->verdict == VERDICT_IMPROVEMENT));
	}
	for (size_t i = 0; i < report->group_count && !tenth_slower; i++)
		alarm = alarm ||
			report->groups[i].verdict == VERDICT_REGRESSION ||
			report->groups[i].verdict == VERDICT_IMPROVEMENT;
	rates->alarms += alarm;
}

static struct rates run(const struct layers *layers, bool tenth_slower,
			unsigned int rounds)
{
	const struct compare_options options = {
		.threshold = 0.01,
		.fdr = 0.05,
		.seed = 1,
	};
	gsl_rng *rng = sim_rng(7);
	struct rates rates = { 0 };
	struct result base, new;

	sides_make(&base, layers->boots, 1);
	sides_make(&new, layers->boots, 1);
	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;

		sides_measure(&base, &new, layers, rng, tenth_slower);
		if (compare_results(&base, &new, &options, &report))
			abort();
		count(&report, tenth_slower, &rates);
		compare_free(&report);
	}
	result_free(&base);
	result_free(&new);
	gsl_rng_free(rng);
	rates.alarms /= rounds;
	rates.covers /= (double)rounds * CELLS;
	rates.finds /= (double)rounds * CELLS / 10;
	return rates;
}

bool sim_compare(unsigned int rounds)
{
	static const struct {
		struct layers layers;
		double finds_min;
	} rows[] = {
		{ { "boots equal, 5 boots", "normal", 0, 0.02, 5, false },
		  0.95 },
		{ { "boots 0.5 %, 5 boots", "normal", 0.005, 0.02, 5, false },
		  0.95 },
		{ { "boots 1 %, 5 boots", "normal", 0.01, 0.02, 5, false },
		  0.95 },
		{ { "boots 2 %, 5 boots", "normal", 0.02, 0.02, 5, false },
		  0.3 },
		{ { "boots 2 %, 10 boots", "normal", 0.02, 0.02, 10, false },
		  0.8 },
		{ { "boots 2 %, 14 boots", "normal", 0.02, 0.02, 14, false },
		  0.95 },
		{ { "boots 2 %, 20 boots", "normal", 0.02, 0.02, 20, false },
		  0.97 },
		{ { "boots 0.1 to 3 %, 5 boots", "normal", 0.01, 0.02, 5,
		    true },
		  0.8 },
		{ { "boots 1 % t3, 5 boots", "t3", 0.006, 0.02, 5, false },
		  0.9 },
		{ { "boots 1 % t3, 10 boots", "t3", 0.006, 0.02, 10, false },
		  0.95 },
		{ { "boots 1 % skewed, 5 boots", "exponential", 0.01, 0.02, 5,
		    false },
		  0.9 },
		{ { "boots 1 % bimodal, 5 boots", "bimodal 70/30, 3 sd", 0.006,
		    0.02, 5, false },
		  0.9 },
		{ { "boots 1 % bimodal, 10 boots", "bimodal 70/30, 3 sd", 0.006,
		    0.02, 10, false },
		  0.95 },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rates same = run(&rows[i].layers, false, rounds);
		struct rates slower = run(&rows[i].layers, true, rounds / 4);
		char what[96];

		snprintf(what, sizeof(what), "samples 2 %%, %s: any verdict",
			 rows[i].layers.what);
		holds &= sim_row(what, same.alarms, true, 0.01);
		holds &= sim_row("  interval covers", same.covers, false, 0.93);
		holds &=
			sim_row("  and not too often", same.covers, true, 0.97);
		holds &= sim_row("  5 % slower is told", slower.finds, false,
				 rows[i].finds_min);
	}
	return holds;
}
