/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a trial process and a guest send back: JSON documents in frames, over a
 * pipe or a serial port. A frame is a line of text:
 *
 *	#mmg TYPE LENGTH CRC32\nPAYLOAD\n
 *
 * with TYPE one of hello, begin, trial, done, LENGTH in decimal bytes and CRC32
 * (zlib's) of PAYLOAD as eight hex digits. PAYLOAD is compact JSON, one line. A
 * reader that meets damage skips to the next "#mmg " and counts it, so that one
 * lost byte costs one frame. A terminal must be in raw mode: a line break made
 * into two bytes is damage as well.
 */
#ifndef MMGAUGE_FRAME_H
#define MMGAUGE_FRAME_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "results/base/error.h"

enum frame_type {
	FRAME_HELLO, /* {subject, machine, clock}: once a boot */
	FRAME_BEGIN, /* {index}: this request of the plan starts */
	FRAME_TRIAL, /* {index, status, reason, trial}: and is done */
	FRAME_DONE, /* {}: the plan is finished */
};

#define FRAME_MAX (16u << 20) /* a payload beyond this is damage */

/* Bytes received and not yet consumed. All zero is empty. */
struct frame_buffer {
	char *bytes;
	size_t length;
	size_t size;
	size_t start; /* of what is not yet consumed */
	size_t scanned; /* of the payload at start, without a line break */
	unsigned int damaged; /* frames lost so far */
	bool skipping; /* in something already counted as damage */
};

/* Write one frame to @fd, all of it. 0 or a negative errno. */
int frame_write(int fd, enum frame_type type, const json_t *payload);

/* Append what was received. 0, -ENOMEM, -EMSGSIZE. */
int frame_feed(struct frame_buffer *buffer, const void *bytes, size_t length);

/* Take the next whole frame: 1 with *payload a new reference, 0 none yet. */
int frame_next(struct frame_buffer *buffer, enum frame_type *type,
	       json_t **payload);
void frame_buffer_free(struct frame_buffer *buffer);

#endif
