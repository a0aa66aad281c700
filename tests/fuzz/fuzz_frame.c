// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What comes out of a guest's serial port, in whatever pieces: the first byte
 * says how long they are. The pieces must not matter.
 */
#include <stdlib.h>

#include "runners/base/frame.h"
#include "fuzz.h"

static unsigned int count_frames(const uint8_t *data, size_t size, size_t piece)
{
	struct frame_buffer buffer = { 0 };
	unsigned int frames = 0;
	enum frame_type type;
	json_t *payload;

	for (size_t at = 0; at < size; at += piece) {
		if (frame_feed(&buffer, data + at,
			       size - at < piece ? size - at : piece))
			break;
		while (frame_next(&buffer, &type, &payload) == 1) {
			json_decref(payload);
			frames++;
		}
	}
	frame_buffer_free(&buffer);
	return frames;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	if (count_frames(data + 1, size - 1, data[0] + 1u) !=
	    count_frames(data + 1, size - 1, size))
		abort();
	return 0;
}
