/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registered cases: by name, their cells, and what they need. */
#ifndef MMGAUGE_CASES_H
#define MMGAUGE_CASES_H

#include "bench/bench.h"
#include "results/base/result.h"

/* The registered case of this name, or NULL. */
const struct bench_case *cases_find(const char *name);

/*
 * Whether these axis values are a cell of @bench_case: 0; -EDOM when each is
 * right but the case excludes them together; -EINVAL with the line for an
 * unknown axis, or a value that is none or out of range.
 */
int cases_check(const struct bench_case *bench_case,
		const struct axis_value *axes, size_t count, struct error *err);

/*
 * What the case, and the choices taken, need and this machine lacks: the first
 * reason into @reason, false; or true. With @axes NULL only the case's own.
 */
bool cases_available(const struct bench_case *bench_case,
		     const struct axis_value *axes, size_t count, char *reason,
		     size_t size);

/*
 * What every cell may have beside its case's own facts; a fact of this name of
 * either, NULL when nobody declares it.
 */
extern const struct bench_fact harness_facts[];
const struct bench_fact *cases_fact(const struct bench_case *bench_case,
				    const char *name);

const char *fact_kind_name(enum bench_fact_kind kind);

/* Threads of a cell that want a CPU each, beside ours. */
unsigned int cases_threads(const struct bench_case *bench_case,
			   const struct axis_value *axes, size_t count);

/* The needs of a case and of the choices taken: a mask of enum bench_need. */
unsigned int cases_needs(const struct bench *bench);
unsigned int cases_cell_needs(const struct bench_case *bench_case,
			      const struct axis_value *axes, size_t count);

#endif
