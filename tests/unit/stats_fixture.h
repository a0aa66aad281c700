/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sides of a comparison with storage, for tests of the statistics. */
#ifndef TEST_STATS_FIXTURE_H
#define TEST_STATS_FIXTURE_H

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "results/stats/stats.h"

#define BOOTS_MAX 20
#define TRIALS_MAX 3
#define SAMPLES_MAX 30

/* One side with storage; shape() sets how much of it is used. */
struct data {
	double samples[BOOTS_MAX][TRIALS_MAX][SAMPLES_MAX];
	struct stats_trial trials[BOOTS_MAX][TRIALS_MAX];
	struct stats_boot boots[BOOTS_MAX];
	struct stats_side side;
};

static inline void shape(struct data *data, size_t boots, size_t trials,
			 size_t samples)
{
	for (size_t b = 0; b < boots; b++) {
		for (size_t t = 0; t < trials; t++) {
			data->trials[b][t].samples = data->samples[b][t];
			data->trials[b][t].count = samples;
		}
		data->boots[b].trials = data->trials[b];
		data->boots[b].count = trials;
	}
	data->side.boots = data->boots;
	data->side.count = boots;
}

static inline void fill(struct data *data, double value)
{
	for (size_t b = 0; b < BOOTS_MAX; b++)
		for (size_t t = 0; t < TRIALS_MAX; t++)
			for (size_t i = 0; i < SAMPLES_MAX; i++)
				data->samples[b][t][i] = value;
}

static inline double between_boots(const gsl_rng *rng, char kind, double sd)
{
	switch (kind) {
	case 't': /* heavy tails */
		return sd * gsl_ran_tdist(rng, 3) / sqrt(3);
	case 'b': /* two modes, 70 to 30, three sd apart */
		return gsl_rng_uniform(rng) < 0.7 ? 0 : 3 * sd;
	case 'e': /* skewed; the median is zero */
		return sd * (gsl_ran_exponential(rng, 1) - M_LN2);
	default:
		return gsl_ran_gaussian(rng, sd);
	}
}

static inline void measure(struct data *data, const gsl_rng *rng, char kind,
			   double level, double boot_sd)
{
	for (size_t b = 0; b < data->side.count; b++) {
		double boot = between_boots(rng, kind, boot_sd);

		for (size_t t = 0; t < data->boots[b].count; t++)
			for (size_t i = 0; i < data->trials[b][t].count; i++)
				data->samples[b][t][i] =
					level *
					exp(boot + gsl_ran_gaussian(rng, 0.01));
	}
}

/* One sample a boot: exp(a), exp(a + d), ... */
static inline void fill_logs(struct data *data, size_t boots, double a,
			     double d)
{
	shape(data, boots, 1, 1);
	for (size_t b = 0; b < boots; b++)
		data->samples[b][0][0] = exp(a + d * (double)b);
}

static inline void assert_near(double a, double b, double tolerance)
{
	if (!(fabs(a - b) <= tolerance))
		fail_msg("%.17g is not within %g of %.17g", a, tolerance, b);
}

#endif
