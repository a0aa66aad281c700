// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_randist.h>
#include <math.h>

#include "sides.h"

#define SAMPLES 10

static char axis_name[] = "n";

void sides_make(struct result *result, unsigned int boots, unsigned int looks)
{
	*result = (struct result){
		.run = json_pack("{s{si}}", "until_verdict", "looks",
				 (int)looks),
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

bool sides_is_tenth(const struct cell *cell)
{
	return cell->axes[0].number % 10 == 0;
}

static void measure(const struct cell *cell, const struct layers *layers,
		    const gsl_rng *rng, double boot_sd, double level)
{
	double boots[BOOTS_MAX];

	noise_find(layers->between_boots)->fill(rng, boots, layers->boots);
	for (unsigned int b = 0; b < layers->boots; b++) {
		struct metric *metric = &cell->trials[b].metrics[0];

		for (unsigned int s = 0; s < SAMPLES; s++)
			metric->samples[s] =
				level *
				exp(boot_sd * boots[b] +
				    gsl_ran_gaussian(rng, layers->sample));
	}
}

void sides_measure(struct result *base, struct result *new,
		   const struct layers *layers, const gsl_rng *rng,
		   bool tenth_slower)
{
	for (size_t c = 0; c < new->cell_count; c++) {
		const struct cell *cell = &new->cells[c];
		bool slower = tenth_slower && sides_is_tenth(cell);
		double boot_sd = layers->boot;

		if (layers->mixed)
			boot_sd *= 0.1 * pow(30, gsl_rng_uniform(rng));
		measure(&base->cells[c], layers, rng, boot_sd, 1);
		measure(cell, layers, rng, boot_sd, slower ? 1.05 : 1);
	}
}
