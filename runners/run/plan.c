// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runners/trial/cases.h"
#include "plan_cells.h"
#include "runners/base/config_names.h"
#include "runners/base/suggest.h"

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		axis_values_free(plan->cells[i].axes,
				 plan->cells[i].axis_count);
	free(plan->cells);
	config_names_free(&plan->configurations);
	memset(plan, 0, sizeof(*plan));
}

void plan_shuffle(struct plan *plan, uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(rng, seed);
	gsl_ran_shuffle(rng, plan->cells, plan->count, sizeof(*plan->cells));
	gsl_rng_free(rng);
}

static bool case_has_axis(const struct bench_case *bench_case, const char *name)
{
	for (int i = 0; bench_case->axes && bench_case->axes[i].name; i++)
		if (!strcmp(bench_case->axes[i].name, name))
			return true;
	return false;
}

/* An axis nobody has is a typing error, not a wish that cannot be met. */
static int check_axis(const char *name, struct error *err)
{
	struct suggestion nearest = { 0 };

	bench_for_each_case (position) {
		const struct bench_axis *axis = (*position)->axes;

		if (case_has_axis(*position, name))
			return 0;
		for (; axis && axis->name; axis++)
			suggest(&nearest, name, axis->name);
	}
	if (nearest.name)
		return error_set(err, -EINVAL,
				 "-p: no case has an axis '%s': did you mean "
				 "%s?",
				 name, nearest.name);
	return error_set(err, -EINVAL,
			 "-p: no case has an axis '%s': see `mmgauge list`",
			 name);
}

/* "AXIS=V,V" */
static int parse_parameter(const char *text, struct axis_list *list,
			   struct error *err)
{
	const char *equals = strchr(text, '=');
	size_t length = equals ? (size_t)(equals - text) : 0;

	if (!length || length >= sizeof(list->axis) || !equals[1])
		return error_set(err, -EINVAL,
				 "-p: '%s' is not AXIS=VALUE[,VALUE...]: give "
				 "one, like -p batch=1,512",
				 text);
	memcpy(list->axis, text, length);
	list->axis[length] = '\0';
	list->values = strdup(equals + 1);
	if (!list->values)
		return error_set(err, -ENOMEM,
				 "-p: out of memory: give fewer values");
	return check_axis(list->axis, err);
}

static void note_suite(struct plan *plan, const char *name)
{
	size_t used = strlen(plan->suite);

	snprintf(plan->suite + used, sizeof(plan->suite) - used, "%s%s",
		 used ? "," : "", name);
}

/* An axis that no case of the entry has would be ignored without a word. */
static int check_entry(const struct suite *suite,
		       const struct suite_entry *entry, struct error *err)
{
	for (size_t i = 0; i < entry->list_count; i++) {
		bool found = false;

		bench_for_each_case (position)
			found |= !fnmatch(entry->glob, (*position)->name, 0) &&
				 case_has_axis(*position, entry->lists[i].axis);
		if (!found)
			return error_set(err, -EINVAL,
					 "suite %s: %s has no axis '%s': see "
					 "`mmgauge list`",
					 suite->name, entry->glob,
					 entry->lists[i].axis);
	}
	return 0;
}

/* The suite's own lists first, so that -p wins. */
static int expand_suite(struct plan *plan, struct suite *suite,
			const struct axis_list *extra, size_t extra_count,
			struct error *err)
{
	struct axis_list lists[32];
	int ret = 0;

	note_suite(plan, suite->name);
	if (suite->precision > 0)
		plan->precision = suite->precision;
	if (suite->max_time > 0)
		plan->max_time = suite->max_time;
	if (suite->boots)
		plan->boots = suite->boots;
	if (suite->latency)
		plan->latency = suite->latency;
	if (suite->configurations.count) {
		config_names_free(&plan->configurations);
		plan->configurations = suite->configurations;
		suite->configurations = (struct text_list){ 0 };
	}
	for (size_t i = 0; i < suite->count && !ret; i++) {
		const struct suite_entry *entry = &suite->entries[i];
		size_t count = entry->list_count;

		if (count + extra_count > 32)
			return error_set(err, -E2BIG,
					 "-p: too many: at most "
					 "32 with a suite's own");
		for (size_t j = 0; j < count; j++)
			lists[j] = entry->lists[j];
		for (size_t j = 0; j < extra_count; j++)
			lists[count + j] = extra[j];
		ret = check_entry(suite, entry, err);
		if (!ret)
			ret = plan_expand(plan, entry->glob, lists,
					  count + extra_count, err);
	}
	return ret;
}

static int add_name(struct plan *plan, const char *name,
		    const struct axis_list *extra, size_t extra_count,
		    struct error *err)
{
	struct suite suite;
	int ret = suite_load(name, &suite, err);

	if (!ret)
		ret = expand_suite(plan, &suite, extra, extra_count, err);
	else if (ret == -ENOENT && !suite_is_path(name)) {
		note_suite(plan, name);
		ret = plan_expand(plan, name, extra, extra_count, err);
	}
	suite_free(&suite);
	return ret;
}

/* Some case has the axis, but if none of those chosen has, -p does nothing. */
static int check_use(const struct plan *plan, const char *axis,
		     struct error *err)
{
	for (size_t i = 0; i < plan->count; i++)
		if (case_has_axis(plan->cells[i].bench_case, axis))
			return 0;
	return error_set(err, -EINVAL,
			 "-p: no case chosen has an axis '%s': see `mmgauge "
			 "list CASE`",
			 axis);
}

int plan_build(struct plan *plan, const char *const *names, size_t name_count,
	       const struct text_list *parameters, struct error *err)
{
	static const char *const fallback[] = { "quick" };
	struct axis_list extra[16] = { 0 };
	size_t count = parameters->count;
	int ret = 0;

	memset(plan, 0, sizeof(*plan));
	if (!name_count) {
		names = fallback;
		name_count = 1;
	}
	if (count > 16)
		return error_set(err, -E2BIG, "-p: too many: at most 16");
	for (size_t i = 0; i < count && !ret; i++)
		ret = parse_parameter(parameters->items[i], &extra[i], err);
	for (size_t i = 0; i < name_count && !ret; i++)
		ret = add_name(plan, names[i], extra, count, err);
	if (!ret && !plan->count)
		ret = error_set(err, -EINVAL,
				"nothing to measure: these values together "
				"are no cell of any case: see `mmgauge list`");
	for (size_t i = 0; i < count && !ret; i++)
		ret = check_use(plan, extra[i].axis, err);
	for (size_t i = 0; i < count; i++)
		free(extra[i].values);
	if (ret)
		plan_free(plan);
	return ret;
}

int plan_repeat(struct plan *plan, const struct result *result,
		struct error *err)
{
	const char *suite = result_text(result, "run/suite");
	int ret = 0;

	memset(plan, 0, sizeof(*plan));
	note_suite(plan, suite ? suite : "");
	for (size_t i = 0; i < result->cell_count && !ret; i++) {
		const struct cell *cell = &result->cells[i];
		const struct bench_case *same = cases_find(cell->name);
		struct error why;

		if (same &&
		    !cases_check(same, cell->axes, cell->axis_count, &why))
			ret = plan_add(plan, same, cell->axes, cell->axis_count,
				       err);
		else
			ret = error_set(err, -ENOENT,
					"%s: this mmgauge has no such cell any "
					"more: name what to measure",
					cell->name);
	}
	if (!ret && !plan->count)
		ret = error_set(err, -EINVAL,
				"the run has no cells: name what to measure");
	if (ret)
		plan_free(plan);
	return ret;
}
