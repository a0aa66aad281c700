// SPDX-License-Identifier: GPL-2.0-or-later
/* Who called whom: packed, as rows of JSON, and as structs. */
#include <errno.h>
#include <stdlib.h>

#include "profile_calls.h"
#include "profile_inlined.h"
#include "profile_items.h"

#define ROW "[s, s, s, s, I, I]"

/* [FROM, TO, CALLS, INCLUSIVE], and how often. */
static int pack_call(json_t *packed, json_t *row, struct profile_lists *lists)
{
	const char *from_module, *from, *to_module, *to;
	json_int_t calls, inclusive, times;

	if (json_unpack(row, ROW, &from_module, &from, &to_module, &to, &calls,
			&inclusive))
		return -EINVAL;
	times = pack_common(calls, inclusive);
	return pack_append(
		packed,
		pack_number(&lists->calls,
			    json_pack("[I, I, I, I]",
				      pack_function(lists, from_module, from),
				      pack_function(lists, to_module, to),
				      times ? calls / times : 0,
				      times ? inclusive / times : 0)),
		times);
}

json_t *pack_calls(const json_t *calls, struct profile_lists *lists)
{
	json_t *packed, *row;
	size_t i;

	if (!calls)
		return NULL;
	packed = json_array();
	json_array_foreach ((json_t *)calls, i, row) {
		if (pack_call(packed, row, lists)) {
			json_decref(packed);
			return NULL;
		}
	}
	return packed;
}

static int unpack_call(struct place *place, const json_t *lists,
		       const json_t *call, json_int_t times, json_t *calls)
{
	const json_t *from =
		unpack_item(lists, "functions", json_array_get(call, 0));
	const json_t *to =
		unpack_item(lists, "functions", json_array_get(call, 1));
	json_int_t count = json_integer_value(json_array_get(call, 2));
	json_int_t inclusive = json_integer_value(json_array_get(call, 3));
	json_int_t most = count > inclusive ? count : inclusive;

	if (!from || !to || times < 0 || count < 0 || inclusive < 0 ||
	    (most && times > INT64_MAX / most))
		return place_refuse(place,
				    "must hold numbers of /profiles/calls and "
				    "how often, in turns");
	return json_array_append_new(
		       calls,
		       json_pack("[O, O, O, O, I, I]", json_array_get(from, 0),
				 json_array_get(from, 1), json_array_get(to, 0),
				 json_array_get(to, 1), times * count,
				 times * inclusive)) ?
		       place_no_memory(place) :
		       0;
}

int unpack_calls(struct place *place, const json_t *packed, const json_t *lists,
		 json_t **calls)
{
	size_t before;
	int ret = 0;

	if (!json_is_array(packed))
		return place_refuse_key(place, "calls", "must be an array");
	*calls = json_array();
	before = place_enter(place, "calls");
	for (size_t i = 0; i < json_array_size(packed) && !ret; i += 2)
		ret = unpack_call(
			place, lists,
			unpack_item(lists, "calls", json_array_get(packed, i)),
			json_integer_value(json_array_get(packed, i + 1)),
			*calls);
	place_leave(place, before);
	if (ret)
		json_decref(*calls);
	return ret;
}

int place_check_calls(struct place *place, const json_t *metric)
{
	json_t *calls = json_object_get(metric, "calls"), *row;
	const char *text;
	json_int_t count, inclusive;
	size_t i;

	json_array_foreach (calls, i, row)
		if (json_unpack(row, ROW, &text, &text, &text, &text, &count,
				&inclusive) ||
		    count < 0 || inclusive < 0)
			return place_refuse_key(place, "calls",
						"must hold rows of two "
						"functions and two counts");
	return !calls || json_is_array(calls) ?
		       0 :
		       place_refuse_key(place, "calls", "must be an array");
}

/* As if its symbol called what was inlined there. */
static void add_inlined(struct profile *profile)
{
	for (size_t i = 0; i < profile->count; i++) {
		const struct profile_function *row = &profile->functions[i];
		const char *symbol = profile_symbol(row->name);
		struct profile_call_row *to;

		if (symbol == row->name)
			continue;
		to = &profile->calls[profile->call_count++];
		to->from = (struct profile_name){ row->module, symbol };
		to->to = (struct profile_name){ row->module, row->name };
		to->inclusive = (uint64_t)json_integer_value(
			json_array_get(row->amounts, 0));
	}
}

int profile_calls_of(const json_t *metric, struct profile *profile)
{
	json_t *calls = json_object_get(metric, "calls"), *row;
	size_t i;

	profile->calls = calloc(json_array_size(calls) + profile->count + 1,
				sizeof(*profile->calls));
	if (!profile->calls)
		return -ENOMEM;
	json_array_foreach (calls, i, row) {
		struct profile_call_row *to =
			&profile->calls[profile->call_count];
		json_int_t count, inclusive;

		if (json_unpack(row, ROW, &to->from.module, &to->from.name,
				&to->to.module, &to->to.name, &count,
				&inclusive))
			continue;
		to->calls = (uint64_t)count;
		to->inclusive = (uint64_t)inclusive;
		profile->call_count++;
	}
	if (profile->call_count)
		add_inlined(profile);
	return 1;
}
