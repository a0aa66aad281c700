/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Series of known shape in noise, and what the change points say of them. */
#ifndef MMGAUGE_SIM_SERIES_H
#define MMGAUGE_SIM_SERIES_H

#include "noise.h"

#define SERIES_POINTS_MAX 1000

struct tally {
	unsigned int rounds;
	unsigned int any; /* series with a change */
	unsigned int unwarned; /* of these not marked as wandering */
	unsigned int any_step;
	unsigned int near; /* with a step within two points of the true one */
	unsigned int placed; /* whose range of places holds it */
	unsigned int sized; /* whose interval holds the true size */
	unsigned int exact; /* as many steps as there are, all within two */
	unsigned int drifts; /* one drift and nothing else */
};

/* What is added to the noise; @truth gets where it steps, hands back how often.
 */
typedef size_t (*shape_fn)(double *values, size_t count, double size,
			   size_t *truth);

size_t series_flat(double *values, size_t count, double size, size_t *truth);
size_t series_step(double *values, size_t count, double size, size_t *truth);
size_t series_bump(double *values, size_t count, double size, size_t *truth);
size_t series_late(double *values, size_t count, double size, size_t *truth);
size_t series_stairs(double *values, size_t count, double size, size_t *truth);
size_t series_climb_twice(double *values, size_t count, double size,
			  size_t *truth);
size_t series_climb_thrice(double *values, size_t count, double size,
			   size_t *truth);
size_t series_ramp(double *values, size_t count, double size, size_t *truth);
size_t series_half_ramp(double *values, size_t count, double size,
			size_t *truth);
size_t series_approach(double *values, size_t count, double size,
		       size_t *truth);
size_t series_there_and_back(double *values, size_t count, double size,
			     size_t *truth);
size_t series_last_5(double *values, size_t count, double size, size_t *truth);
size_t series_last_3(double *values, size_t count, double size, size_t *truth);
size_t series_on_trend(double *values, size_t count, double size,
		       size_t *truth);
size_t series_climb_much(double *values, size_t count, double size,
			 size_t *truth);

/* @rounds series of @count points of the noise @kind, seeded. */
struct tally series_run(const char *kind, shape_fn shape, size_t count,
			double size, unsigned int rounds);

/* Every series is printed from now on, a line each, for others to look at. */
void series_show(void);

static inline double series_share(unsigned int count, unsigned int rounds)
{
	return rounds ? (double)count / rounds : 0;
}

#endif
