// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "text.h"

#define ELLIPSIS "\xe2\x80\xa6"
#define MINUS "\xe2\x88\x92"
#define REPLACEMENT "\xef\xbf\xbd"

/* Bytes of the UTF-8 character at @c; 1 for what isn't one. */
static size_t character(const char *c)
{
	unsigned char first = (unsigned char)*c;
	size_t length = first >= 0xf0 ? 4 :
			first >= 0xe0 ? 3 :
			first >= 0xc0 ? 2 :
					1;

	for (size_t i = 1; i < length; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 1;
	return length;
}

static bool is_control(const char *c, size_t length)
{
	unsigned char first = (unsigned char)*c;

	return length == 1 && (first < 0x20 || first >= 0x7f);
}

/* C1 controls, the marks and overrides of writing direction, U+FFFE, U+FFFF. */
static bool is_treacherous(const char *c, size_t length)
{
	static const char *const ranges[][2] = {
		{ "\xc2\x80", "\xc2\x9f" },
		{ "\xd8\x9c", "\xd8\x9c" },
		{ "\xe2\x80\x8e", "\xe2\x80\x8f" },
		{ "\xe2\x80\xa8", "\xe2\x80\xae" },
		{ "\xe2\x81\xa6", "\xe2\x81\xa9" },
		{ "\xef\xbf\xbe", "\xef\xbf\xbf" },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		if (strlen(ranges[i][0]) == length &&
		    memcmp(c, ranges[i][0], length) >= 0 &&
		    memcmp(c, ranges[i][1], length) <= 0)
			return true;
	return false;
}

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text += character(text))
		width++;
	return width;
}

static void put_tsv(FILE *stream, const char *text, size_t length)
{
	if (is_control(text, length) || is_treacherous(text, length))
		fputc(' ', stream);
	else if (*text == '\\')
		fputs("\\\\", stream);
	else if (*text == '"')
		fputc('\'', stream);
	else
		fwrite(text, 1, length, stream);
}

void text_tsv(FILE *stream, const char *text, size_t limit)
{
	size_t width = text_width(text), length;
	size_t cut = width > limit ? width - limit + 1 : 0;
	size_t from = (width - cut) / 2;

	if (!width)
		fputc(' ', stream);
	for (size_t i = 0; *text; i++, text += length) {
		length = character(text);
		if (cut && i == from)
			fputs(ELLIPSIS, stream);
		if (i < from || i >= from + cut)
			put_tsv(stream, text, length);
	}
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
		return " ";
	default:
		return NULL;
	}
}

void text_html(FILE *stream, const char *text)
{
	size_t length;

	for (; *text; text += length) {
		const char *escaped = entity(*text);

		length = character(text);
		if (escaped)
			fputs(escaped, stream);
		else if (is_control(text, length) ||
			 is_treacherous(text, length))
			fputs(REPLACEMENT, stream);
		else
			fwrite(text, 1, length, stream);
	}
}

char *text_signed(const char *text, char *buffer, size_t size)
{
	size_t at = 0;

	for (; *text && at + sizeof(MINUS) < size; text++) {
		if (*text != '-' || !isdigit((unsigned char)text[1])) {
			buffer[at++] = *text;
			continue;
		}
		memcpy(buffer + at, MINUS, strlen(MINUS));
		at += strlen(MINUS);
	}
	buffer[at] = '\0';
	return buffer;
}
