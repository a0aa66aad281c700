// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "kallsyms_find.h"

/* Bounds for what may be anything: no kernel comes near them. */
#define TOKEN_MAX 512u /* bytes */
#define ENTRY_MAX 1026u /* bytes of a name, with its length */
#define SYMBOLS_MAX (1u << 22)
#define TRIES_MAX 16 /* of what looks like a token index */
#define GROUP 256u /* symbols a marker */

/* 256 offsets that rise from 0. */
static bool is_token_index(const uint8_t *at)
{
	size_t before = 0;

	if (kallsyms_short(at))
		return false;
	for (unsigned int i = 1; i < KALLSYMS_TOKENS; i++) {
		size_t now = kallsyms_short(at + 2ul * i);

		if (now <= before || now - before > TOKEN_MAX)
			return false;
		before = now;
	}
	return true;
}

/* The string for each entry of the index, and nothing else but padding. */
static bool are_tokens(const uint8_t *tokens, const uint8_t *index,
		       size_t length)
{
	for (unsigned int i = 0; i < KALLSYMS_TOKENS; i++) {
		size_t start = kallsyms_short(index + 2ul * i);
		size_t end = i + 1 < KALLSYMS_TOKENS ?
				     kallsyms_short(index + 2ul * i + 2) :
				     length;
		const uint8_t *nul;

		if (start >= length || end > length)
			return false;
		nul = memchr(tokens + start, 0, end - start);
		if (!nul)
			return false;
		if (i + 1 < KALLSYMS_TOKENS ? nul + 1 != tokens + end :
					      tokens + end - nul > 8)
			return false;
	}
	return true;
}

static bool find_tokens(const uint8_t *bytes, size_t token_index,
			size_t *tokens)
{
	const uint8_t *index = bytes + token_index;
	size_t last = kallsyms_short(index + 2ul * (KALLSYMS_TOKENS - 1));

	for (size_t tail = 0; tail <= TOKEN_MAX; tail += 4) {
		size_t length = kallsyms_align(last, 4) + tail;

		if (length > token_index)
			break;
		*tokens = token_index - length;
		if (length > last && are_tokens(bytes + *tokens, index, length))
			return true;
	}
	return false;
}

/* Do @count names at place->names have the markers say the truth? */
static bool are_names(const uint8_t *bytes, const struct kallsyms_place *place)
{
	size_t at = place->names;

	for (uint32_t i = 0; i < place->count; i++) {
		size_t head, length;

		if (i % GROUP == 0 &&
		    kallsyms_word(bytes + place->markers + 4ul * (i / GROUP)) !=
			    at - place->names)
			return false;
		if (place->markers - at < 2)
			return false;
		length = kallsyms_entry(bytes + at, &head);
		if (!length || length + head > place->markers - at)
			return false;
		at += length + head;
	}
	return place->markers - at < place->unit;
}

/* The number of symbols before what may be the names at @at; 0: it is not. */
static uint32_t read_count(const uint8_t *bytes, size_t at, size_t unit,
			   size_t groups)
{
	uint32_t count = kallsyms_word(bytes + at - unit);

	if (unit == 8 && kallsyms_word(bytes + at - 4))
		return 0;
	return count > (groups - 1) * GROUP && count <= groups * GROUP ? count :
									 0;
}

/* The names that end before the @groups markers at place->markers. */
static bool find_names(const uint8_t *bytes, struct kallsyms_place *place,
		       size_t groups)
{
	size_t last = kallsyms_word(bytes + place->markers + 4 * (groups - 1));
	size_t unit = place->unit, at;

	if (last >= place->markers)
		return false;
	at = (place->markers - last - 1) & ~(unit - 1);
	for (size_t i = 0; i < GROUP * ENTRY_MAX / unit && at >= unit;
	     i++, at -= unit) {
		place->count = read_count(bytes, at, unit, groups);
		place->names = at;
		place->number = at - unit;
		if (place->count && are_names(bytes, place))
			return true;
	}
	return false;
}

/* Markers rise from 0. */
static bool are_markers(const uint8_t *at, size_t groups)
{
	if (kallsyms_word(at))
		return false;
	for (size_t i = 1; i < groups; i++) {
		uint32_t before = kallsyms_word(at + 4 * (i - 1));
		uint32_t now = kallsyms_word(at + 4 * i);

		if (now < before + 2 * GROUP ||
		    now - before > GROUP * ENTRY_MAX)
			return false;
	}
	return true;
}

/* Markers right before the tokens, but for @padding bytes. */
static bool find_near(const uint8_t *bytes, struct kallsyms_place *place,
		      size_t unit, size_t padding)
{
	size_t at, groups = 1;

	if (place->tokens < padding + 8)
		return false;
	at = place->tokens - padding - 4;
	while (kallsyms_word(bytes + at) && at >= 4 &&
	       groups < SYMBOLS_MAX / GROUP) {
		at -= 4;
		groups++;
	}
	place->unit = unit;
	place->markers = at;
	return at % unit == 0 && are_markers(bytes + at, groups) &&
	       find_names(bytes, place, groups);
}

/* 6.2 and 6.3: three bytes a symbol between the markers and the tokens. */
static bool find_far(const uint8_t *bytes, struct kallsyms_place *place)
{
	size_t far = 8;

	place->unit = 8;
	for (; far <= 3ul * SYMBOLS_MAX && far <= place->tokens; far += 8) {
		size_t most = far / 3, least = (far - 7 + 2) / 3;
		size_t groups = (most + GROUP - 1) / GROUP;
		size_t length = kallsyms_align(4 * groups, 8);

		if (!groups || length > place->tokens - far)
			continue;
		place->markers = place->tokens - far - length;
		if (are_markers(bytes + place->markers, groups) &&
		    find_names(bytes, place, groups) && place->count <= most &&
		    place->count >= least)
			return true;
	}
	return false;
}

bool kallsyms_find(const struct kallsyms_image *image,
		   struct kallsyms_place *place)
{
	const size_t length = 2ul * KALLSYMS_TOKENS;
	int tries = 0;

	for (size_t at = 0; at + length <= image->length && tries < TRIES_MAX;
	     at += 4) {
		if (!is_token_index(image->bytes + at) ||
		    !find_tokens(image->bytes, at, &place->tokens))
			continue;
		place->token_index = at;
		if (find_near(image->bytes, place, 8, 0) ||
		    find_near(image->bytes, place, 8, 4) ||
		    find_near(image->bytes, place, 4, 0) ||
		    find_far(image->bytes, place))
			return true;
		tries++;
	}
	return false;
}
