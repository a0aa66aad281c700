/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which cells to measure: from suites, names and globs of cases, and -p.
 */
#ifndef MMGAUGE_PLAN_H
#define MMGAUGE_PLAN_H

#include "bench/bench.h"
#include "results/base/result.h"
#include "runners/base/text_list.h"

#define SUITE_SCHEMA "mmgauge-suite/1"

struct plan_cell {
	const struct bench_case *bench_case;
	struct axis_value *axes;
	size_t axis_count;
};

struct plan {
	struct plan_cell *cells;
	size_t count;
	char suite[64]; /* names given, joined by ',' */
	double precision; /* of a suite, 0 when none says */
	double max_time; /* seconds a trial, 0 when none says */
	uint64_t boots; /* 0 when none says */
	uint64_t latency; /* operations to time one by one, 0 by default */
	struct text_list configurations; /* that suites name; plan_free() frees */
};

/*
 * Build a plan from @names: paths of suite files (with a '/' or .json), names
 * of suites in the configuration folder, globs over case names; none means
 * "quick". @parameters are AXIS=V[,V...]: they replace what the suite or the
 * case would measure, for every case that has the axis. Cells a case excludes
 * are left out. -EINVAL, -ENOENT with the line to print.
 */
int plan_build(struct plan *plan, const char *const *names, size_t name_count,
	       const struct text_list *parameters, struct error *err);

/* The same cells as those of @result. -ENOENT for one that is unknown here. */
int plan_repeat(struct plan *plan, const struct result *result,
		struct error *err);

/* Put the cells into a random order that depends on @seed alone. */
void plan_shuffle(struct plan *plan, uint64_t seed);

void plan_free(struct plan *plan);

#endif
