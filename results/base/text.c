// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define SHOWN_MAX 8 /* bytes of one character, shown */
#define UTF8_MAX 4
#define NO_CODE UINT32_MAX /* a byte that is no UTF-8 */

struct door {
	int fd;
	char held[UTF8_MAX]; /* the beginning of a character */
	size_t held_count;
};

/* What text_own() is writing passes as it is. */
static bool is_own;

/* Bytes of the character that begins with @lead; 0: none does. */
static size_t length_of(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/*
 * The character at @bytes, of which there are @count: its length, or that of
 * the damage; 0 when it may be cut off.
 */
static size_t decode(const char *bytes, size_t count, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *at = (const unsigned char *)bytes;
	size_t length = length_of(*at);

	*code = NO_CODE;
	if (!length)
		return 1;
	for (size_t i = 1; i < length; i++) {
		if (i >= count)
			return 0;
		if ((at[i] & 0xc0) != 0x80)
			return 1;
	}
	*code = at[0] & mask[length];
	for (size_t i = 1; i < length; i++)
		*code = *code << 6 | (at[i] & 0x3f);
	if (*code < least[length] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code < 0xe000)) {
		*code = NO_CODE;
		return 1;
	}
	return length;
}

/* Controls, and what changes the order in which others are shown. */
static bool steers(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
	       code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

/*
 * Show the character at @bytes: how many bytes it is, 0 when it may be cut off;
 * *@shown gets the length of what is written to @out.
 */
static size_t show(const char *bytes, size_t count, const char *passing,
		   char out[SHOWN_MAX + 1], size_t *shown)
{
	uint32_t code;
	size_t length = decode(bytes, count, &code);

	if (length && code == NO_CODE)
		*shown = (size_t)snprintf(out, SHOWN_MAX + 1, "\\x%02x",
					  (unsigned char)*bytes);
	else if (length && steers(code) &&
		 !(code && code < 0x80 && strchr(passing, (int)code)))
		*shown = (size_t)snprintf(out, SHOWN_MAX + 1,
					  code < 0x20 ? "\\x%02x" : "\\u%04x",
					  (unsigned int)code);
	else
		memcpy(out, bytes, *shown = length);
	return length;
}

/* Who read stdout has closed it. */
static bool gone;

static int write_all(int fd, const char *bytes, size_t count)
{
	while (count) {
		ssize_t written = write(fd, bytes, count);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			gone |= fd == STDOUT_FILENO && errno == EPIPE;
			return -1;
		}
		bytes += written;
		count -= (size_t)written;
	}
	return 0;
}

/* Of the @held bytes before them, too. What may be cut off is held back. */
static int write_shown(struct door *door, const char *bytes, size_t count)
{
	char out[4096];
	size_t used = 0, at = 0;

	while (at < count) {
		size_t shown, length = show(bytes + at, count - at, "\n\t",
					    out + used, &shown);

		if (!length)
			break;
		at += length;
		used += shown;
		if (used + SHOWN_MAX + 1 < sizeof(out))
			continue;
		if (write_all(door->fd, out, used))
			return -1;
		used = 0;
	}
	door->held_count = count - at;
	memcpy(door->held, bytes + at, door->held_count);
	return write_all(door->fd, out, used);
}

static ssize_t door_write(void *cookie, const char *bytes, size_t count)
{
	struct door *door = cookie;
	char *all = NULL;
	size_t held = door->held_count;
	int ret;

	if (is_own)
		return write_all(door->fd, bytes, count) ? 0 : (ssize_t)count;
	if (held) {
		all = malloc(held + count);
		if (!all)
			return 0;
		memcpy(all, door->held, held);
		memcpy(all + held, bytes, count);
	}
	ret = write_shown(door, all ? all : bytes, held + count);
	free(all);
	return ret ? 0 : (ssize_t)count;
}

int text_door(FILE **stream, int fd, int buffering)
{
	static struct door doors[2];
	struct door *door = &doors[fd == STDERR_FILENO];
	FILE *made = fopencookie(
		door, "w", (cookie_io_functions_t){ .write = door_write });

	if (!made)
		return -ENOMEM;
	door->fd = fd;
	setvbuf(made, NULL, buffering, BUFSIZ);
	*stream = made;
	return 0;
}

bool text_reader_gone(void)
{
	return gone;
}

void text_own(FILE *stream, const char *escape)
{
	if (!*escape)
		return;
	fflush(stream);
	is_own = true;
	fputs(escape, stream);
	fflush(stream);
	is_own = false;
}

bool text_takes_escapes(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && *term && strcmp(term, "dumb");
}

/* show() of a line's next character; one that is cut off is so for good. */
static size_t show_in_line(const char *text, size_t count,
			   char out[SHOWN_MAX + 1], size_t *shown)
{
	size_t length = show(text, count, "", out, shown);

	if (length)
		return length;
	*shown = (size_t)snprintf(out, SHOWN_MAX + 1, "\\x%02x",
				  (unsigned char)*text);
	return 1;
}

void text_line_print(FILE *stream, const char *text)
{
	size_t count = strlen(text), shown;
	char out[SHOWN_MAX + 1];

	while (count) {
		size_t length = show_in_line(text, count, out, &shown);

		fwrite(out, 1, shown, stream);
		text += length;
		count -= length;
	}
}

static bool lost;

void text_lose(void)
{
	lost = true;
}

bool text_lost(void)
{
	return lost;
}

FILE *text_begin(char **text, size_t *size)
{
	FILE *stream;

	*text = NULL;
	stream = open_memstream(text, size);
	if (!stream)
		text_lose();
	return stream;
}

int text_finish(FILE *stream, char **text)
{
	bool whole = !ferror(stream);

	if (!fclose(stream) && whole && *text)
		return 0;
	free(*text);
	*text = NULL;
	text_lose();
	return -ENOMEM;
}

char *text_line(const char *text)
{
	char *line;
	size_t size;
	FILE *stream = text_begin(&line, &size);

	if (!stream)
		return NULL;
	text_line_print(stream, text);
	return text_finish(stream, &line) ? NULL : line;
}

/* Without memory: of a long line, the beginning. */
static void show_line(char *buffer, size_t size, const char *text)
{
	size_t count = strlen(text), used = 0, shown;
	char made[4096], out[SHOWN_MAX + 1];

	if (size > sizeof(made))
		size = sizeof(made);
	while (count) {
		size_t length = show_in_line(text, count, out, &shown);

		if (used + shown >= size)
			break;
		memcpy(made + used, out, shown);
		used += shown;
		text += length;
		count -= length;
	}
	memcpy(buffer, made, used);
	buffer[used] = '\0';
}

char *text_line_copy(char *buffer, size_t size, const char *text)
{
	char *line = text_line(text); /* which may lie in @buffer */

	if (line)
		snprintf(buffer, size, "%s", line);
	else
		show_line(buffer, size, text);
	free(line);
	return buffer;
}
