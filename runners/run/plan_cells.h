/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a glob and lists of values to cells. */
#ifndef MMGAUGE_PLAN_CELLS_H
#define MMGAUGE_PLAN_CELLS_H

#include "plan.h"
#include "suite.h"

/* Unless @plan has it already. -E2BIG, -ENOMEM with the line. */
int plan_add(struct plan *plan, const struct bench_case *bench_case,
	     const struct axis_value *axes, size_t count, struct error *err);

/*
 * The cells of every case that matches @glob, of each axis the values of the
 * last of @lists that names it, else the case's own. Combinations that a case
 * excludes are left out. -ENOENT when no case matches, -EINVAL for a value that
 * is none.
 */
int plan_expand(struct plan *plan, const char *glob,
		const struct axis_list *lists, size_t count, struct error *err);

#endif
