/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Series to look for changes in. */
#ifndef CHANGES_FIXTURE_H
#define CHANGES_FIXTURE_H

#include <float.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "results/stats/changes.h"

#define COUNT 60

static inline void fill(double *values, size_t count, double level, double sd)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < count; i++)
		values[i] = level + gsl_ran_gaussian(rng, sd);
	gsl_rng_free(rng);
}

static inline void assert_nothing(const double *values, size_t count)
{
	struct changes found = changes_find(values, count);

	assert_int_equal(found.status, STATS_OK);
	assert_int_equal(found.count, 0);
	changes_free(&found);
}

#endif
