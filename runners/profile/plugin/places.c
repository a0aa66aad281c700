// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "places.h"

#define TABLE (2 * PROFILE_PLACES_MAX)

static struct place *places;
static uint32_t *table; /* number + 1; 0 is free */
static uint32_t used;

int places_init(void)
{
	places = calloc(PROFILE_PLACES_MAX, sizeof(*places));
	table = calloc(TABLE, sizeof(*table));
	return places && table ? 0 : -ENOMEM;
}

static uint32_t position(uint64_t address)
{
	return (uint32_t)((address * 0x9e3779b97f4a7c15u) >> 32) % TABLE;
}

uint32_t places_find(uint64_t address, const uint8_t *bytes, size_t size)
{
	uint32_t at = position(address);

	if (size > PROFILE_CODE_MAX)
		size = PROFILE_CODE_MAX;
	for (; table[at]; at = (at + 1) % TABLE) {
		const struct place *place = &places[table[at] - 1];

		if (place->address == address && place->size == size &&
		    !memcmp(place->bytes, bytes, size))
			return table[at] - 1;
	}
	if (used == PROFILE_PLACES_MAX)
		return PROFILE_PLACES_MAX;
	places[used].address = address;
	places[used].size = (uint8_t)size;
	memcpy(places[used].bytes, bytes, size);
	table[at] = ++used;
	return used - 1;
}

struct place *place_at(uint32_t number)
{
	return &places[number];
}
