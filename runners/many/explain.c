// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "results/base/process.h"
#include "results/compare/compare.h"

/*
 * On a clock without noise less than a verdict's threshold is real, too; not
 * where CPUs take turns.
 */
#define LEAST_CHANGE 0.001

/* The fewer of these a cell has to wait for, the sooner it is explained. */
enum wait {
	WAIT_NONE,
	WAIT_OF_CASE = 1, /* for a larger change of the same case */
	WAIT_SMALL = 2, /* for what has a verdict */
};

struct changed {
	const struct cell *cell;
	double size; /* of the largest change of its metrics, a logarithm */
	int wait;
};

static int by_size(const void *a, const void *b)
{
	const struct changed *x = a, *y = b;

	return (x->size < y->size) - (x->size > y->size);
}

static int by_turn(const void *a, const void *b)
{
	const struct changed *x = a, *y = b;

	return x->wait != y->wait ? x->wait - y->wait : by_size(a, b);
}

/* The changes of one case are explained alike, more often than not. */
static void order(struct changed *list, size_t count)
{
	qsort(list, count, sizeof(*list), by_size);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (!strcmp(list[i].cell->name, list[j].cell->name))
				list[i].wait |= WAIT_OF_CASE;
	qsort(list, count, sizeof(*list), by_turn);
}

/* Rows of a cell stand together. */
static struct changed *find_changed(const struct compare_report *report,
				    size_t *count)
{
	struct changed *list = calloc(report->count + 1, sizeof(*list));

	*count = 0;
	for (size_t i = 0; i < report->count && list; i++) {
		const struct comparison *row = &report->rows[i];
		struct changed *last = &list[*count - (*count > 0)];
		bool told = row->verdict == VERDICT_REGRESSION ||
			    row->verdict == VERDICT_IMPROVEMENT;

		if (!told && (row->verdict != VERDICT_UNCHANGED ||
			      !isnan(row->turns_chance) ||
			      fabs(log(row->ratio)) < LEAST_CHANGE))
			continue;
		if (!*count || last->cell != row->base_cell) {
			last = &list[(*count)++];
			last->wait = WAIT_SMALL;
		}
		last->cell = row->base_cell;
		last->size = fmax(last->size, fabs(log(row->ratio)));
		if (told)
			last->wait = WAIT_NONE;
	}
	if (list && *count)
		order(list, *count);
	return list;
}

static int write_suite(const struct changed *list, size_t count,
		       const char *path, struct error *err)
{
	json_t *cells = json_array(), *suite;
	int ret;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			cells,
			json_pack("{s:s, s:o}", "case", list[i].cell->name,
				  "axes",
				  axes_to_json(list[i].cell->axes,
					       list[i].cell->axis_count)));
	suite = json_pack("{s:s, s:s, s:o}", "schema", "mmgauge-suite/1",
			  "name", "why", "cells", cells);
	ret = suite ? json_dump_file(suite, path, 0) : -1;
	json_decref(suite);
	return ret ? error_set(err, -EIO, "%s: cannot be written", path) : 0;
}

int explain_cells(const char *base, const char *new, double threshold,
		  const char *folder, char suite[PATH_MAX], struct error *err)
{
	const struct compare_options options = { .threshold = threshold,
						 .seed = 1 };
	struct result results[2] = { 0 };
	struct compare_report report = { 0 };
	struct changed *changed = NULL;
	size_t count = 0;
	int ret = result_load(base, &results[0], err);

	snprintf(suite, PATH_MAX, "%.4000s/why.json", folder);
	if (!ret)
		ret = result_load(new, &results[1], err);
	if (!ret) {
		ret = compare_results(&results[0], &results[1], &options,
				      &report);
		if (!ret)
			changed = find_changed(&report, &count);
		if (!changed)
			ret = error_set(err, -ENOMEM, "why: out of memory");
	}
	if (count > EXPLAIN_CELLS)
		count = EXPLAIN_CELLS;
	if (!ret && count)
		ret = write_suite(changed, count, suite, err);
	free(changed);
	compare_free(&report);
	result_free(&results[0]);
	result_free(&results[1]);
	return ret ? ret : (int)count;
}

static int make_arguments(const struct explain *explain,
			  const struct text_list *cells,
			  struct text_list *arguments)
{
	static const char *const head[] = {
		"--clock",   "instructions",
		"--seed",    "1",
		"--boots",   "1",
		"--latency", "0",
		"--reuse",   "--profile=calls,lines"
	};
	int ret = text_list_append_all(arguments, NULL, head,
				       sizeof(head) / sizeof(*head));

	if (!ret)
		ret = text_list_append_all(arguments, NULL,
					   explain->arguments->items,
					   explain->arguments->count);
	return ret ? ret :
		     text_list_append_all(arguments, NULL, cells->items,
					  cells->count);
}

static void name_result(const struct explain *explain, int side,
			char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%.4000s/why-%s.json", explain->folder,
		 side ? "new" : "base");
}

static int measure(const struct explain *explain,
		   const struct text_list *arguments, struct error *err)
{
	const struct subject_plan plan = { arguments,
					   subjects_at_once("instructions"),
					   NULL };
	struct subject subjects[2] = { 0 };
	int ret;

	for (int i = 0; i < 2; i++) {
		snprintf(subjects[i].spec, sizeof(subjects[i].spec), "%s",
			 explain->specs[i]);
		name_result(explain, i, subjects[i].path);
	}
	ret = subjects_measure(subjects, 2, &plan, NULL, NULL, err);
	for (int i = 0; i < 2 && !ret; i++)
		if (subjects[i].state != SUBJECT_MEASURED)
			ret = error_set(err, -EIO, "why: %.200s: %s",
					subjects[i].spec, subjects[i].reason);
	return ret;
}

int explain_measure(const struct explain *explain,
		    const struct text_list *cells, struct error *err)
{
	struct text_list arguments = { 0 };
	int ret = make_arguments(explain, cells, &arguments);

	if (ret)
		error_set(err, ret, "why: out of memory");
	else
		ret = measure(explain, &arguments, err);
	text_list_free(&arguments);
	return ret;
}

/* Of every cell's trials, and what their profiles are of. */
static int add_profiles(struct result *into, const struct result *from)
{
	static const char *const facts[] = { "profile", "caches", "inlined" };

	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++) {
		json_t *fact = json_object_get(from->run, facts[i]);

		if (fact && json_object_set(into->run, facts[i], fact))
			return -ENOMEM;
	}
	for (size_t i = 0; i < from->cell_count; i++) {
		const struct cell *cell = &from->cells[i];
		struct cell *to = result_cell(into, cell->name, cell->axes,
					      cell->axis_count);

		if (!to)
			return -ENOMEM;
		for (size_t j = 0; j < to->trial_count && j < cell->trial_count;
		     j++) {
			json_decref(to->trials[j].profile);
			to->trials[j].profile =
				json_incref(cell->trials[j].profile);
		}
	}
	return 0;
}

static int add_side(const struct explain *explain, int side, const char *path,
		    struct error *err)
{
	struct result into = { 0 }, from = { 0 };
	char found[PATH_MAX];
	int ret;

	name_result(explain, side, found);
	ret = result_load(found, &from, err);
	if (!ret)
		ret = result_load(path, &into, err);
	if (!ret && add_profiles(&into, &from))
		ret = error_set(err, -ENOMEM, "why: out of memory");
	if (!ret)
		ret = result_save(path, &into, err);
	result_free(&into);
	result_free(&from);
	return ret;
}

int explain_add(const struct explain *explain, const char *base,
		const char *new, struct error *err)
{
	int ret = add_side(explain, 0, base, err);

	return ret ? ret : add_side(explain, 1, new, err);
}

int explain_print(const struct explain *explain, const char *lines,
		  struct error *err)
{
	char base[PATH_MAX], new[PATH_MAX];
	const char *argv[] = { "/proc/self/exe", "why", base, new,
			       "--lines",	 lines, NULL };

	name_result(explain, 0, base);
	name_result(explain, 1, new);
	return process_follow(argv, err);
}

int explain_mail(const struct explain *explain, double threshold,
		 const char *repeat, struct error *err)
{
	char base[PATH_MAX], new[PATH_MAX], percent[32];
	const char *argv[] = {
		"/proc/self/exe", "compare", base,	    new,
		"--format",	  "mail",    "--threshold", percent,
		"--repeat",	  repeat,    NULL
	};

	snprintf(percent, sizeof(percent), "%.3g%%", 100 * threshold);
	name_result(explain, 0, base);
	name_result(explain, 1, new);
	return process_follow(argv, err);
}
