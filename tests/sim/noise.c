// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise.h"

static void normal(const gsl_rng *rng, double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = gsl_ran_gaussian(rng, 1);
}

static void heavy_tails(const gsl_rng *rng, double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = gsl_ran_tdist(rng, 3);
}

static void skewed(const gsl_rng *rng, double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = gsl_ran_exponential(rng, 1) - 1;
}

/* 2 % of points at 10 standard deviations, always the slow way. */
static void spikes(const gsl_rng *rng, double *values, size_t count)
{
	normal(rng, values, count);
	for (size_t i = 0; i < count; i++)
		if (gsl_rng_uniform(rng) < 0.02)
			values[i] += 10;
}

static void two_modes(const gsl_rng *rng, double *values, size_t count,
		      double distance)
{
	normal(rng, values, count);
	for (size_t i = 0; i < count; i++)
		if (gsl_rng_uniform(rng) < 0.3)
			values[i] += distance;
}

static void bimodal_near(const gsl_rng *rng, double *values, size_t count)
{
	two_modes(rng, values, count, 3);
}

static void bimodal(const gsl_rng *rng, double *values, size_t count)
{
	two_modes(rng, values, count, 6);
}

static void bimodal_far(const gsl_rng *rng, double *values, size_t count)
{
	two_modes(rng, values, count, 30);
}

static void autoregressive(const gsl_rng *rng, double *values, size_t count,
			   double rho)
{
	double innovation = sqrt(1 - rho * rho);

	values[0] = gsl_ran_gaussian(rng, 1);
	for (size_t i = 1; i < count; i++)
		values[i] =
			rho * values[i - 1] + gsl_ran_gaussian(rng, innovation);
}

static void autoregressive_weak(const gsl_rng *rng, double *values,
				size_t count)
{
	autoregressive(rng, values, count, 0.3);
}

static void autoregressive_strong(const gsl_rng *rng, double *values,
				  size_t count)
{
	autoregressive(rng, values, count, 0.6);
}

static void autoregressive_long(const gsl_rng *rng, double *values,
				size_t count)
{
	autoregressive(rng, values, count, 0.9);
}

/* A clock that counts in steps as large as the noise. */
static void rounded(const gsl_rng *rng, double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = floor(gsl_ran_gaussian(rng, 1));
}

/* The noise of the last @length points is @times that of the others. */
static void louder(const gsl_rng *rng, double *values, size_t count,
		   size_t length, double times)
{
	normal(rng, values, count);
	for (size_t i = count - length; i < count; i++)
		values[i] *= times;
}

static void much_louder(const gsl_rng *rng, double *values, size_t count)
{
	louder(rng, values, count, 8, 10);
}

static void somewhat_louder(const gsl_rng *rng, double *values, size_t count)
{
	louder(rng, values, count, 8, 3);
}

static void silent_at_first(const gsl_rng *rng, double *values, size_t count)
{
	normal(rng, values, count);
	for (size_t i = 0; i + 20 < count; i++)
		values[i] = 0;
}

/* Slow wandering below fast noise: what one autocorrelation cannot describe. */
static void wandering(const gsl_rng *rng, double *values, size_t count)
{
	autoregressive(rng, values, count, 0.9);
	for (size_t i = 0; i < count; i++)
		values[i] += gsl_ran_gaussian(rng, 1);
}

const struct noise noises[] = {
	{ "normal", normal },
	{ "t3", heavy_tails },
	{ "spikes 2 % at 10 sd", spikes },
	{ "bimodal 70/30, 3 sd", bimodal_near },
	{ "bimodal 70/30, 6 sd", bimodal },
	{ "bimodal 70/30, 30 sd", bimodal_far },
	{ "AR(1) 0.3", autoregressive_weak },
	{ "AR(1) 0.6", autoregressive_strong },
	{ "AR(1) 0.9", autoregressive_long },
	{ "exponential", skewed },
	{ "rounded to 1 sd", rounded },
	{ "last 8 ten times louder", much_louder },
	{ "last 8 three times louder", somewhat_louder },
	{ "silent but for the last 20", silent_at_first },
	{ "AR(1) 0.9 and white", wandering },
	{ NULL, NULL },
};

const struct noise *noise_find(const char *name)
{
	const struct noise *noise = noises;

	while (noise->name && strcmp(noise->name, name))
		noise++;
	return noise;
}

static unsigned long seed_of_all;

void sim_seed(unsigned long seed)
{
	seed_of_all = seed;
}

gsl_rng *sim_rng(unsigned long stream)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	if (!rng)
		abort();
	/* The generator takes 32 bits; neighbours are not alike in it. */
	gsl_rng_set(rng, (stream + seed_of_all * 2654435761u) & 0xffffffff);
	return rng;
}

bool sim_row(const char *what, double rate, bool at_most, double limit)
{
	bool holds = at_most ? rate <= limit : rate >= limit;

	printf("| %-52s | %6.4g | %s %-5g | %s |\n", what, rate,
	       at_most ? "<=" : ">=", limit, holds ? "yes" : "NO ");
	fflush(stdout);
	return holds;
}
