// SPDX-License-Identifier: GPL-2.0-or-later
/* Structs to JSON; result_parse.c is the way back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "result.h"
#include "utf8.h"

/* Set @value, taking its reference; false when it or the memory is missing. */
static bool set(json_t *object, const char *key, json_t *value)
{
	return !json_object_set_new(object, key, value);
}

/* JSON integers are signed here: a larger number is no number at all. */
static json_t *integer(uint64_t number)
{
	return number > INT64_MAX ? NULL : json_integer((json_int_t)number);
}

json_t *axes_to_json(const struct axis_value *axes, size_t count)
{
	json_t *object = json_object();

	for (size_t i = 0; i < count; i++) {
		json_t *value = axes[i].text ? utf8_json(axes[i].text) :
					       integer(axes[i].number);

		if (!set(object, axes[i].axis, value)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *facts_to_json(const struct fact *facts, size_t count)
{
	json_t *object = json_object();

	for (size_t i = 0; i < count; i++) {
		json_t *value = isfinite(facts[i].value) ?
					json_real(facts[i].value) :
					json_null();

		if (!set(object, facts[i].name, value)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* The names of the exact ones. */
static json_t *exact_to_json(const struct trial *trial)
{
	json_t *array = json_array();

	for (size_t i = 0; i < trial->fact_count; i++) {
		if (trial->facts[i].exact &&
		    json_array_append_new(array,
					  json_string(trial->facts[i].name))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *samples_to_json(const struct metric *metric)
{
	json_t *array = json_array();

	for (size_t i = 0; i < metric->sample_count; i++) {
		if (json_array_append_new(array,
					  json_real(metric->samples[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *metric_to_json(const struct metric *metric)
{
	json_t *object = json_object();

	if (set(object, "unit", json_string(metric->unit)) &&
	    set(object, "better",
		json_string(metric->higher_is_better ? "higher" : "lower")) &&
	    set(object, "samples", samples_to_json(metric)))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *metrics_to_json(const struct trial *trial)
{
	json_t *object = json_object();

	for (size_t i = 0; i < trial->metric_count; i++) {
		if (!set(object, trial->metrics[i].name,
			 metric_to_json(&trial->metrics[i]))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *absences_to_json(const struct trial *trial)
{
	json_t *object = json_object();

	for (size_t i = 0; i < trial->absence_count; i++) {
		const struct absence *absence = &trial->absences[i];

		if (!set(object, absence->name, utf8_json(absence->reason))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

json_t *trial_to_json(const struct trial *trial)
{
	json_t *object = json_object();

	if (set(object, "boot", json_integer(trial->boot)) &&
	    set(object, "trial", json_integer(trial->trial)) &&
	    set(object, "batch", integer(trial->batch)) &&
	    set(object, "facts",
		facts_to_json(trial->facts, trial->fact_count)) &&
	    set(object, "exact", exact_to_json(trial)) &&
	    set(object, "counters",
		facts_to_json(trial->counters, trial->counter_count)) &&
	    (!trial->absence_count ||
	     set(object, "counter_reasons", absences_to_json(trial))) &&
	    set(object, "metrics", metrics_to_json(trial)) &&
	    (!trial->profile ||
	     set(object, "profile", json_incref(trial->profile))))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *trials_to_json(const struct cell *cell)
{
	json_t *array = json_array();

	for (size_t i = 0; i < cell->trial_count; i++) {
		if (json_array_append_new(array,
					  trial_to_json(&cell->trials[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *cell_head_to_json(const struct cell *cell)
{
	json_t *object = json_object();

	if (set(object, "case", utf8_json(cell->name)) &&
	    set(object, "axes", axes_to_json(cell->axes, cell->axis_count)) &&
	    set(object, "status",
		json_string(cell_status_name(cell->status))) &&
	    set(object, "reason",
		cell->reason ? utf8_json(cell->reason) : json_null()) &&
	    (!cell->guest || set(object, "guest", utf8_json(cell->guest))))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *cells_to_json(const struct result *result)
{
	json_t *array = json_array();

	for (size_t i = 0; i < result->cell_count; i++) {
		const struct cell *cell = &result->cells[i];
		json_t *object = cell_head_to_json(cell);

		if (!object || !set(object, "trials", trials_to_json(cell)) ||
		    json_array_append(array, object)) {
			json_decref(object);
			json_decref(array);
			return NULL;
		}
		json_decref(object);
	}
	return array;
}

/* A block that was never filled is an empty object, not a missing key. */
static json_t *block_to_json(json_t *block)
{
	return block ? json_incref(block) : json_object();
}

json_t *result_to_json(const struct result *result)
{
	json_t *object = json_object();

	if (set(object, "schema", json_string(RESULT_SCHEMA)) &&
	    set(object, "run", block_to_json(result->run)) &&
	    set(object, "subject", block_to_json(result->subject)) &&
	    set(object, "machine", block_to_json(result->machine)) &&
	    set(object, "clock", block_to_json(result->clock)) &&
	    set(object, "cells", cells_to_json(result)))
		return object;
	json_decref(object);
	return NULL;
}
