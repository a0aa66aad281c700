// SPDX-License-Identifier: GPL-2.0-or-later
#include "width.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/text.h"

static bool begins(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += begins(*text);
	return width;
}

void width_pad(FILE *stream, const char *text, int width, int right)
{
	int gap = width - width_of(text);

	gap = gap > 0 ? gap : 0;
	fprintf(stream, "%*s%s%*s", right ? gap : 0, "", text, right ? 0 : gap,
		"");
}

/* The bytes of the first @width characters. */
static size_t bytes_of(const char *text, int width)
{
	size_t at = 0;

	while (text[at]) {
		if (begins(text[at]) && !width--)
			break;
		at++;
	}
	return at;
}

/* How many bytes of @text go on a line with @room columns left. */
static size_t line_of(const char *text, int room)
{
	size_t length = bytes_of(text, room), at = length;

	if (!text[length])
		return length;
	while (at && text[at] != ' ' && text[at - 1] != ',')
		at--;
	return at ? at : length;
}

void width_wrap(FILE *stream, const char *first, int indent, int width,
		const char *text)
{
	char *line = text_line(text);
	const char *at = line;
	int column = width_of(first);

	fputs(first, stream);
	while (at && *at) {
		int room = width > column ? width - column : 1;
		size_t length = line_of(at, room);

		fwrite(at, 1, length, stream);
		at += length;
		at += strspn(at, " ");
		column = indent;
		if (*at)
			fprintf(stream, "\n%*s", indent, "");
	}
	fputc('\n', stream);
	free(line);
}

char *width_cut(char *buffer, size_t size, int width, const char *text)
{
	if (width_of(text) <= width)
		snprintf(buffer, size, "%s", text);
	else
		snprintf(buffer, size, "%.*s...",
			 (int)bytes_of(text, width > 3 ? width - 3 : 0), text);
	return buffer;
}
