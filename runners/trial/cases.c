// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "bench_context.h"
#include "cases.h"
#include "needs.h"

const struct bench_case *cases_find(const char *name)
{
	bench_for_each_case (position)
		if (!strcmp((*position)->name, name))
			return *position;
	return NULL;
}

int cases_check(const struct bench_case *bench_case,
		const struct axis_value *axes, size_t count, struct error *err)
{
	struct bench bench;
	int ret = bench_context_init(&bench, bench_case, axes, count, err);

	if (ret)
		return ret;
	if (!bench_case->excludes || !bench_case->excludes(&bench))
		return 0;
	return error_set(err, -EDOM,
			 "%s: these values together are no cell: see `mmgauge "
			 "list %s`",
			 bench_case->name, bench_case->name);
}

unsigned int cases_needs(const struct bench *bench)
{
	const struct bench_axis *axes = bench->bench_case->axes;
	unsigned int mask = bench->bench_case->needs;

	for (int i = 0; axes && axes[i].name; i++)
		if (axes[i].choices)
			mask |= axes[i].choices[bench->values[i]].needs;
	return mask;
}

unsigned int cases_cell_needs(const struct bench_case *bench_case,
			      const struct axis_value *axes, size_t count)
{
	struct bench bench;

	if (axes && !bench_context_init(&bench, bench_case, axes, count, NULL))
		return cases_needs(&bench);
	return bench_case->needs;
}

bool cases_available(const struct bench_case *bench_case,
		     const struct axis_value *axes, size_t count, char *reason,
		     size_t size)
{
	unsigned int mask = cases_cell_needs(bench_case, axes, count);

	for (const struct need *need = needs; need->bit; need++)
		if (mask & need->bit && !need->met(reason, size))
			return false;
	return true;
}

unsigned int cases_threads(const struct bench_case *bench_case,
			   const struct axis_value *axes, size_t count)
{
	struct bench bench;

	if (!bench_case->threads ||
	    bench_context_init(&bench, bench_case, axes, count, NULL))
		return 0;
	return bench_case->threads(&bench);
}
