// SPDX-License-Identifier: GPL-2.0-or-later
/* From a glob and lists of values to cells. */
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan_cells.h"
#include "runners/base/config_names.h"
#include "runners/base/parse.h"
#include "runners/base/suggest.h"
#include "runners/trial/bench_context.h"
#include "runners/trial/cases.h"
#include "suite.h"

#define MAX_CELLS 100000

static bool same_cell(const struct plan_cell *cell,
		      const struct bench_case *bench_case,
		      const struct axis_value *axes, size_t count)
{
	if (cell->bench_case != bench_case)
		return false;
	/* Both are in the order of the case's axes. */
	for (size_t i = 0; i < count; i++) {
		const char *a = cell->axes[i].text, *b = axes[i].text;

		if (a && b ? strcmp(a, b) != 0 :
			     cell->axes[i].number != axes[i].number)
			return false;
	}
	return true;
}

int plan_add(struct plan *plan, const struct bench_case *bench_case,
	     const struct axis_value *axes, size_t count, struct error *err)
{
	struct plan_cell *cells;

	for (size_t i = 0; i < plan->count; i++)
		if (same_cell(&plan->cells[i], bench_case, axes, count))
			return 0;
	if (plan->count >= MAX_CELLS)
		return error_set(err, -E2BIG,
				 "plan: more than %d cells: give fewer values",
				 MAX_CELLS);
	cells = reallocarray(plan->cells, plan->count + 1, sizeof(*cells));
	if (!cells)
		return error_set(err, -ENOMEM, "plan: out of memory");
	plan->cells = cells;
	cells += plan->count;
	cells->bench_case = bench_case;
	cells->axis_count = count;
	if (axis_values_copy(&cells->axes, axes, count))
		return error_set(err, -ENOMEM, "plan: out of memory");
	plan->count++;
	return 0;
}

/* One value of an axis list, e.g. "512", "2K", "thp". */
static int value_parse(const struct bench_case *bench_case,
		       const struct bench_axis *axis, char *text,
		       struct axis_value *value, struct error *err)
{
	struct suggestion nearest = { 0 };

	value->axis = (char *)axis->name;
	value->text = NULL;
	if (!axis->choices) {
		if (!parse_count(text, &value->number))
			return 0;
		return error_set(err, -EINVAL,
				 "%s: %s: '%s' is not a number: give numbers, "
				 "K, M and G allowed",
				 bench_case->name, axis->name, text);
	}
	for (const struct bench_choice *at = axis->choices; at->name; at++) {
		if (!strcmp(at->name, text)) {
			value->text = (char *)at->name;
			return 0;
		}
		suggest(&nearest, text, at->name);
	}
	return error_set(err, -EINVAL, "%s: %s: no value '%s': %s%s",
			 bench_case->name, axis->name, text,
			 nearest.name ? "did you mean " : "see ",
			 nearest.name ? nearest.name : "`mmgauge list`");
}

struct expansion {
	struct plan *plan;
	const struct bench_case *bench_case;
	const struct axis_list *lists; /* of the suite or -p, may be NULL */
	size_t list_count;
	struct axis_value values[BENCH_MAX_AXES];
	struct error *err;
};

/* The values to measure on @axis: the last list that names it wins. */
static const char *values_for(const struct expansion *expansion,
			      const struct bench_axis *axis)
{
	const char *values = axis->values;

	for (size_t i = 0; i < expansion->list_count; i++)
		if (!strcmp(expansion->lists[i].axis, axis->name))
			values = expansion->lists[i].values;
	return values;
}

/* A value out of range is an error; an excluded combination is not. */
static int add_combination(struct expansion *expansion, size_t count)
{
	const struct bench_case *c = expansion->bench_case;
	int ret = cases_check(c, expansion->values, count, expansion->err);

	if (ret)
		return ret == -EDOM ? 0 : ret;
	return plan_add(expansion->plan, c, expansion->values, count,
			expansion->err);
}

/* Every combination, depth first over the axes. */
static int expand_axis(struct expansion *expansion, size_t depth)
{
	const struct bench_case *c = expansion->bench_case;
	const struct bench_axis *axis = c->axes ? &c->axes[depth] : NULL;
	char *values, *rest, *value;
	int ret = 0;

	if (!axis || !axis->name)
		return add_combination(expansion, depth);
	if (depth == BENCH_MAX_AXES)
		return error_set(expansion->err, -E2BIG,
				 "%s: more than %d axes: raise BENCH_MAX_AXES",
				 c->name, BENCH_MAX_AXES);
	values = rest = strdup(values_for(expansion, axis));
	if (!values)
		return error_set(expansion->err, -ENOMEM,
				 "plan: out of memory: give fewer values");
	while (!ret && (value = strsep(&rest, ","))) {
		ret = value_parse(c, axis, value, &expansion->values[depth],
				  expansion->err);
		if (!ret)
			ret = expand_axis(expansion, depth + 1);
	}
	free(values);
	return ret;
}

static int unknown_name(const char *name, struct error *err)
{
	struct suggestion nearest = { 0 };
	struct text_list suites;
	int ret;

	if (config_names("suites", ".json", &suites, NULL))
		config_names_free(&suites);
	for (size_t i = 0; i < suites.count; i++)
		suggest(&nearest, name, suites.items[i]);
	bench_for_each_case (position)
		suggest(&nearest, name, (*position)->name);
	if (nearest.name)
		ret = error_set(err, -ENOENT,
				"no case or suite '%s': did you mean %s?", name,
				nearest.name);
	else
		ret = error_set(err, -ENOENT,
				"no case or suite '%s': see `mmgauge list` and "
				"`mmgauge list --suites`",
				name);
	config_names_free(&suites);
	return ret;
}

int plan_expand(struct plan *plan, const char *glob,
		const struct axis_list *lists, size_t count, struct error *err)
{
	bool found = false;
	int ret = 0;

	bench_for_each_case (position) {
		struct expansion expansion = {
			.plan = plan,
			.bench_case = *position,
			.lists = lists,
			.list_count = count,
			.err = err,
		};

		if (fnmatch(glob, (*position)->name, 0))
			continue;
		found = true;
		ret = expand_axis(&expansion, 0);
		if (ret)
			return ret;
	}
	return found ? 0 : unknown_name(glob, err);
}
