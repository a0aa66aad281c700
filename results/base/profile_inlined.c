// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "profile_inlined.h"

static int by_name(const void *a, const void *b)
{
	return profile_function_order(a, b);
}

static json_t *sum(const json_t *a, const json_t *b)
{
	size_t x = json_array_size(a), y = json_array_size(b);
	json_t *array = json_array();

	for (size_t i = 0; i < x || i < y; i++)
		json_array_append_new(
			array,
			json_integer(json_integer_value(json_array_get(a, i)) +
				     json_integer_value(json_array_get(b, i))));
	return array;
}

int profile_fold(struct profile *profile)
{
	struct profile_function *rows = profile->functions;
	size_t kept = 0;

	if (!profile->folded)
		profile->folded = json_array();
	for (size_t i = 0; i < profile->count; i++)
		rows[i].name = profile_symbol(rows[i].name);
	qsort(rows, profile->count, sizeof(*rows), by_name);
	for (size_t i = 0; i < profile->count; i++) {
		struct profile_function *to = &rows[kept - (kept > 0)];
		json_t *amounts;

		if (!kept || by_name(to, &rows[i])) {
			rows[kept++] = rows[i];
			continue;
		}
		amounts = sum(to->amounts, rows[i].amounts);
		if (json_array_append_new(profile->folded, amounts))
			return -ENOMEM;
		to->amounts = amounts;
	}
	profile->count = kept;
	return 0;
}
