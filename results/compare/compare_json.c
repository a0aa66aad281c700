// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>

#include "compare_output.h"
#include "results/base/utf8.h"

static bool set(json_t *object, const char *key, json_t *value)
{
	return !json_object_set_new(object, key, value);
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text(const char *line)
{
	return line ? utf8_json(line) : json_null();
}

static json_t *interval(double low, double high)
{
	if (!isfinite(low) || !isfinite(high))
		return json_null();
	return json_pack("[ff]", low, high);
}

static json_t *facts_to_json(const struct behaviour *behaviour)
{
	json_t *array = json_array();

	for (size_t i = 0; i < behaviour->count; i++) {
		const struct fact_change *change = &behaviour->changes[i];

		if (json_array_append_new(array, json_pack("{ss sf sf}", "name",
							   change->name, "base",
							   change->base, "new",
							   change->new))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *row_to_json(const struct comparison *row)
{
	const struct cell *cell =
		row->base_cell ? row->base_cell : row->new_cell;
	json_t *object = json_object();

	if (set(object, "case", utf8_json(cell->name)) &&
	    set(object, "axes", axes_to_json(cell->axes, cell->axis_count)) &&
	    set(object, "metric", text(row->metric)) &&
	    set(object, "facts", facts_to_json(&row->behaviour)) &&
	    set(object, "unit", text(row->unit)) &&
	    set(object, "better",
		row->unit ? json_string(row->higher_is_better ? "higher" :
								"lower") :
			    json_null()) &&
	    set(object, "base", number(row->base)) &&
	    set(object, "new", number(row->new)) &&
	    set(object, "ratio", number(row->ratio)) &&
	    set(object, "interval", interval(row->low, row->high)) &&
	    set(object, "threshold", number(row->threshold)) &&
	    set(object, "q", number(row->q)) &&
	    set(object, "p_rank", number(row->p_rank)) &&
	    set(object, "base_boots", json_integer(row->base_boots)) &&
	    set(object, "new_boots", json_integer(row->new_boots)) &&
	    set(object, "base_runs", json_integer(row->base_runs)) &&
	    set(object, "new_runs", json_integer(row->new_runs)) &&
	    set(object, "verdict", json_string(verdict_name(row->verdict))) &&
	    set(object, "direction", text(row->direction)) &&
	    set(object, "more_boots",
		row->more_boots ? json_integer(row->more_boots) :
				  json_null()) &&
	    set(object, "reason", text(row->reason)))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *rows_to_json(const struct compare_report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->count; i++) {
		if (json_array_append_new(array,
					  row_to_json(&report->rows[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *group_to_json(const struct comparison_group *group)
{
	json_t *object = json_object();

	if (set(object, "case", utf8_json(group->name)) &&
	    set(object, "metric", json_string(group->metric)) &&
	    set(object, "better",
		json_string(group->higher_is_better ? "higher" : "lower")) &&
	    set(object, "rows", json_integer(group->count)) &&
	    set(object, "ratio", number(group->ratio)) &&
	    set(object, "interval", interval(group->low, group->high)) &&
	    set(object, "threshold", number(group->threshold)) &&
	    set(object, "q", number(group->q)) &&
	    set(object, "verdict", json_string(verdict_name(group->verdict))) &&
	    set(object, "direction", text(group->direction)) &&
	    set(object, "reason", text(group->reason)))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *groups_to_json(const struct compare_report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->group_count; i++) {
		if (json_array_append_new(array,
					  group_to_json(&report->groups[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *differences_to_json(const struct compare_report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->difference_count; i++) {
		if (json_array_append_new(array,
					  utf8_json(report->differences[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *summary_to_json(const struct compare_report *report)
{
	json_t *object = json_object();

	for (enum verdict v = 0; v <= VERDICT_INCOMPARABLE; v++) {
		if (!set(object, verdict_name(v),
			 json_integer(report->verdicts[v]))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* Which run a side is; the whole surroundings are in its own file. */
static json_t *side_to_json(const struct result *result)
{
	json_t *object = json_object();

	if (set(object, "run", text(result_text(result, "run/id"))) &&
	    set(object, "release",
		text(result_text(result, "subject/release"))) &&
	    set(object, "commit", text(result_text(result, "subject/commit"))))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *plan_to_json(const struct compare_report *report)
{
	const struct compare_plan *plan = &report->plan;
	const struct stats_design *design = &plan->design;
	json_t *object;

	if (isnan(plan->boot) || !(report->options.precision > 0))
		return json_null();
	object = json_pack("{sf s{sf sf sf} si}", "precision",
			   report->options.precision, "noise", "boot",
			   plan->boot, "trial", plan->trial, "sample",
			   plan->sample, "hopeless", (int)plan->hopeless);
	if (set(object, "design",
		design->boots ?
			json_pack("{si si si sf}", "boots", (int)design->boots,
				  "trials", (int)design->trials, "samples",
				  (int)design->samples, "seconds",
				  design->cost) :
			json_null()))
		return object;
	json_decref(object);
	return NULL;
}

json_t *compare_to_json(const struct compare_report *report)
{
	json_t *object = json_object();

	if (set(object, "schema", json_string("mmgauge-compare/1")) &&
	    set(object, "base", side_to_json(report->base)) &&
	    set(object, "new", side_to_json(report->new)) &&
	    set(object, "clock",
		text(result_text(report->base, "clock/kind"))) &&
	    set(object, "threshold", number(report->options.threshold)) &&
	    set(object, "fdr", number(report->options.fdr)) &&
	    set(object, "looks", json_integer(report->looks)) &&
	    set(object, "confidence", number(1 - 0.05 / report->looks)) &&
	    set(object, "plan", plan_to_json(report)) &&
	    set(object, "groups", groups_to_json(report)) &&
	    set(object, "caution", text(report->caution)) &&
	    set(object, "refusal", text(report->refusal)) &&
	    set(object, "differences", differences_to_json(report)) &&
	    set(object, "cells", rows_to_json(report)) &&
	    set(object, "summary", summary_to_json(report)))
		return object;
	json_decref(object);
	return NULL;
}

static int print_format(FILE *stream, const struct compare_report *report,
			const struct compare_style *style)
{
	json_t *document = compare_to_json(report);

	(void)style;
	if (!document)
		return -ENOMEM;
	json_dumpf(document, stream, JSON_INDENT(2));
	fputc('\n', stream);
	json_decref(document);
	return 0;
}

const struct compare_format compare_format_json = {
	.name = "json",
	.print = print_format,
};
