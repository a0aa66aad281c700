/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the parts of kallsyms are in an image; for this room only. */
#ifndef MMGAUGE_KALLSYMS_FIND_H
#define MMGAUGE_KALLSYMS_FIND_H

#include <stdbool.h>

#include "kallsyms.h"

#define KALLSYMS_TOKENS 256

/* A name's length in tokens is in bytes 0 to *@head of it. */
static inline size_t kallsyms_entry(const uint8_t *at, size_t *head)
{
	*head = at[0] & 0x80 ? 2 : 1;
	return at[0] & 0x80 ? (at[0] & 0x7fu) | (size_t)at[1] << 7 : at[0];
}

/* All are offsets in the image. */
struct kallsyms_place {
	size_t unit; /* to which the parts are aligned: 8 or 4 */
	size_t number; /* of symbols, a word with padding before the names */
	size_t names;
	size_t markers;
	size_t tokens;
	size_t token_index;
	uint32_t count; /* of symbols */
};

/* false: there is none. What is found is within the image. */
bool kallsyms_find(const struct kallsyms_image *image,
		   struct kallsyms_place *place);

static inline uint32_t kallsyms_word(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline size_t kallsyms_short(const uint8_t *at)
{
	return at[0] | (size_t)at[1] << 8;
}

static inline size_t kallsyms_align(size_t offset, size_t unit)
{
	return (offset + unit - 1) & ~(unit - 1);
}

/* Where an Image that has its relocations still to do begins; 0: it has none. */
uint64_t kallsyms_image_base(const struct kallsyms_image *image);

/* What such a one will put at @address; 0: nothing. */
uint64_t kallsyms_relocated(const struct kallsyms_image *image,
			    uint64_t address);

#endif
