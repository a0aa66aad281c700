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

struct changed {
	const struct cell *cell;
	double size; /* of the largest change of its metrics, a logarithm */
};

static int by_size(const void *a, const void *b)
{
	const struct changed *x = a, *y = b;

	return (x->size < y->size) - (x->size > y->size);
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

		if (row->verdict != VERDICT_REGRESSION &&
		    row->verdict != VERDICT_IMPROVEMENT)
			continue;
		if (!*count || last->cell != row->base_cell)
			last = &list[(*count)++];
		last->cell = row->base_cell;
		last->size = fmax(last->size, fabs(log(row->ratio)));
	}
	if (list && *count)
		qsort(list, *count, sizeof(*list), by_size);
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
	static const char *const head[] = { "--clock",
					    "instructions",
					    "--seed",
					    "1",
					    "--boots",
					    "1",
					    "--latency",
					    "0",
					    "--profile=calls,lines" };
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

static int measure(const struct explain *explain,
		   const struct text_list *arguments,
		   struct subject subjects[2], struct error *err)
{
	const struct subject_plan plan = { arguments,
					   subjects_at_once("instructions") };
	int ret;

	for (int i = 0; i < 2; i++) {
		subjects[i] = (struct subject){ 0 };
		snprintf(subjects[i].spec, sizeof(subjects[i].spec), "%s",
			 explain->specs[i]);
		snprintf(subjects[i].path, sizeof(subjects[i].path),
			 "%.4000s/why-%s.json", explain->folder,
			 i ? "new" : "base");
	}
	ret = subjects_measure(subjects, 2, &plan, NULL, NULL, err);
	for (int i = 0; i < 2 && !ret; i++)
		if (subjects[i].state != SUBJECT_MEASURED)
			ret = error_set(err, -EIO, "why: %.200s: %s",
					subjects[i].spec, subjects[i].reason);
	return ret;
}

int explain(const struct explain *explain, const struct text_list *cells,
	    struct error *err)
{
	struct text_list arguments = { 0 };
	struct subject subjects[2];
	int ret = make_arguments(explain, cells, &arguments);

	if (ret)
		error_set(err, ret, "why: out of memory");
	else
		ret = measure(explain, &arguments, subjects, err);
	text_list_free(&arguments);
	if (!ret) {
		const char *argv[] = { "/proc/self/exe", "why",
				       subjects[0].path, subjects[1].path,
				       NULL };

		ret = process_follow(argv, err);
	}
	return ret;
}
