// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

static const char replacement[] = "\xef\xbf\xbd";

/* RFC 3629: bytes of the character at @at; 0: it is none. */
static size_t character(const char *at)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)*at;
	size_t length = first < 0x80	       ? 1 :
			(first & 0xe0) == 0xc0 ? 2 :
			(first & 0xf0) == 0xe0 ? 3 :
			(first & 0xf8) == 0xf0 ? 4 :
						 0;
	uint32_t code = length == 1 ? first : first & (0x7fu >> length);

	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0; /* also at the end of the text */
		code = code << 6 | (at[i] & 0x3f);
	}
	if (!length || code < least[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return length;
}

void utf8_copy(char *to, size_t size, const char *from)
{
	size_t used = 0;

	while (*from) {
		size_t length = character(from);
		const char *what = length ? from : replacement;
		size_t room = length ? length : sizeof(replacement) - 1;

		if (used + room >= size)
			break;
		memcpy(to + used, what, room);
		used += room;
		from += length ? length : 1;
	}
	to[used] = '\0';
}

json_t *utf8_json(const char *text)
{
	json_t *value = json_string(text);
	size_t size = 3 * strlen(text) + 1;
	char *copy;

	if (value)
		return value;
	copy = malloc(size);
	if (!copy)
		return NULL;
	utf8_copy(copy, size, text);
	value = json_string(copy);
	free(copy);
	return value;
}
