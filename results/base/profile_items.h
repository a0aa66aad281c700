/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of a file's profiles, whose items are referred to by number. */
#ifndef MMGAUGE_PROFILE_ITEMS_H
#define MMGAUGE_PROFILE_ITEMS_H

#include "profile_pack.h"

/* The number of @item, which is taken, in a list; -1 when out of memory. */
json_int_t pack_number(struct profile_list *list, json_t *item);
json_int_t pack_function(struct profile_lists *lists, const char *module,
			 const char *name);
json_int_t pack_common(json_int_t a, json_int_t b); /* greatest divisor */

/* A number and how often; -ENOMEM. */
int pack_append(json_t *packed, json_int_t number, json_int_t times);

/* Item number @number of the list @name; NULL: none. */
json_t *unpack_item(const json_t *lists, const char *name,
		    const json_t *number);

#endif
