// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to structs. Nothing here trusts its input: a result file comes from
 * another machine, another version or an editor.
 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cell_index.h"
#include "json_place.h"
#include "result.h"

static int parse_axis(struct place *place, const char *name,
		      const json_t *value, struct axis_value *axis)
{
	const char *text = json_string_value(value);

	if (!text && (!json_is_integer(value) || json_integer_value(value) < 0))
		return place_refuse_key(
			place, name, "must be a string or an integer from 0");
	axis->axis = strdup(name);
	if (text)
		axis->text = strdup(text);
	else
		axis->number = (uint64_t)json_integer_value(value);
	if (!axis->axis || (text && !axis->text))
		return place_no_memory(place);
	return 0;
}

static int parse_axes(struct place *place, const json_t *object,
		      struct axis_value **axes, size_t *count)
{
	size_t size = json_object_size(object);
	struct axis_value *made;
	const char *key;
	json_t *value;
	size_t at = 0;
	int ret;

	*axes = NULL;
	*count = 0;
	if (!json_is_object(object))
		return place_refuse(place, "must be an object");
	if (!size)
		return 0;
	made = calloc(size, sizeof(*made));
	if (!made)
		return place_no_memory(place);
	/* The macro drops const; nothing is changed. */
	json_object_foreach ((json_t *)object, key, value) {
		ret = parse_axis(place, key, value, &made[at++]);
		if (ret) {
			axis_values_free(made, size);
			return ret;
		}
	}
	*axes = made;
	*count = size;
	return 0;
}

/* Every member of the object @key of a trial, which may be absent. */
static int parse_members(struct place *place, const json_t *trial,
			 const char *key, struct trial *into,
			 int (*member)(struct place *, const char *,
				       const json_t *, struct trial *))
{
	json_t *object = json_object_get(trial, key);
	const char *name;
	json_t *value;
	size_t before;
	int ret = 0;

	if (!object)
		return 0;
	if (!json_is_object(object))
		return place_refuse_key(place, key, "must be an object");
	before = place_enter(place, key);
	json_object_foreach (object, name, value) {
		ret = member(place, name, value, into);
		if (ret)
			break;
	}
	place_leave(place, before);
	return ret;
}

static int parse_value(struct place *place, const char *name,
		       const json_t *value, struct trial *into,
		       int (*add)(struct trial *, const char *, double))
{
	if (!json_is_number(value) && !json_is_null(value))
		return place_refuse_key(place, name,
					"must be a number or null");
	if (add(into, name,
		json_is_null(value) ? NAN : json_number_value(value)))
		return place_no_memory(place);
	return 0;
}

static int parse_fact(struct place *place, const char *name,
		      const json_t *value, struct trial *into)
{
	return parse_value(place, name, value, into, trial_add_fact);
}

static int parse_counter(struct place *place, const char *name,
			 const json_t *value, struct trial *into)
{
	return parse_value(place, name, value, into, trial_add_counter);
}

static int parse_absence(struct place *place, const char *name,
			 const json_t *value, struct trial *into)
{
	if (!json_is_string(value))
		return place_refuse_key(place, name, "must be a string");
	if (trial_add_absence(into, name, json_string_value(value)))
		return place_no_memory(place);
	return 0;
}

static int parse_samples(struct place *place, const json_t *object,
			 struct metric *metric)
{
	json_t *samples, *value;
	size_t before, index;
	int ret;

	ret = place_get(place, object, "samples", JSON_ARRAY, &samples);
	if (ret)
		return ret;
	before = place_enter(place, "samples");
	json_array_foreach (samples, index, value) {
		size_t above;

		if (json_is_number(value))
			ret = metric_add_sample(metric,
						json_number_value(value));
		if (json_is_number(value) && !ret)
			continue;
		above = place_enter_index(place, index);
		ret = ret == -ENOMEM ?
			      place_no_memory(place) :
			      place_refuse(place, "must be a finite number");
		place_leave(place, above);
		break;
	}
	place_leave(place, before);
	return ret;
}

static int parse_metric(struct place *place, const char *name,
			const json_t *object, struct trial *trial)
{
	const char *unit, *better;
	struct metric *metric;
	int ret;

	if (!json_is_object(object))
		return place_refuse(place, "must be an object");
	ret = place_text(place, object, "unit", &unit);
	if (ret)
		return ret;
	ret = place_text(place, object, "better", &better);
	if (ret)
		return ret;
	if (strcmp(better, "lower") && strcmp(better, "higher"))
		return place_refuse_key(place, "better",
					"must be \"lower\" or \"higher\"");
	metric = trial_add_metric(trial, name, unit, !strcmp(better, "higher"));
	if (!metric)
		return place_no_memory(place);
	return parse_samples(place, object, metric);
}

static int parse_metrics(struct place *place, const json_t *object,
			 struct trial *trial)
{
	json_t *metrics, *value;
	size_t before, above;
	const char *name;
	int ret;

	ret = place_get(place, object, "metrics", JSON_OBJECT, &metrics);
	if (ret)
		return ret;
	before = place_enter(place, "metrics");
	json_object_foreach (metrics, name, value) {
		above = place_enter(place, name);
		ret = parse_metric(place, name, value, trial);
		place_leave(place, above);
		if (ret)
			break;
	}
	place_leave(place, before);
	return ret;
}

static int parse_trial_members(struct place *place, const json_t *object,
			       struct trial *trial)
{
	uint64_t boot, number;
	int ret;

	if (!json_is_object(object))
		return place_refuse(place, "must be an object");
	ret = place_integer(place, object, "boot", UINT_MAX, &boot);
	if (ret)
		return ret;
	ret = place_integer(place, object, "trial", UINT_MAX, &number);
	if (ret)
		return ret;
	ret = place_integer(place, object, "batch", INT64_MAX, &trial->batch);
	if (ret)
		return ret;
	trial->boot = (unsigned int)boot;
	trial->trial = (unsigned int)number;
	ret = parse_members(place, object, "facts", trial, parse_fact);
	if (ret)
		return ret;
	ret = parse_members(place, object, "counters", trial, parse_counter);
	if (ret)
		return ret;
	ret = parse_members(place, object, "counter_reasons", trial,
			    parse_absence);
	if (ret)
		return ret;
	return parse_metrics(place, object, trial);
}

static int parse_trial(struct place *place, const json_t *object,
		       struct trial *trial)
{
	int ret;

	memset(trial, 0, sizeof(*trial));
	ret = parse_trial_members(place, object, trial);
	if (ret)
		trial_free(trial);
	return ret;
}

static int parse_status(struct place *place, const json_t *object,
			struct cell *cell)
{
	const json_t *reason = json_object_get(object, "reason");
	enum cell_status status;
	const char *name;
	int ret;

	ret = place_text(place, object, "status", &name);
	if (ret)
		return ret;
	for (status = CELL_OK; status <= CELL_CRASHED; status++)
		if (!strcmp(cell_status_name(status), name))
			break;
	if (status > CELL_CRASHED)
		return place_refuse_key(place, "status",
					"must be ok, skipped, invalid, failed "
					"or crashed");
	if (reason && !json_is_null(reason) && !json_is_string(reason))
		return place_refuse_key(place, "reason",
					"must be a string or null");
	if (cell_set_status(cell, status, json_string_value(reason)))
		return place_no_memory(place);
	return 0;
}

static int parse_trials(struct place *place, const json_t *object,
			struct cell *cell)
{
	size_t before, above, index;
	json_t *trials, *value;
	struct trial trial;
	int ret;

	ret = place_get(place, object, "trials", JSON_ARRAY, &trials);
	if (ret)
		return ret;
	before = place_enter(place, "trials");
	json_array_foreach (trials, index, value) {
		above = place_enter_index(place, index);
		ret = parse_trial(place, value, &trial);
		if (!ret && cell_add_trial(cell, &trial)) {
			trial_free(&trial);
			ret = place_no_memory(place);
		}
		place_leave(place, above);
		if (ret)
			break;
	}
	place_leave(place, before);
	return ret;
}

/* @cell is zeroed and belongs to the result already: it is freed with it. */
static int parse_cell(struct place *place, const json_t *object,
		      struct cell *cell)
{
	const char *name;
	size_t before;
	json_t *axes;
	int ret;

	if (!json_is_object(object))
		return place_refuse(place, "must be an object");
	ret = place_text(place, object, "case", &name);
	if (ret)
		return ret;
	cell->name = strdup(name);
	if (!cell->name)
		return place_no_memory(place);
	ret = place_get(place, object, "axes", JSON_OBJECT, &axes);
	if (ret)
		return ret;
	before = place_enter(place, "axes");
	ret = parse_axes(place, axes, &cell->axes, &cell->axis_count);
	place_leave(place, before);
	if (ret)
		return ret;
	ret = parse_status(place, object, cell);
	if (ret)
		return ret;
	return parse_trials(place, object, cell);
}

/* The index is over cells[0..cell_count), so a cell's place is its offset. */
static int refuse_duplicates(struct place *place, const struct result *result)
{
	const struct cell *cell;
	struct cell_index index;
	size_t before;
	int ret = 0;

	if (cell_index_build(result, &index))
		return place_no_memory(place);
	cell = cell_index_duplicate(&index);
	if (cell) {
		before = place_enter_index(place,
					   (size_t)(cell - result->cells));
		ret = place_refuse(place, "is the same case with the same axes "
					  "as an earlier cell");
		place_leave(place, before);
	}
	cell_index_free(&index);
	return ret;
}

static int parse_cells(struct place *place, const json_t *document,
		       struct result *result)
{
	size_t before, above, index;
	json_t *array, *value;
	struct cell *cells;
	int ret;

	ret = place_get(place, document, "cells", JSON_ARRAY, &array);
	if (ret)
		return ret;
	before = place_enter(place, "cells");
	json_array_foreach (array, index, value) {
		cells = array_grow(result->cells, result->cell_count,
				   sizeof(*cells));
		if (!cells)
			return place_no_memory(place);
		result->cells = cells;
		memset(&cells[index], 0, sizeof(*cells));
		result->cell_count++;
		above = place_enter_index(place, index);
		ret = parse_cell(place, value, &cells[index]);
		if (ret)
			return ret;
		place_leave(place, above);
	}
	ret = refuse_duplicates(place, result);
	place_leave(place, before);
	return ret;
}

/*
 * "mmgauge-result/1" and any minor version "mmgauge-result/1.N" are readable:
 * minor versions only add keys.
 */
static int check_schema(struct place *place, const json_t *document)
{
	static const char family[] = "mmgauge-result/";
	const char *schema, *major;
	int ret;

	if (!json_is_object(document))
		return place_refuse(place, "must be an object");
	ret = place_text(place, document, "schema", &schema);
	if (ret)
		return ret;
	if (strncmp(schema, family, strlen(family)))
		return place_refuse_key(place, "schema",
					"is not " RESULT_SCHEMA
					": not a result file of mmgauge");
	major = schema + strlen(family);
	if (major[0] == '1' && (!major[1] || major[1] == '.'))
		return 0;
	return error_set(place->err, -EPROTONOSUPPORT,
			 "/schema: is %.40s: this mmgauge reads " RESULT_SCHEMA
			 ": use the one that wrote it",
			 schema);
}

static int parse_block(struct place *place, const json_t *document,
		       const char *key, json_t **block)
{
	json_t *object;
	int ret = place_get(place, document, key, JSON_OBJECT, &object);

	if (!ret)
		*block = json_incref(object);
	return ret;
}

static int parse_result(struct place *place, const json_t *document,
			struct result *result)
{
	int ret;

	ret = check_schema(place, document);
	if (ret)
		return ret;
	ret = parse_block(place, document, "run", &result->run);
	if (ret)
		return ret;
	ret = parse_block(place, document, "subject", &result->subject);
	if (ret)
		return ret;
	ret = parse_block(place, document, "machine", &result->machine);
	if (ret)
		return ret;
	ret = parse_block(place, document, "clock", &result->clock);
	if (ret)
		return ret;
	return parse_cells(place, document, result);
}

int result_from_json(const json_t *document, struct result *result,
		     const char *file, struct error *err)
{
	struct error inner;
	struct place place;
	int ret;

	memset(result, 0, sizeof(*result));
	place_start(&place, "", &inner);
	ret = parse_result(&place, document, result);
	if (!ret)
		return 0;
	result_free(result);
	return error_set(err, ret, "%s: %s", file, inner.text);
}

int trial_from_json(const json_t *object, struct trial *trial,
		    const char *pointer, struct error *err)
{
	struct place place;

	place_start(&place, pointer, err);
	return parse_trial(&place, object, trial);
}

int axes_from_json(const json_t *object, struct axis_value **axes,
		   size_t *count, const char *pointer, struct error *err)
{
	struct place place;

	place_start(&place, pointer, err);
	return parse_axes(&place, object, axes, count);
}
