/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Images with a table of symbols, as kernels of several times have it. */
#ifndef KALLSYMS_FIXTURE_H
#define KALLSYMS_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT 0xffffffff81000000ull

enum image_age { AGE_6_1, AGE_6_2, AGE_6_4, AGE_7_0, AGES };

struct image {
	uint8_t bytes[1 << 18];
	size_t length;
	size_t unit; /* of alignment */
};

struct image_symbol {
	uint64_t address;
	char name[400]; /* with the letter of its type */
};

static inline void image_put(struct image *image, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		image->bytes[image->length++] = (uint8_t)(value >> 8 * i);
}

static inline void image_align(struct image *image)
{
	while (image->length % image->unit)
		image_put(image, 0, 1);
}

/* A letter for each byte that is one; 1 is "sys_", others never occur. */
static inline void image_token(int token, char text[8])
{
	if (token > ' ' && token < 127)
		snprintf(text, 8, "%c", token);
	else
		snprintf(text, 8, token == 1 ? "sys_" : "~%02x", token);
}

static inline void image_tokens(struct image *image)
{
	uint16_t index[256];
	size_t start = image->length;
	char text[8];

	for (int i = 0; i < 256; i++) {
		image_token(i, text);
		index[i] = (uint16_t)(image->length - start);
		memcpy(image->bytes + image->length, text, strlen(text) + 1);
		image->length += strlen(text) + 1;
	}
	image_align(image);
	for (int i = 0; i < 256; i++)
		image_put(image, index[i], 2);
}

static inline void image_names(struct image *image,
			       const struct image_symbol *symbols, size_t count)
{
	uint32_t markers[64];
	size_t start;

	image_put(image, count, (int)image->unit);
	start = image->length;
	for (size_t i = 0; i < count; i++) {
		uint8_t packed[400];
		size_t length = 0;

		if (i % 256 == 0)
			markers[i / 256] = (uint32_t)(image->length - start);
		for (const char *at = symbols[i].name; *at;) {
			bool call = !strncmp(at, "sys_", 4);

			packed[length++] = call ? 1 : (uint8_t)*at;
			at += call ? 4 : 1;
		}
		if (length > 127)
			image_put(image,
				  0x80 | (length & 0x7f) | length >> 7 << 8, 2);
		else
			image_put(image, length, 1);
		memcpy(image->bytes + image->length, packed, length);
		image->length += length;
	}
	image_align(image);
	for (size_t i = 0; i < (count + 255) / 256; i++)
		image_put(image, markers[i], 4);
	image_align(image);
}

/* The image's first byte is at TEXT; symbols below it are absolute. */
static inline void image_offsets(struct image *image, enum image_age age,
				 bool percpu,
				 const struct image_symbol *symbols,
				 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t offset = symbols[i].address - TEXT;

		if (age == AGE_7_0)
			offset -= image->length;
		else if (percpu)
			offset = symbols[i].address < TEXT ?
					 symbols[i].address :
					 TEXT - symbols[i].address - 1;
		image_put(image, offset, 4);
	}
	image_align(image);
	if (age != AGE_7_0)
		image_put(image, TEXT, 8);
}

static inline void image_sequence(struct image *image, size_t count)
{
	for (size_t i = 0; i < count; i++)
		image_put(image, i << 8, 3);
	image_align(image);
}

static inline void image_make(struct image *image, enum image_age age,
			      bool percpu, const struct image_symbol *symbols,
			      size_t count)
{
	memset(image, 0, sizeof(*image));
	image->unit = age == AGE_7_0 ? 4 : 8;
	for (int i = 0; i < 100; i++)
		image_put(image, 0x9090909090909090 + i, 8);
	if (age == AGE_7_0)
		image_put(image, 0x90909090, 4);
	if (age < AGE_6_4)
		image_offsets(image, age, percpu, symbols, count);
	image_names(image, symbols, count);
	if (age == AGE_6_2)
		image_sequence(image, count);
	image_tokens(image);
	if (age >= AGE_6_4) {
		image_offsets(image, age, percpu, symbols, count);
		image_sequence(image, count);
	}
	image_put(image, 0, 8);
}

#endif
