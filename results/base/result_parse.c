// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to structs. Nothing here trusts its input: a result file comes from
 * another machine, another version or an editor.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cell_index.h"
#include "result_parse.h"

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

static int parse_guest(struct place *place, const json_t *object,
		       struct cell *cell)
{
	const json_t *guest = json_object_get(object, "guest");

	if (!guest)
		return 0;
	if (!json_is_string(guest))
		return place_refuse_key(place, "guest", "must be a string");
	cell->guest = strdup(json_string_value(guest));
	return cell->guest ? 0 : place_no_memory(place);
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
		ret = place_parse_trial(place, value, &trial);
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
	ret = place_parse_axes(place, axes, &cell->axes, &cell->axis_count);
	place_leave(place, before);
	if (ret)
		return ret;
	ret = parse_guest(place, object, cell);
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
	place.profiles = json_object_get(document, "profiles");
	ret = parse_result(&place, document, result);
	if (!ret)
		return 0;
	result_free(result);
	return error_set(err, ret, "%s: %s", file, inner.text);
}
