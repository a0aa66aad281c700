/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of noise that benchmarks show, around zero, seeded. */
#ifndef MMGAUGE_SIM_NOISE_H
#define MMGAUGE_SIM_NOISE_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>

struct noise {
	const char *name;
	void (*fill)(const gsl_rng *rng, double *values, size_t count);
};

/* Ends with a NULL name. The standard deviation, spikes aside, is about 1. */
extern const struct noise noises[];

const struct noise *noise_find(const char *name);

/* Numbers of their own for every @stream, and others for every seed. */
gsl_rng *sim_rng(unsigned long stream);
void sim_seed(unsigned long seed); /* 0 until told otherwise */

/* Print a line of the table; false, and marked, when a limit does not hold. */
bool sim_row(const char *what, double rate, bool at_most, double limit);

/* Each prints its part of the table; false when a limit does not hold. */
bool sim_changes(unsigned int rounds);
bool sim_edges(unsigned int rounds);
bool sim_family(unsigned int rounds);
bool sim_compare(unsigned int rounds);
bool sim_until(unsigned int rounds);
bool sim_replication(unsigned int rounds);
bool sim_hosts(unsigned int rounds);

#endif
