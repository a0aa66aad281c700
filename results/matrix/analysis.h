/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results of a matrix, kernels and settings in many combinations: which value
 * moves which metric of which cell, by how much of what the base takes.
 */
#ifndef MMGAUGE_ANALYSIS_H
#define MMGAUGE_ANALYSIS_H

#include <stdio.h>

#include "effects.h"
#include "results/axes.h"
#include "results/base/result.h"

#define ANALYSIS_PAIRS_MAX 16

struct dimension {
	const char *name; /* "pti" */
	const char **values; /* "default", "on"; the first is the base */
};

struct design {
	struct dimension dimensions[DIMENSIONS_MAX];
	unsigned int sizes[DIMENSIONS_MAX]; /* their values */
	size_t count;
	struct combination *runs; /* the first is the base */
	size_t run_count;
};

/* A metric of a cell. */
struct analysis_row {
	const struct cell *cell; /* of the first result that has it */
	const struct metric *metric;
	double *logs; /* of the level, of each run */
	struct effects effects;
	double most; /* the largest that moves it, a logarithm */
	unsigned int asked; /* a bit for each of the pairs: was a suspect */
};

struct analysis {
	const struct design *design;
	struct analysis_row *rows;
	size_t count;
	double tolerance; /* a logarithm */
	/* What runs were asked for; see analysis_ask(). */
	struct suspect pairs[ANALYSIS_PAIRS_MAX];
	size_t pair_count;
};

/*
 * Of @results, one for each run of @design, without cells where there is none.
 * They must outlive it. Once more with further runs behind the others, it keeps
 * what was asked for. -ENOMEM.
 */
int analysis_make(struct analysis *analysis, const struct design *design,
		  const struct result *results, double tolerance);
void analysis_free(struct analysis *analysis);

/*
 * Which runs would tell whether suspects are right, those of the largest first;
 * at most @most. What was run already is not asked for. The count.
 */
size_t analysis_ask(struct analysis *analysis, struct combination *wanted,
		    size_t most);

/* Of a row, for effects.h. */
struct effects_input analysis_input(const struct analysis *analysis,
				    const struct analysis_row *row);

/* At most @lines of rows, the most moved first. 0, -ENOMEM. */
int analysis_print(FILE *stream, const struct analysis *analysis,
		   const struct axes_said *said, size_t lines);

/* All rows; NULL when out of memory. */
json_t *analysis_to_json(const struct analysis *analysis, const char *name);

#endif
