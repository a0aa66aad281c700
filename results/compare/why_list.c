// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>

#include "results/base/array.h"
#include "why.h"

static bool is_wanted(const struct comparison *row, char *const *globs,
		      size_t count)
{
	if (!row->metric || !row->base_cell || !row->new_cell)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!fnmatch(globs[i], row->base_cell->name, 0))
			return true;
	return !count;
}

/* "byte" of a cell is its "operation" once more. */
static bool is_twin(const struct why *a, const struct why *b)
{
	return a->row->base_cell == b->row->base_cell &&
	       a->sample[0] == b->sample[0] && a->sample[1] == b->sample[1];
}

static int take(const struct compare_report *report,
		const struct comparison *row, struct why_list *list)
{
	struct why *grown, why;
	int ret = why_of(report, row, &why);

	if (ret < 0)
		return ret;
	if (!ret) {
		list->unknown +=
			verdict_is_of_cost(row->verdict) && row->ratio != 1;
		return 0;
	}
	if (list->count && is_twin(&list->items[list->count - 1], &why)) {
		why_free(&why);
		return 0;
	}
	if (!why_changed(&why)) {
		list->unchanged++;
		why_free(&why);
		return 0;
	}
	grown = array_grow(list->items, list->count, sizeof(*grown));
	if (!grown) {
		why_free(&why);
		return -ENOMEM;
	}
	list->items = grown;
	list->items[list->count++] = why;
	return 0;
}

static double size_of(const struct why *why)
{
	return why->ticks.base ?
		       fabs(why_change(&why->ticks)) / why->ticks.base :
		       0;
}

static int by_size(const void *a, const void *b)
{
	const struct why *x = a, *y = b;

	if (size_of(x) != size_of(y))
		return size_of(x) > size_of(y) ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

int why_list_make(const struct compare_report *report, char *const *globs,
		  size_t glob_count, struct why_list *list)
{
	*list = (struct why_list){
		.report = report,
		.by_symbol = compare_by_symbol(report),
	};
	for (size_t i = 0; i < report->count; i++) {
		int ret = is_wanted(&report->rows[i], globs, glob_count) ?
				  take(report, &report->rows[i], list) :
				  0;

		if (ret) {
			why_list_free(list);
			return ret;
		}
	}
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), by_size);
	return 0;
}

void why_list_free(struct why_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		why_free(&list->items[i]);
	free(list->items);
	*list = (struct why_list){ 0 };
}

static json_t *pair_to_json(const struct why_pair *pair)
{
	return json_pack("{s:f, s:f}", "base", pair->base, "new", pair->new);
}

static void add_calls(json_t *object, const struct why_function *function)
{
	json_t *callers = json_array();

	for (size_t i = 0; i < function->caller_count && i < WHY_CALLERS; i++)
		json_array_append_new(callers,
				      json_string(function->callers[i]));
	json_object_set_new(object, "inclusive",
			    pair_to_json(&function->inclusive));
	json_object_set_new(object, "callers", callers);
}

static json_t *functions_to_json(const struct why *why)
{
	json_t *array = json_array();

	for (size_t i = 0; i < why->function_count; i++) {
		const struct why_function *from = &why->functions[i];
		json_t *object = pair_to_json(&from->instructions);

		if (object) {
			json_object_set_new(object, "function",
					    json_string(from->name));
			json_object_set_new(object, "module",
					    json_string(from->module));
			if (from->was)
				json_object_set_new(object, "was",
						    json_string(from->was));
			if (why->calls)
				add_calls(object, from);
		}
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *kinds_to_json(const struct why *why)
{
	json_t *object = json_object();

	for (size_t i = 0; i < why->kind_count; i++)
		json_object_set_new(object, why->kinds[i].name,
				    pair_to_json(&why->kinds[i].amount));
	return object;
}

json_t *why_to_json(const struct why_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct why *why = &list->items[i];
		const struct cell *cell = why->row->base_cell;

		json_array_append_new(
			array,
			json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o}", "case",
				  cell->name, "axes",
				  axes_to_json(cell->axes, cell->axis_count),
				  "metric", why->row->metric, "instructions",
				  pair_to_json(&why->ticks), "harness",
				  pair_to_json(&why->harness), "functions",
				  functions_to_json(why), "kinds",
				  kinds_to_json(why)));
	}
	return array;
}
