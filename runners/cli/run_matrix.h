/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `run` of a matrix: many combinations of kernels and settings. */
#ifndef MMGAUGE_RUN_MATRIX_H
#define MMGAUGE_RUN_MATRIX_H

#include "results/base/error.h"
#include "run_choose.h"

/* 1 when the operands are a matrix, 0 when they are not. -EINVAL. */
int run_matrix_asked(const struct run_options *options, int argc, char **argv,
		     struct error *err);

/* Measure and tell; the exit code, or a negative errno with the line. */
int run_matrix(const struct run_options *options, const char *path,
	       struct error *err);

#endif
