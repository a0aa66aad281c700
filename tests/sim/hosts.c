// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hosts, which do not boot for a run: what its rounds say of this boot, what
 * they cannot say of another one, and what boots say in general.
 */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/compare/compare.h"
#include "sides.h"

#define ROUNDS 5 /* of a run */
#define ROUND 0.005 /* standard deviations, relative */
#define SAMPLE 0.005

struct design {
	const char *what;
	unsigned int runs[2]; /* a side */
	bool boots; /* each run is of a boot of its own */
	bool apart; /* nothing is of one boot with the other side */
	double boot, run; /* how far they differ */
	double most; /* comparisons with any false verdict */
	double least; /* cells that are 5 % slower and told */
};

/* As one file of @runs, each of a boot of its own or all of one. */
static void make(struct result *result, unsigned int runs, bool boots)
{
	json_t *list = json_array();

	sides_make(result, runs * ROUNDS, 1);
	json_object_set_new(result->machine, "accelerator",
			    json_string("none"));
	for (unsigned int r = 0; r < runs; r++)
		json_array_append_new(
			list, json_pack("{si, si}", "first_boot",
					boots ? (int)r : 0, "first_trial",
					boots ? 0 : (int)(r * ROUNDS)));
	for (size_t c = 0; c < result->cell_count; c++)
		for (unsigned int i = 0; i < runs * ROUNDS; i++) {
			struct trial *trial = &result->cells[c].trials[i];

			trial->boot = boots ? i / ROUNDS : 0;
			trial->trial = boots ? i % ROUNDS : i;
		}
	json_object_set_new(result->run, "baseline",
			    json_pack("{so}", "runs", list));
}

static void fill_round(const gsl_rng *rng, struct metric *metric, double level)
{
	for (size_t s = 0; s < metric->sample_count; s++)
		metric->samples[s] = exp(level + gsl_ran_gaussian(rng, SAMPLE));
}

static void fill(const gsl_rng *rng, const struct design *design,
		 const struct result *result, double tenth)
{
	for (size_t c = 0; c < result->cell_count; c++) {
		const struct cell *cell = &result->cells[c];
		double level = sides_is_tenth(cell) ? log(tenth) : 0;
		double boot = design->apart ?
				      gsl_ran_gaussian(rng, design->boot) :
				      0,
		       run = 0;

		for (size_t i = 0; i < cell->trial_count; i++) {
			if (i % ROUNDS == 0)
				run = gsl_ran_gaussian(rng, design->run);
			if (i % ROUNDS == 0 && i && design->boots)
				boot = gsl_ran_gaussian(rng, design->boot);
			fill_round(rng, &cell->trials[i].metrics[0],
				   level + boot + run +
					   gsl_ran_gaussian(rng, ROUND));
		}
	}
}

/* Comparisons with a false verdict; with @tenth the share found. */
static double tell(const struct design *design, double tenth,
		   unsigned int rounds)
{
	const struct compare_options options = { .threshold = 0.01,
						 .fdr = 0.05,
						 .seed = 1 };
	gsl_rng *rng = sim_rng(29);
	struct result base, new;
	double sum = 0;

	make(&base, design->runs[0], design->boots);
	make(&new, design->runs[1], design->boots);
	for (unsigned int i = 0; i < rounds; i++) {
		struct compare_report report;
		double right = 0, wrong = 0;

		fill(rng, design, &base, 1);
		fill(rng, design, &new, tenth);
		if (compare_results(&base, &new, &options, &report))
			abort();
		for (size_t r = 0; r < report.count; r++) {
			const struct comparison *row = &report.rows[r];
			bool slower = row->verdict == VERDICT_REGRESSION;

			right += slower && sides_is_tenth(row->base_cell);
			wrong += slower || row->verdict == VERDICT_IMPROVEMENT;
		}
		sum += tenth > 1 ? right / (CELLS / 10) : wrong > 0;
		compare_free(&report);
	}
	result_free(&base);
	result_free(&new);
	gsl_rng_free(rng);
	return sum / rounds;
}

static const struct design designs[] = {
	{ "one boot, 1 run a side", { 1, 1 }, false, false, 0, 0, 0.06, 0.95 },
	{ "one boot, 1 run, differ by 0.3 %",
	  { 1, 1 },
	  false,
	  false,
	  0,
	  0.003,
	  0.06,
	  0.95 },
	{ "one boot, 3 runs, differ by 0.5 %",
	  { 3, 3 },
	  false,
	  false,
	  0,
	  0.005,
	  0.06,
	  0.95 },
	/* What the caution is for: there is no such limit here. */
	{ "1 boot a side, differ by 1 %",
	  { 1, 1 },
	  false,
	  true,
	  0.01,
	  0.003,
	  1,
	  0.8 },
	{ "3 boots a side, differ by 1 %",
	  { 3, 3 },
	  true,
	  true,
	  0.01,
	  0.003,
	  0.06,
	  0.5 },
	{ "5 boots a side, differ by 1 %",
	  { 5, 5 },
	  true,
	  true,
	  0.01,
	  0.003,
	  0.06,
	  0.9 },
	{ "5 boots and 1, differ by 1 %",
	  { 5, 1 },
	  true,
	  true,
	  0.01,
	  0.003,
	  0.06,
	  0.5 },
};

bool sim_hosts(unsigned int rounds)
{
	bool holds = true;

	for (size_t i = 0; i < sizeof(designs) / sizeof(*designs); i++) {
		const struct design *design = &designs[i];
		char what[120];

		snprintf(what, sizeof(what), "host, %s: any verdict",
			 design->what);
		holds &= sim_row(what, tell(design, 1, rounds), true,
				 design->most);
		holds &= sim_row("  5 % slower is told",
				 tell(design, 1.05, rounds), false,
				 design->least);
	}
	return holds;
}
