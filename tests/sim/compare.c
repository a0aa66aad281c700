// SPDX-License-Identifier: GPL-2.0-or-later
/* Comparisons of whole runs: false verdicts, coverage, what is found. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../results/compare.h"
#include "noise.h"

#define CELLS 200
#define SAMPLES 10

/* Standard deviations, relative; each layer around the one above. */
struct layers {
	const char *what;
	const char *between_boots; /* kind of noise */
	double boot, sample;
	unsigned int boots;
	bool mixed; /* cells differ: boot times 0.1 to 3 */
	double finds_min;
};

struct rates {
	double alarms; /* comparisons of 200 equal cells with any verdict */
	double covers; /* intervals that hold the true ratio */
	double finds; /* of the cells that are 5 % slower, one in ten */
};

static char axis_name[] = "n";

static void make(struct result *result, unsigned int boots)
{
	*result = (struct result){
		.run = json_object(),
		.subject = json_object(),
		.machine = json_pack("{ss}", "accelerator", "kvm"),
		.clock = json_pack("{ss}", "kind", "wall"),
	};
	for (unsigned int c = 0; c < CELLS; c++) {
		const struct axis_value axis = { .axis = axis_name,
						 .number = c };
		struct cell *cell = result_cell(result, "sim.cell", &axis, 1);

		for (unsigned int b = 0; b < boots; b++) {
			struct trial trial = { .boot = b };
			struct metric *metric =
				trial_add_metric(&trial, "time", "s", false);

			for (unsigned int s = 0; s < SAMPLES; s++)
				metric_add_sample(metric, 1);
			cell_add_trial(cell, &trial);
		}
	}
}

static void measure(struct result *result, const struct layers *layers,
		    const gsl_rng *rng, const double *boot_sd,
		    bool tenth_slower)
{
	const struct noise *noise = noise_find(layers->between_boots);
	double boots[64];

	for (unsigned int c = 0; c < CELLS; c++) {
		const struct cell *cell = &result->cells[c];
		double level = tenth_slower && c % 10 == 0 ? 1.05 : 1;

		noise->fill(rng, boots, cell->trial_count);
		for (unsigned int b = 0; b < cell->trial_count; b++) {
			struct metric *metric = &cell->trials[b].metrics[0];

			for (unsigned int s = 0; s < SAMPLES; s++)
				metric->samples[s] =
					level *
					exp(boot_sd[c] * boots[b] +
					    gsl_ran_gaussian(rng,
							     layers->sample));
		}
	}
}

static void count(const struct compare_report *report, bool tenth_slower,
		  struct rates *rates)
{
	bool alarm = false;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		bool slower = tenth_slower &&
			      row->base_cell->axes[0].number % 10 == 0;
		double truth = slower ? 1.05 : 1;

		rates->covers += row->low <= truth && truth <= row->high;
		rates->finds += slower && row->verdict == VERDICT_REGRESSION;
		alarm = alarm ||
			(!slower && (row->verdict == VERDICT_REGRESSION ||
				     row->verdict == VERDICT_IMPROVEMENT));
	}
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
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct rates rates = { 0 };
	struct result base, new;
	double boot_sd[CELLS];

	gsl_rng_set(rng, 7);
	make(&base, layers->boots);
	make(&new, layers->boots);
	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;

		for (unsigned int c = 0; c < CELLS; c++)
			boot_sd[c] =
				layers->boot *
				(layers->mixed ?
					 0.1 * pow(30, gsl_rng_uniform(rng)) :
					 1);
		measure(&base, layers, rng, boot_sd, false);
		measure(&new, layers, rng, boot_sd, tenth_slower);
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
	static const struct layers rows[] = {
		{ "boots equal, 5 boots", "normal", 0, 0.02, 5, false, 0.95 },
		{ "boots 0.5 %, 5 boots", "normal", 0.005, 0.02, 5, false,
		  0.95 },
		{ "boots 1 %, 5 boots", "normal", 0.01, 0.02, 5, false, 0.95 },
		{ "boots 2 %, 5 boots", "normal", 0.02, 0.02, 5, false, 0.3 },
		{ "boots 2 %, 10 boots", "normal", 0.02, 0.02, 10, false, 0.8 },
		{ "boots 2 %, 20 boots", "normal", 0.02, 0.02, 20, false,
		  0.97 },
		{ "boots 0.1 to 3 %, 5 boots", "normal", 0.01, 0.02, 5, true,
		  0.8 },
		{ "boots 1 % t3, 5 boots", "t3", 0.006, 0.02, 5, false, 0.9 },
		{ "boots 1 % t3, 10 boots", "t3", 0.006, 0.02, 10, false,
		  0.95 },
		{ "boots 1 % skewed, 5 boots", "exponential", 0.01, 0.02, 5,
		  false, 0.9 },
		{ "boots 1 % bimodal, 5 boots", "bimodal 70/30, 3 sd", 0.006,
		  0.02, 5, false, 0.9 },
		{ "boots 1 % bimodal, 10 boots", "bimodal 70/30, 3 sd", 0.006,
		  0.02, 10, false, 0.95 },
	};
	bool holds = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rates same = run(&rows[i], false, rounds);
		struct rates slower = run(&rows[i], true, rounds / 10 + 1);
		char what[96];

		snprintf(what, sizeof(what), "samples 2 %%, %s: any verdict",
			 rows[i].what);
		holds &= sim_row(what, same.alarms, true, 0.01);
		holds &= sim_row("  interval covers", same.covers, false, 0.93);
		holds &=
			sim_row("  and not too often", same.covers, true, 0.97);
		holds &= sim_row("  5 % slower is told", slower.finds, false,
				 rows[i].finds_min);
	}
	return holds;
}
