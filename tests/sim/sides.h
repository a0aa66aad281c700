/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up results of 200 cells: boots around a level, samples around those. */
#ifndef MMGAUGE_SIM_SIDES_H
#define MMGAUGE_SIM_SIDES_H

#include "results/base/result.h"
#include "noise.h"

#define CELLS 200
#define BOOTS_MAX 64

/* Standard deviations, relative; each layer around the one above. */
struct layers {
	const char *what;
	const char *between_boots; /* kind of noise */
	double boot, sample;
	unsigned int boots;
	bool mixed; /* cells differ: boot times 0.1 to 3 */
};

/* @looks as `run --until-verdict` notes them; 1 for a run without. */
void sides_make(struct result *result, unsigned int boots, unsigned int looks);

/* New values in both, the same noise of a cell on either side. */
void sides_measure(struct result *base, struct result *new,
		   const struct layers *layers, const gsl_rng *rng,
		   bool tenth_slower);

/* Whether this is a cell that gets 5 % slower then. */
bool sides_is_tenth(const struct cell *cell);

#endif
