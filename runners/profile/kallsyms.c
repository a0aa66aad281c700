// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "kallsyms_find.h"

#define NAME_MAX_BYTES 1024 /* KSYM_NAME_LEN is 512 */

/* No kernel is linked to below this, with 64 bits and any page tables. */
#define KERNEL_LOWEST 0xff00000000000000ull

struct offsets {
	const uint8_t *at;
	uint64_t base;
	uint64_t address; /* of the first offset itself */
	enum { FROM_BASE, ABSOLUTE_PERCPU, FROM_PLACE } kind;
};

static uint64_t symbol_address(const struct offsets *offsets, uint32_t i)
{
	uint32_t word = kallsyms_word(offsets->at + 4ul * i);
	int64_t offset = (int32_t)word;

	switch (offsets->kind) {
	case FROM_BASE:
		return offsets->base + word;
	case ABSOLUTE_PERCPU:
		if (offset >= 0)
			return word;
		return offsets->base - 1 - (uint64_t)offset;
	case FROM_PLACE:
		break;
	}
	return offsets->address + 4ul * i + (uint64_t)offset;
}

/* The table is sorted by address: read in a wrong way it is not. */
static bool is_sorted(const struct offsets *offsets, uint32_t count)
{
	uint64_t before = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t now = symbol_address(offsets, i);

		if (now < before)
			return false;
		before = now;
	}
	return before >= KERNEL_LOWEST;
}

static uint64_t double_word(const uint8_t *at)
{
	return kallsyms_word(at) | (uint64_t)kallsyms_word(at + 4) << 32;
}

/* The address of what is at @offset in the image; 0: not known. */
static uint64_t image_address(const struct kallsyms_image *image,
			      uint64_t offset)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		const struct kallsyms_segment *segment = &image->segments[i];

		if (offset >= segment->offset &&
		    offset - segment->offset < segment->length)
			return segment->address + (offset - segment->offset);
	}
	return 0;
}

static bool with_base(const struct kallsyms_image *image, size_t at,
		      size_t base, uint32_t count, struct offsets *offsets)
{
	const uint8_t *bytes = image->bytes;

	*offsets = (struct offsets){ .at = bytes + at,
				     .base = double_word(bytes + base) };
	if (!offsets->base)
		offsets->base =
			kallsyms_relocated(image, image_address(image, base));
	if (offsets->base < KERNEL_LOWEST)
		return false;
	offsets->kind = FROM_BASE;
	if (is_sorted(offsets, count))
		return true;
	offsets->kind = ABSOLUTE_PERCPU;
	return is_sorted(offsets, count);
}

static bool find_offsets(const struct kallsyms_image *image,
			 const struct kallsyms_place *place,
			 struct offsets *offsets)
{
	size_t length = 4ul * place->count, padded = kallsyms_align(length, 8);
	size_t behind = place->token_index + 2ul * KALLSYMS_TOKENS;

	if (behind + padded + 8 <= image->length &&
	    with_base(image, behind, behind + padded, place->count, offsets))
		return true;
	if (place->number >= padded + 8 &&
	    with_base(image, place->number - 8 - padded, place->number - 8,
		      place->count, offsets))
		return true;
	if (behind + length > image->length)
		return false;
	*offsets = (struct offsets){ .at = image->bytes + behind,
				     .address = image_address(image, behind),
				     .kind = FROM_PLACE };
	return offsets->address && is_sorted(offsets, place->count);
}

/* The letter of the type and the name; their length, 0: too long. */
static size_t expand(const struct kallsyms_image *image,
		     const struct kallsyms_place *place, const uint8_t *tokens,
		     size_t count, char name[NAME_MAX_BYTES])
{
	const uint8_t *index = image->bytes + place->token_index;
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		const char *token = (const char *)image->bytes + place->tokens +
				    kallsyms_short(index + 2ul * tokens[i]);
		size_t length = strlen(token);

		if (length >= NAME_MAX_BYTES - used)
			return 0;
		memcpy(name + used, token, length);
		used += length;
	}
	name[used] = '\0';
	return used;
}

int kallsyms_read(const struct kallsyms_image *image,
		  int (*each)(uint64_t address, char type, const char *name,
			      size_t length, void *data),
		  void *data)
{
	char name[NAME_MAX_BYTES];
	struct kallsyms_segment whole = { 0, image->length, 0 };
	struct kallsyms_image placed = *image;
	struct kallsyms_place place;
	struct offsets offsets;
	size_t at, head;
	int ret = 0;

	if (!image->segment_count)
		whole.address = kallsyms_image_base(image);
	if (whole.address) {
		placed.segments = &whole;
		placed.segment_count = 1;
	}
	if (!kallsyms_find(image, &place) ||
	    !find_offsets(&placed, &place, &offsets))
		return -ENODATA;
	at = place.names;
	for (uint32_t i = 0; i < place.count && !ret; i++) {
		size_t count = kallsyms_entry(image->bytes + at, &head);
		size_t length = expand(image, &place, image->bytes + at + head,
				       count, name);

		at += head + count;
		if (length > 1)
			ret = each(symbol_address(&offsets, i), name[0],
				   name + 1, length - 1, data);
	}
	return ret;
}
