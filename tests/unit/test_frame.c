// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames over a line that loses, changes and adds bytes. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "runners/base/frame.h"

struct stream {
	char bytes[8192];
	size_t length;
};

static void put(struct stream *stream, enum frame_type type, json_t *payload)
{
	int ends[2];
	ssize_t got;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(frame_write(ends[1], type, payload), 0);
	close(ends[1]);
	got = read(ends[0], stream->bytes + stream->length,
		   sizeof(stream->bytes) - stream->length);
	assert_true(got > 0);
	stream->length += got;
	close(ends[0]);
	json_decref(payload);
}

/* The index in the payload, after a check that the rest is as it was sent. */
static long take(struct frame_buffer *buffer, enum frame_type *type)
{
	json_t *payload, *sent;
	json_int_t index;

	if (!frame_next(buffer, type, &payload))
		return -1;
	index = json_integer_value(json_object_get(payload, "index"));
	sent = json_pack("{s:I, s:s}", "index", index, "text",
			 "#mmg trial 2 00000000\n{}\n");
	assert_true(json_equal(payload, sent));
	json_decref(payload);
	json_decref(sent);
	return index;
}

static struct stream three_frames(size_t *first, size_t *second)
{
	struct stream stream = { .length = 0 };

	for (int i = 1; i <= 3; i++) {
		put(&stream, FRAME_TRIAL,
		    json_pack("{s:i, s:s}", "index", i, "text",
			      "#mmg trial 2 00000000\n{}\n"));
		if (i == 1)
			*first = stream.length;
		if (i == 2)
			*second = stream.length;
	}
	return stream;
}

static void test_round_trip(void **state)
{
	const enum frame_type types[] = { FRAME_HELLO, FRAME_BEGIN, FRAME_TRIAL,
					  FRAME_DONE };
	struct frame_buffer buffer = { 0 };
	struct stream stream = { .length = 0 };
	enum frame_type type;
	json_t *payload;
	int found = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		put(&stream, types[i], json_pack("{s:i}", "index", i));
	for (size_t i = 0; i < stream.length; i++) {
		assert_int_equal(frame_feed(&buffer, stream.bytes + i, 1), 0);
		while (frame_next(&buffer, &type, &payload)) {
			json_t *index = json_object_get(payload, "index");

			assert_int_equal(json_integer_value(index), found);
			assert_int_equal(type, types[found]);
			json_decref(payload);
			found++;
		}
	}
	assert_int_equal(found, 4);
	assert_int_equal(buffer.damaged, 0);
	frame_buffer_free(&buffer);
}

static void test_text_of_a_frame(void **state)
{
	struct stream stream = { .length = 0 };

	(void)state;
	put(&stream, FRAME_DONE, json_object());
	assert_int_equal(stream.length, strlen("#mmg done 2 a3a6bf43\n{}\n"));
	stream.bytes[stream.length] = '\0';
	assert_int_equal(crc32(0, (const Bytef *)"{}", 2),
			 strtoul(stream.bytes + 12, NULL, 16));
}

/*
 * @stream is three frames with one byte of the second damaged, the last one if
 * @is_end: the first and the third come, and the second whole or not at all.
 */
static void check_damaged(const struct stream *stream, bool is_end,
			  size_t chunk)
{
	struct frame_buffer buffer = { 0 };
	unsigned int seen = 0;
	enum frame_type type;
	long index;

	for (size_t at = 0; at < stream->length; at += chunk) {
		size_t rest = stream->length - at;

		assert_int_equal(frame_feed(&buffer, stream->bytes + at,
					    rest < chunk ? rest : chunk),
				 0);
		while ((index = take(&buffer, &type)) > 0) {
			assert_int_equal(type, FRAME_TRIAL);
			assert_int_equal(seen & 1u << index, 0);
			seen |= 1u << index;
		}
	}
	assert_int_equal(seen & 0xa, 0xa);
	/* What ends a frame is not needed to know that it is whole. */
	assert_int_equal(!!(seen & 4), is_end);
	if (!is_end)
		assert_true(buffer.damaged > 0);
	/* A line break put before the mark in the text looks like one more. */
	assert_true(buffer.damaged <= 2);
	frame_buffer_free(&buffer);
}

static void test_damage_anywhere_costs_one_frame(void **state)
{
	static const char values[] = { '\n', '#', '\0', ' ', '9', 'f', -1 };
	size_t first, second;
	const struct stream whole = three_frames(&first, &second);

	(void)state;
	for (size_t at = first; at < second; at++) {
		bool is_end = at == second - 1;
		struct stream lost = whole, changed = whole;

		memmove(lost.bytes + at, lost.bytes + at + 1,
			lost.length-- - at - 1);
		check_damaged(&lost, is_end, lost.length);
		check_damaged(&lost, is_end, 1);
		for (size_t i = 0; i < sizeof(values); i++) {
			if (whole.bytes[at] == values[i])
				continue;
			changed.bytes[at] = values[i];
			check_damaged(&changed, is_end, changed.length);
			check_damaged(&changed, is_end, 7);
		}
	}
}

static void test_bytes_between_frames(void **state)
{
	size_t first, second;
	const struct stream whole = three_frames(&first, &second);
	struct stream noisy = whole;
	struct frame_buffer buffer = { 0 };
	enum frame_type type;

	(void)state;
	memcpy(noisy.bytes + first, "\r\nnoise #mmg \n#mm", 17);
	memcpy(noisy.bytes + first + 17, whole.bytes + first,
	       whole.length - first);
	frame_feed(&buffer, noisy.bytes, whole.length + 17);
	for (int i = 1; i <= 3; i++)
		assert_int_equal(take(&buffer, &type), i);
	assert_int_equal(buffer.damaged, 1);
	frame_buffer_free(&buffer);
}

static void assert_one_damaged(const char *text)
{
	struct frame_buffer buffer = { 0 };
	enum frame_type type;
	json_t *payload;

	frame_feed(&buffer, text, strlen(text));
	assert_int_equal(frame_next(&buffer, &type, &payload), 0);
	assert_int_equal(buffer.damaged, 1);
	frame_buffer_free(&buffer);
}

static void test_headers_that_are_refused(void **state)
{
	(void)state;
	/* Sanity: this one is whole, so each below is refused for one thing. */
	assert_int_equal(crc32(0, (const Bytef *)"{}", 2), 0xa3a6bf43ul);
	assert_one_damaged("#mmg other 2 a3a6bf43\n{}\n");
	assert_one_damaged("#mmg done 0x2 a3a6bf43\n{}\n");
	assert_one_damaged("#mmg done -2 a3a6bf43\n{}\n");
	assert_one_damaged("#mmg done  2 a3a6bf43\n{}\n");
	assert_one_damaged("#mmg done 2 A3A6BF43\n{}\n");
	assert_one_damaged("#mmg done 2 0a3a6bf43\n{}\n");
	assert_one_damaged("#mmg done 2\n{}\n");
	assert_one_damaged("#mmg\x20\n");
	/* Not waited for, or it would take all that follows with it. */
	assert_one_damaged("#mmg done 16777217 a3a6bf43\n");
	assert_one_damaged("#mmg done 99999999999999999999 a3a6bf43\n");
}

static void test_long_length_is_not_waited_for(void **state)
{
	struct frame_buffer buffer = { 0 };
	struct stream stream = { .length = 0 };
	enum frame_type type;
	json_t *payload;

	(void)state;
	stream.length = sprintf(stream.bytes, "#mmg done 9999 a3a6bf43\n{}\n");
	put(&stream, FRAME_DONE, json_object());
	frame_feed(&buffer, stream.bytes, stream.length);
	assert_int_equal(frame_next(&buffer, &type, &payload), 1);
	assert_int_equal(buffer.damaged, 1);
	json_decref(payload);
	frame_buffer_free(&buffer);
}

static void test_payload_that_is_not_json(void **state)
{
	char text[64];

	(void)state;
	snprintf(text, sizeof(text), "#mmg done 2 %08lx\n{]\n",
		 crc32(0, (const Bytef *)"{]", 2));
	assert_one_damaged(text);
}

static void test_noise_needs_no_memory(void **state)
{
	struct frame_buffer buffer = { 0 };
	char noise[65536];
	enum frame_type type;
	json_t *payload;

	(void)state;
	memset(noise, '#', sizeof(noise));
	for (int i = 0; i < 1024; i++) {
		assert_int_equal(frame_feed(&buffer, noise, sizeof(noise)), 0);
		assert_int_equal(frame_next(&buffer, &type, &payload), 0);
	}
	assert_true(buffer.size < 1 << 20);
	assert_int_equal(buffer.damaged, 1);
	frame_buffer_free(&buffer);
}

static void test_feeding_is_bounded(void **state)
{
	struct frame_buffer buffer = { 0 };
	size_t chunk = 8u << 20;
	char *bytes = calloc(1, chunk);
	int status = 0;

	(void)state;
	assert_non_null(bytes);
	for (int i = 0; i < 8 && !status; i++)
		status = frame_feed(&buffer, bytes, chunk);
	assert_int_equal(status, -EMSGSIZE);
	frame_buffer_free(&buffer);
	free(bytes);
}

static void test_writing_fails(void **state)
{
	json_t *payload = json_object(), *large;
	char *text = malloc(FRAME_MAX + 1);
	int full = open("/dev/full", O_WRONLY), ends[2];

	(void)state;
	assert_int_equal(frame_write(full, FRAME_DONE, payload), -ENOSPC);
	close(full);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(frame_write(ends[1], FRAME_DONE, payload), -EPIPE);
	assert_int_equal(frame_write(-1, FRAME_DONE, payload), -EBADF);
	memset(text, 'x', FRAME_MAX);
	text[FRAME_MAX] = '\0';
	large = json_pack("{s:o}", "text", json_string(text));
	assert_int_equal(frame_write(ends[1], FRAME_DONE, large), -EMSGSIZE);
	close(ends[1]);
	json_decref(large);
	json_decref(payload);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_text_of_a_frame),
		cmocka_unit_test(test_damage_anywhere_costs_one_frame),
		cmocka_unit_test(test_bytes_between_frames),
		cmocka_unit_test(test_headers_that_are_refused),
		cmocka_unit_test(test_long_length_is_not_waited_for),
		cmocka_unit_test(test_payload_that_is_not_json),
		cmocka_unit_test(test_noise_needs_no_memory),
		cmocka_unit_test(test_feeding_is_bounded),
		cmocka_unit_test(test_writing_fails),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
