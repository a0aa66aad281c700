// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "profile_items.h"

json_int_t pack_number(struct profile_list *list, json_t *item)
{
	char *text = json_dumps(item, JSON_COMPACT);
	json_t *known = text ? json_object_get(list->numbers, text) : NULL;
	json_int_t number = (json_int_t)json_array_size(list->items);

	if (known) {
		number = json_integer_value(known);
		json_decref(item);
	} else {
		if (!list->items)
			list->items = json_array();
		if (!list->numbers)
			list->numbers = json_object();
		if (!text || json_array_append_new(list->items, item) ||
		    json_object_set_new(list->numbers, text,
					json_integer(number)))
			number = -1;
	}
	free(text);
	return number;
}

json_int_t pack_common(json_int_t a, json_int_t b)
{
	while (b) {
		json_int_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

json_int_t pack_function(struct profile_lists *lists, const char *module,
			 const char *name)
{
	return pack_number(&lists->functions,
			   json_pack("[s, s]", module, name));
}

int pack_append(json_t *packed, json_int_t number, json_int_t times)
{
	return number < 0 ||
			       json_array_append_new(packed,
						     json_integer(number)) ||
			       json_array_append_new(packed,
						     json_integer(times)) ?
		       -ENOMEM :
		       0;
}

json_t *unpack_item(const json_t *lists, const char *name, const json_t *number)
{
	json_int_t at = json_integer_value(number);

	return json_is_integer(number) && at >= 0 ?
		       json_array_get(json_object_get(lists, name),
				      (size_t)at) :
		       NULL;
}
