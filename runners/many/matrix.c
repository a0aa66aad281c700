// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matrix.h"
#include "results/matrix/pairwise.h"
#include "runners/run/configuration.h"
#include "runners/run/estimate.h"

#define KERNELS 0 /* the dimension */

void matrix_free(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->design.count; i++)
		free(matrix->design.dimensions[i].values);
	free(matrix->design.runs);
	json_decref(matrix->cells);
	json_decref(matrix->root);
	*matrix = (struct matrix){ 0 };
}

/* Up to SIZE_MAX, which is many enough. */
static size_t count_all(const struct design *design)
{
	size_t all = 1;

	for (size_t i = 0; i < design->count; i++)
		if (__builtin_mul_overflow(all, design->sizes[i], &all))
			return SIZE_MAX;
	return all;
}

int matrix_choose(struct matrix *matrix, bool pairwise, struct error *err)
{
	struct design *design = &matrix->design;
	size_t all = count_all(design);
	int ret = pairwise || all > MATRIX_ALL ?
			  pairwise_choose(design->sizes, design->count,
					  &design->runs, &design->run_count) :
			  pairwise_all(design->sizes, design->count,
				       &design->runs, &design->run_count);

	if (ret)
		return error_set(err, ret, "%s: out of memory", matrix->path);
	if (!pairwise && all > MATRIX_ALL)
		return error_set(err, -E2BIG,
				 "%s: /dimensions: %zu combinations, more than "
				 "%d: give --pairwise, which measures %zu of "
				 "them, or fewer values",
				 matrix->path, all, MATRIX_ALL,
				 design->run_count);
	return 0;
}

int matrix_add(struct matrix *matrix, const struct combination *run)
{
	struct design *design = &matrix->design;
	struct combination *runs = reallocarray(
		design->runs, design->run_count + 1, sizeof(*runs));

	if (!runs)
		return -ENOMEM;
	design->runs = runs;
	runs[design->run_count++] = *run;
	return 0;
}

char *matrix_configuration(const struct matrix *matrix,
			   const struct combination *run, char *text,
			   size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = KERNELS + 1; i < matrix->design.count; i++) {
		const struct dimension *at = &matrix->design.dimensions[i];
		const char *value = at->values[run->values[i]];

		if (!strcmp(value, "default") || used >= size)
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s=%s",
					 used ? "," : "", at->name, value);
	}
	return text;
}

/* Whether a subject before will have made it. */
static bool is_cached(const struct matrix *matrix, const struct sweep *sweep,
		      const char *kernel)
{
	if (matrix->cached)
		return true;
	for (size_t i = 0; i < sweep->count; i++)
		if (!strcmp(sweep->subjects[i].spec, kernel))
			return true;
	return estimate_cached(kernel, NULL);
}

static void fill(struct subject *subject, const struct matrix *matrix,
		 const struct combination *run, const char *kernel)
{
	*subject = (struct subject){ 0 };
	snprintf(subject->spec, sizeof(subject->spec), "%s", kernel);
	matrix_configuration(matrix, run, subject->configuration,
			     sizeof(subject->configuration));
	snprintf(subject->name, sizeof(subject->name), "%s %s", kernel,
		 *subject->configuration ? subject->configuration : "default");
}

int matrix_subjects(const struct matrix *matrix, struct sweep *sweep,
		    struct error *err)
{
	const struct design *design = &matrix->design;
	struct subject *grown = reallocarray(sweep->subjects, design->run_count,
					     sizeof(*grown));

	if (!grown)
		return error_set(err, -ENOMEM, "%s: out of memory",
				 matrix->path);
	sweep->subjects = grown;
	for (size_t i = sweep->count; i < design->run_count; i++) {
		const struct combination *run = &design->runs[i];
		const char *kernel = design->dimensions[KERNELS]
					     .values[run->values[KERNELS]];
		bool cached = is_cached(matrix, sweep, kernel);

		fill(&grown[i], matrix, run, kernel);
		grown[i].cached = cached;
		sweep->count++;
	}
	return 0;
}
