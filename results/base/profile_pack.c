// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile_calls.h"
#include "profile_items.h"

/* Of function number @function; *times is how often it did the same. */
static json_t *work_of(json_int_t function, const json_t *amounts,
		       json_int_t *times)
{
	json_t *work = json_array(), *amount;
	size_t i;

	*times = 0;
	json_array_foreach (amounts, i, amount)
		*times = pack_common(*times, json_integer_value(amount));
	json_array_append_new(work, json_integer(function));
	json_array_foreach (amounts, i, amount)
		json_array_append_new(
			work, json_integer(*times ? json_integer_value(amount) /
							    *times :
						    0));
	return work;
}

static json_t *pack_functions(json_t *modules, struct profile_lists *lists)
{
	json_t *packed = json_array(), *functions, *amounts;
	const char *module, *name;

	json_object_foreach (modules, module, functions) {
		json_object_foreach (functions, name, amounts) {
			json_int_t times, number;

			number = pack_number(
				&lists->work,
				work_of(pack_function(lists, module, name),
					amounts, &times));
			if (pack_append(packed, number, times)) {
				json_decref(packed);
				return NULL;
			}
		}
	}
	return packed;
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	json_t *x = json_object_get(a, key), *y = json_object_get(b, key);

	return x == y || json_equal(x, y);
}

/* A metric packed before that has the same sample; NULL: none. */
static const char *twin(json_t *profile, const char *metric, json_t *from)
{
	const char *other;
	json_t *like;

	json_object_foreach (profile, other, like) {
		if (!strcmp(other, metric))
			return NULL;
		if (same(like, from, "functions") &&
		    same(like, from, "calls") && same(like, from, "ticks") &&
		    same(like, from, "harness"))
			return other;
	}
	return NULL;
}

static json_t *pack_metric(json_t *profile, const char *metric, json_t *from,
			   struct profile_lists *lists)
{
	const char *like = twin(profile, metric, from);

	if (like)
		return json_pack("{s:s, s:O}", "like", like, "units",
				 json_object_get(from, "units"));
	return json_pack(
		"{s:O, s:O, s:O, s:o, s:o*}", "ticks",
		json_object_get(from, "ticks"), "harness",
		json_object_get(from, "harness"), "units",
		json_object_get(from, "units"), "work",
		pack_functions(json_object_get(from, "functions"), lists),
		"calls", pack_calls(json_object_get(from, "calls"), lists));
}

int profile_pack(json_t *trial, struct profile_lists *lists)
{
	json_t *profile = json_object_get(trial, "profile"), *from;
	json_t *packed = json_object();
	const char *metric;

	json_object_foreach (profile, metric, from) {
		if (json_object_set_new(
			    packed, metric,
			    pack_metric(profile, metric, from, lists))) {
			json_decref(packed);
			return -ENOMEM;
		}
	}
	if (profile)
		json_object_set(trial, "profile", packed);
	json_decref(packed);
	return 0;
}

json_t *profile_lists_json(const struct profile_lists *lists)
{
	if (!lists->work.items)
		return NULL;
	return json_pack("{s:O, s:O, s:O*}", "functions",
			 lists->functions.items, "work", lists->work.items,
			 "calls", lists->calls.items);
}

void profile_lists_free(struct profile_lists *lists)
{
	json_decref(lists->functions.items);
	json_decref(lists->functions.numbers);
	json_decref(lists->work.items);
	json_decref(lists->work.numbers);
	json_decref(lists->calls.items);
	json_decref(lists->calls.numbers);
	*lists = (struct profile_lists){ 0 };
}

/* The object of the function's module in @modules, and its name. */
static json_t *module_of(json_t *modules, const json_t *function,
			 const char **name)
{
	const char *module;
	json_t *object;

	*name = json_string_value(json_array_get(function, 1));
	module = json_string_value(json_array_get(function, 0));
	if (!module || !*name)
		return NULL;
	object = json_object_get(modules, module);
	if (!object) {
		object = json_object();
		json_object_set_new(modules, module, object);
	}
	return object;
}

static int unpack_work(struct place *place, const json_t *lists,
		       const json_t *work, json_int_t times, json_t *modules)
{
	const json_t *function =
		unpack_item(lists, "functions", json_array_get(work, 0));
	const char *name = NULL;
	json_t *object = module_of(modules, function, &name), *amounts;

	if (!object || times < 0)
		return place_refuse(place, "must hold numbers of /profiles/work"
					   " and how often, in turns");
	amounts = json_array();
	for (size_t i = 1; i < json_array_size(work); i++) {
		json_int_t amount = json_integer_value(json_array_get(work, i));

		if (amount < 0 || (amount && times > INT64_MAX / amount)) {
			json_decref(amounts);
			return place_refuse(place, "has an amount that is no "
						   "64-bit number from 0");
		}
		json_array_append_new(amounts, json_integer(times * amount));
	}
	return json_object_set_new(object, name, amounts) ?
		       place_no_memory(place) :
		       0;
}

static int unpack_all(struct place *place, const json_t *metric,
		      const json_t *lists, json_t **modules)
{
	json_t *packed;
	size_t before;
	int ret = place_get(place, metric, "work", JSON_ARRAY, &packed);

	if (ret)
		return ret;
	*modules = json_object();
	before = place_enter(place, "work");
	for (size_t i = 0; i < json_array_size(packed) && !ret; i += 2)
		ret = unpack_work(
			place, lists,
			unpack_item(lists, "work", json_array_get(packed, i)),
			json_integer_value(json_array_get(packed, i + 1)),
			*modules);
	place_leave(place, before);
	if (ret)
		json_decref(*modules);
	return ret;
}

static int unpack_metric(struct place *place, const json_t *metric,
			 const json_t *lists, const json_t *profile,
			 json_t **unpacked)
{
	const char *like = json_string_value(json_object_get(metric, "like"));
	const json_t *calls = json_object_get(metric, "calls");
	json_t *modules = NULL, *rows = NULL;
	int ret;

	if (like) {
		*unpacked = json_copy(json_object_get(profile, like));
		if (!*unpacked)
			return place_refuse_key(place, "like",
						"must name a metric before it");
		json_object_set(*unpacked, "units",
				json_object_get(metric, "units"));
		return 0;
	}
	if (!json_object_get(metric, "work")) {
		*unpacked = json_incref((json_t *)metric);
		return 0;
	}
	ret = unpack_all(place, metric, lists, &modules);
	if (ret)
		return ret;
	if (calls)
		ret = unpack_calls(place, calls, lists, &rows);
	if (ret) {
		json_decref(modules);
		return ret;
	}
	*unpacked = json_copy((json_t *)metric);
	json_object_del(*unpacked, "work");
	if (rows)
		json_object_set_new(*unpacked, "calls", rows);
	return json_object_set_new(*unpacked, "functions", modules) ?
		       place_no_memory(place) :
		       0;
}

int profile_unpack(struct place *place, const json_t *packed,
		   const json_t *lists, json_t **profile)
{
	json_t *made = json_object(), *metric, *unpacked;
	const char *name;
	int ret = 0;

	if (!json_is_object(packed)) {
		json_decref(made);
		return place_refuse(place, "must be an object");
	}
	json_object_foreach ((json_t *)packed, name, metric) {
		size_t before = place_enter(place, name);

		ret = unpack_metric(place, metric, lists, made, &unpacked);
		place_leave(place, before);
		if (ret)
			break;
		json_object_set_new(made, name, unpacked);
	}
	if (ret)
		json_decref(made);
	else
		*profile = made;
	return ret;
}
