// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boots added until there is a verdict, as `run --until-verdict` does: what
 * looking several times costs, and what it finds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "results/compare/compare.h"
#include "results/stats/looks.h"
#include "sides.h"

struct rates {
	double alarms; /* runs that at their end told a change of an equal cell
			*/
	double finds; /* of the cells that are 5 % slower */
	double boots; /* a side, when it ended */
};

/* The first @boots of what was measured. */
static void cut(struct result *result, unsigned int boots)
{
	for (size_t c = 0; c < result->cell_count; c++)
		result->cells[c].trial_count = boots;
}

static void count(const struct compare_report *report, bool tenth_slower,
		  struct rates *rates)
{
	bool alarm = false;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		bool told = row->verdict == VERDICT_REGRESSION ||
			    row->verdict == VERDICT_IMPROVEMENT;

		if (tenth_slower && sides_is_tenth(row->base_cell))
			rates->finds += row->verdict == VERDICT_REGRESSION;
		else
			alarm |= told;
	}
	rates->alarms += alarm;
}

/* Ends as soon as nothing is open, or at the last look. */
static void add_boots(struct result *base, struct result *new,
		      const struct layers *layers, double threshold,
		      bool tenth_slower, struct rates *rates)
{
	const struct compare_options options = { .threshold = threshold,
						 .seed = 1 };

	for (unsigned int boots = 1;; boots++) {
		struct compare_report report;
		bool last;

		if (!stats_is_look(boots, layers->boots))
			continue;
		cut(base, boots);
		cut(new, boots);
		if (compare_results(base, new, &options, &report))
			abort();
		last = boots == layers->boots || !compare_open(&report);
		if (last) {
			count(&report, tenth_slower, rates);
			rates->boots += boots;
		}
		compare_free(&report);
		if (last)
			return;
	}
}

static struct rates run(const struct layers *layers, size_t cells,
			double threshold, bool tenth_slower,
			unsigned int rounds)
{
	gsl_rng *rng = sim_rng(11);
	struct rates rates = { 0 };
	struct result base, new;

	sides_make(&base, layers->boots, stats_looks(layers->boots));
	sides_make(&new, layers->boots, stats_looks(layers->boots));
	base.cell_count = new.cell_count = cells;
	for (unsigned int i = 0; i < rounds; i++) {
		cut(&base, layers->boots);
		cut(&new, layers->boots);
		sides_measure(&base, &new, layers, rng, tenth_slower);
		add_boots(&base, &new, layers, threshold, tenth_slower, &rates);
	}
	cut(&base, layers->boots);
	cut(&new, layers->boots);
	base.cell_count = new.cell_count = CELLS;
	result_free(&base);
	result_free(&new);
	gsl_rng_free(rng);
	rates.alarms /= rounds;
	rates.finds /= (double)rounds * CELLS / 10;
	rates.boots /= rounds;
	return rates;
}

/*
 * The worst that looks can do: a single cell, where nothing else keeps a run
 * from ending at the look that chance favours, and hardly a threshold. At most
 * --fdr of such runs may tell a change.
 */
static bool one_cell(unsigned int rounds)
{
	static const struct layers rows[] = {
		{ "normal boots", "normal", 0.01, 0.02, 40, false },
		{ "t3 boots", "t3", 0.006, 0.02, 40, false },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rates rates = run(&rows[i], 1, 0.0001, false, rounds);
		char what[96];

		snprintf(what, sizeof(what),
			 "until a verdict, one cell, %s: any change",
			 rows[i].what);
		holds &= sim_row(what, rates.alarms, true, 0.05);
	}
	return holds;
}

bool sim_until(unsigned int rounds)
{
	static const struct layers rows[] = {
		{ "samples 0.5 %, boots 0.3 %", "normal", 0.003, 0.005, 40,
		  false },
		{ "samples 2 %, boots 1 %", "normal", 0.01, 0.02, 40, false },
		{ "samples 2 %, boots 2 %", "normal", 0.02, 0.02, 40, false },
		{ "samples 2 %, boots 2 % t3", "t3", 0.012, 0.02, 40, false },
		{ "samples 2 %, boots 0.1 to 3 %", "normal", 0.01, 0.02, 40,
		  true },
	};
	bool holds = one_cell(20 * rounds);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rates same = run(&rows[i], CELLS, 0.01, false, rounds);
		struct rates slower =
			run(&rows[i], CELLS, 0.01, true, rounds / 4);
		char what[96];

		snprintf(what, sizeof(what), "until a verdict, %s: any change",
			 rows[i].what);
		holds &= sim_row(what, same.alarms, true, 0.01);
		holds &= sim_row("  boots a side", same.boots, true, 40);
		holds &= sim_row("  5 % slower is told", slower.finds, false,
				 0.95);
	}
	return holds;
}
