/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels and settings in many combinations: a file of schema mmgauge-matrix/1
 * (configs/matrix.schema.json), whose cells are those of a suite.
 */
#ifndef MMGAUGE_MATRIX_H
#define MMGAUGE_MATRIX_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>

#include "results/base/error.h"
#include "results/matrix/analysis.h"
#include "sweep.h"

/* All combinations of more are not measured unless asked for. */
#define MATRIX_ALL 16

struct matrix {
	char name[64];
	char path[PATH_MAX]; /* absolute */
	json_t *root; /* has the texts of the design */
	bool cached; /* all kernels: to ask takes seconds each */
	json_t *cells; /* what decides a figure besides the combination */
	struct design design; /* its first dimension are the kernels */
};

/* Whether @name is a file that says it is one. */
bool matrix_is(const char *name);

/*
 * -ENOENT, -EINVAL with FILE: POINTER in the line. What the cells are is not
 * looked at: run_choose() does, which takes the file for a suite. Free it in
 * every case.
 */
int matrix_load(const char *name, struct matrix *matrix, struct error *err);
void matrix_free(struct matrix *matrix);

/*
 * Which combinations to measure: all, or some that have each pair of values.
 * -E2BIG where all are too many.
 */
int matrix_choose(struct matrix *matrix, bool pairwise, struct error *err);

/* One more combination, as the last. -ENOMEM. */
int matrix_add(struct matrix *matrix, const struct combination *run);

/* "pti=on,thp=never", "" for the base, as --config has it. */
char *matrix_configuration(const struct matrix *matrix,
			   const struct combination *run, char *text,
			   size_t size);

/* Subjects of those combinations that @sweep has not yet. -ENOMEM. */
int matrix_subjects(const struct matrix *matrix, struct sweep *sweep,
		    struct error *err);

#endif
