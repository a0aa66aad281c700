// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "frame.h"

#define MARK "#mmg "
#define MARK_LENGTH (sizeof(MARK) - 1)
#define HEADER_MAX 64

static const char *const type_names[] = {
	[FRAME_HELLO] = "hello",
	[FRAME_BEGIN] = "begin",
	[FRAME_TRIAL] = "trial",
	[FRAME_DONE] = "done",
};

#define TYPES (sizeof(type_names) / sizeof(type_names[0]))

static uint32_t checksum(const void *bytes, size_t length)
{
	return crc32(0, bytes, length);
}

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		bytes += written;
		length -= written;
	}
	return 0;
}

/* One write of the whole frame: on a pipe short frames then arrive at once. */
int frame_write(int fd, enum frame_type type, const json_t *payload)
{
	size_t length = json_dumpb(payload, NULL, 0, JSON_COMPACT);
	char header[HEADER_MAX], *frame, *body;
	int header_length, status;

	if (!length)
		return -EINVAL;
	if (length > FRAME_MAX)
		return -EMSGSIZE;
	frame = malloc(HEADER_MAX + length + 1);
	if (!frame)
		return -ENOMEM;
	body = frame + HEADER_MAX;
	if (json_dumpb(payload, body, length, JSON_COMPACT) != length) {
		free(frame);
		return -EINVAL;
	}
	body[length] = '\n';
	header_length =
		snprintf(header, sizeof(header), MARK "%s %zu %08" PRIx32 "\n",
			 type_names[type], length, checksum(body, length));
	memcpy(body - header_length, header, header_length);
	status =
		write_all(fd, body - header_length, header_length + length + 1);
	free(frame);
	return status;
}

int frame_feed(struct frame_buffer *buffer, const void *bytes, size_t length)
{
	size_t need;

	if (!length)
		return 0;
	if (buffer->start) {
		buffer->length -= buffer->start;
		memmove(buffer->bytes, buffer->bytes + buffer->start,
			buffer->length);
		buffer->start = 0;
	}
	need = buffer->length + length;
	if (need < length || need > 2 * (size_t)FRAME_MAX)
		return -EMSGSIZE;
	if (need > buffer->size) {
		size_t size = need < 4096 ? 4096 : need + need / 2;
		char *grown = realloc(buffer->bytes, size);

		if (!grown)
			return -ENOMEM;
		buffer->bytes = grown;
		buffer->size = size;
	}
	memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length = need;
	return 0;
}

struct header {
	enum frame_type type;
	size_t length; /* of the payload */
	uint32_t crc;
};

/* Digits in @base up to @end, which must follow them. */
static const char *parse_number(const char *text, int base, char end,
				unsigned long *value)
{
	char *rest;

	/* strtoul() would take blanks, a sign and 0x as well. */
	if (!((*text >= '0' && *text <= '9') ||
	      (base == 16 && *text >= 'a' && *text <= 'f')))
		return NULL;
	errno = 0;
	*value = strtoul(text, &rest, base);
	return errno || *rest != end ? NULL : rest + 1;
}

/* @line is what follows the mark, NUL-terminated. */
static bool parse_header(const char *line, struct header *header)
{
	const char *blank = strchr(line, ' ');
	unsigned long length, crc;
	unsigned int type;

	if (!blank)
		return false;
	for (type = 0; type < TYPES; type++) {
		const char *name = type_names[type];

		if (strlen(name) == (size_t)(blank - line) &&
		    !strncmp(name, line, blank - line))
			break;
	}
	if (type == TYPES)
		return false;
	line = parse_number(blank + 1, 10, ' ', &length);
	if (!line || length > FRAME_MAX || strlen(line) != 8 ||
	    !parse_number(line, 16, '\0', &crc))
		return false;
	*header = (struct header){ type, length, crc };
	return true;
}

enum parse {
	PARSE_MORE, /* not all here yet */
	PARSE_DAMAGE,
	PARSE_FRAME,
};

/* A frame at buffer->start, which holds a mark? @used gets its length. */
static enum parse parse_frame(struct frame_buffer *buffer,
			      struct header *header, json_t **payload,
			      size_t *used)
{
	const char *mark = buffer->bytes + buffer->start;
	size_t there = buffer->length - buffer->start, limit, want;
	const char *end, *body;
	char line[HEADER_MAX];

	limit = there < HEADER_MAX ? there : HEADER_MAX;
	end = memchr(mark, '\n', limit);
	if (!end)
		return there < HEADER_MAX ? PARSE_MORE : PARSE_DAMAGE;
	snprintf(line, sizeof(line), "%.*s", (int)(end - mark - MARK_LENGTH),
		 mark + MARK_LENGTH);
	if (!parse_header(line, header))
		return PARSE_DAMAGE;

	/*
	 * Compact JSON has no line break, so one that comes early is the end
	 * of a payload that lost bytes, and there is no need to wait for as
	 * many as a damaged header may promise.
	 */
	body = end + 1;
	there -= body - mark;
	want = there < header->length ? there : header->length;
	if (buffer->scanned < want &&
	    memchr(body + buffer->scanned, '\n', want - buffer->scanned))
		return PARSE_DAMAGE;
	buffer->scanned = want;
	if (there < header->length)
		return PARSE_MORE;
	if (checksum(body, header->length) != header->crc)
		return PARSE_DAMAGE;
	*payload = json_loadb(body, header->length, 0, NULL);
	*used = body - mark + header->length;
	return *payload ? PARSE_FRAME : PARSE_DAMAGE;
}

static void count_damage(struct frame_buffer *buffer)
{
	buffer->damaged++;
	buffer->skipping = true;
}

/*
 * Move start to the next mark; false when there is none. Marks count anywhere,
 * not only where a line begins: the byte lost may have been the line break, and
 * a mark within a payload cannot be followed by a header line and its checksum.
 */
static bool find_mark(struct frame_buffer *buffer)
{
	size_t length = buffer->length - buffer->start, keep;
	char *text, *mark;

	if (!buffer->bytes)
		return false;
	text = buffer->bytes + buffer->start;
	/* The line break that ends the frame before. */
	while (length && *text == '\n' && !buffer->skipping) {
		text++;
		length--;
		buffer->start++;
	}
	if (!length)
		return false;
	mark = memmem(text, length, MARK, MARK_LENGTH);
	keep = length < MARK_LENGTH - 1 ? length : MARK_LENGTH - 1;
	while (!mark && keep && memcmp(text + length - keep, MARK, keep))
		keep--; /* as much as may be the beginning of a mark */
	if (!mark && keep == length)
		return false;
	if (mark != text && !buffer->skipping)
		count_damage(buffer);
	buffer->start = (mark ? mark : text + length - keep) - buffer->bytes;
	return mark != NULL;
}

int frame_next(struct frame_buffer *buffer, enum frame_type *type,
	       json_t **payload)
{
	struct header header;
	size_t used;

	while (find_mark(buffer)) {
		const char *mark = buffer->bytes + buffer->start;
		bool line_start = mark == buffer->bytes || mark[-1] == '\n';

		switch (parse_frame(buffer, &header, payload, &used)) {
		case PARSE_MORE:
			return 0;
		case PARSE_FRAME:
			buffer->start += used;
			buffer->scanned = 0;
			buffer->skipping = false;
			*type = header.type;
			return 1;
		case PARSE_DAMAGE:
			/* A mark in mid-line is part of what is lost already.
			 */
			if (line_start || !buffer->skipping)
				count_damage(buffer);
			buffer->start += MARK_LENGTH;
			buffer->scanned = 0;
			break;
		}
	}
	return 0;
}

void frame_buffer_free(struct frame_buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct frame_buffer){ 0 };
}
