// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json_place.h"

void place_start(struct place *place, const char *pointer, struct error *err)
{
	snprintf(place->pointer, sizeof(place->pointer), "%s", pointer);
	place->length = strlen(place->pointer);
	place->err = err;
	place->profiles = NULL;
}

static void put(struct place *place, char c)
{
	if (place->length + 1 < sizeof(place->pointer))
		place->pointer[place->length++] = c;
}

size_t place_enter(struct place *place, const char *key)
{
	size_t before = place->length;

	put(place, '/');
	for (; *key; key++) {
		if (*key == '~' || *key == '/') {
			put(place, '~');
			put(place, *key == '~' ? '0' : '1');
		} else {
			put(place, *key);
		}
	}
	place->pointer[place->length] = '\0';
	return before;
}

size_t place_enter_index(struct place *place, size_t index)
{
	char key[24];

	snprintf(key, sizeof(key), "%zu", index);
	return place_enter(place, key);
}

void place_leave(struct place *place, size_t before)
{
	place->length = before;
	place->pointer[before] = '\0';
}

/* The pointer of the document itself is empty, which reads like a mistake. */
static const char *name(const struct place *place)
{
	return place->length ? place->pointer : "the document";
}

int place_refuse(const struct place *place, const char *why)
{
	return error_set(place->err, -EINVAL, "%s: %s", name(place), why);
}

int place_no_memory(const struct place *place)
{
	return error_set(place->err, -ENOMEM, "%s: out of memory", name(place));
}

int place_refuse_key(struct place *place, const char *key, const char *why)
{
	size_t before = place_enter(place, key);
	int ret = place_refuse(place, why);

	place_leave(place, before);
	return ret;
}

int place_get(struct place *place, const json_t *object, const char *key,
	      json_type type, json_t **value)
{
	*value = json_object_get(object, key);
	if (!*value)
		return place_refuse_key(place, key, "is missing");
	if (json_typeof(*value) == type)
		return 0;
	return place_refuse_key(place, key,
				type == JSON_OBJECT ? "must be an object" :
				type == JSON_ARRAY  ? "must be an array" :
						      "must be a string");
}

int place_integer(struct place *place, const json_t *object, const char *key,
		  uint64_t max, uint64_t *number)
{
	const json_t *value = json_object_get(object, key);
	char why[64];

	if (!value)
		return place_refuse_key(place, key, "is missing");
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > max) {
		snprintf(why, sizeof(why),
			 "must be an integer from 0 to %" PRIu64, max);
		return place_refuse_key(place, key, why);
	}
	*number = (uint64_t)json_integer_value(value);
	return 0;
}

int place_text(struct place *place, const json_t *object, const char *key,
	       const char **text)
{
	json_t *value;
	int ret = place_get(place, object, key, JSON_STRING, &value);

	if (ret)
		return ret;
	*text = json_string_value(value);
	return **text ? 0 : place_refuse_key(place, key, "must not be empty");
}
