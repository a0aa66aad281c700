// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accesses.h"
#include "calls.h"
#include "cpus.h"
#include "lines.h"
#include "log.h"
#include "places.h"
#include "several.h"
#include "runners/profile/log_format.h"
#include "runners/base/tell.h"

#define BYTES_LIMIT (512ll << 20)

/* Two windows are the same when both hashes are: 2^-128 of being wrong. */
struct seen {
	uint64_t hash[2];
	uint32_t sample; /* that the times are of */
	uint32_t times[TELL_PARTS];
};

static FILE *stream;
static long long written, whole; /* bytes; up to the end of the last cell */
static struct seen *windows; /* open addressing, by hash[0] */
static uint32_t *numbers; /* of the entries of windows[] + 1 */
static uint32_t known;
static uint32_t *sampled; /* positions of the windows of this sample */
static size_t sampled_count;
static uint32_t sample = 1;
static bool sampling; /* between TELL_BEGIN and TELL_KEEP */
static enum tell_part part;

int log_open(const char *path)
{
	windows = calloc(2 * PROFILE_WINDOWS_MAX, sizeof(*windows));
	numbers = calloc(2 * PROFILE_WINDOWS_MAX, sizeof(*numbers));
	sampled = calloc(PROFILE_WINDOWS_MAX, sizeof(*sampled));
	if (!windows || !numbers || !sampled)
		return -ENOMEM;
	stream = fopen(path, "we");
	if (!stream)
		return -errno;
	whole = written = fprintf(stream, "%s\n", PROFILE_LOG_HEAD);
	return fflush(stream) ? -errno : 0;
}

void log_give_up(const char *reason)
{
	if (!stream)
		return;
	/* A disk that is full must have room for what the guest reports. */
	__fpurge(stream);
	if (!ftruncate(fileno(stream), whole))
		fseeko(stream, whole, SEEK_SET);
	/* Where even this cannot be written, the missing end tells. */
	fprintf(stream, "x %s\n", reason);
	fclose(stream);
	stream = NULL;
}

static void cannot_write(void)
{
	char reason[160];

	snprintf(reason, sizeof(reason),
		 "%s: XDG_CACHE_HOME chooses another place for its log",
		 strerror(errno));
	log_give_up(reason);
}

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void put(const char *format, ...)
{
	va_list arguments;
	int length;

	if (!stream)
		return;
	va_start(arguments, format);
	length = vfprintf(stream, format, arguments);
	va_end(arguments);
	if (length < 0)
		cannot_write();
	else
		written += length;
}

enum tell_part log_part(void)
{
	return part;
}

bool log_is_sampling(void)
{
	return sampling && stream;
}

/* The finalizer of MurmurHash3: each bit of @value decides on all. */
static uint64_t mixed(uint64_t value)
{
	value = (value ^ value >> 33) * 0xff51afd7ed558ccdu;
	value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53u;
	return value ^ value >> 33;
}

/* A sum, since the places come in no order. */
static void hash_window(uint64_t hash[2], uint32_t from, uint32_t to,
			const uint32_t *places, size_t count)
{
	const struct call_edge *edges;
	size_t edge_count;

	hash[0] = mixed((uint64_t)from << 32 | to);
	hash[1] = mixed(hash[0]);
	for (size_t i = 0; i < count; i++) {
		const struct place *place = place_at(places[i]);
		uint64_t one =
			mixed((uint64_t)places[i] << 32 | place->executed);

		one = mixed(one ^
			    ((uint64_t)place->loads << 32 | place->stores));
		one = mixed(one ^ place->taken);
		one = mixed(one ^ ((uint64_t)place->devices << 32 |
				   place->interrupts));
		hash[0] += one;
		hash[1] += mixed(one + 1);
	}
	edge_count = calls_edges(&edges);
	for (size_t i = 0; i < edge_count; i++) {
		uint64_t one =
			mixed((uint64_t)edges[i].site << 32 | edges[i].callee);

		one = mixed(one ^ edges[i].calls);
		one = mixed(one ^ edges[i].inclusive);
		hash[0] += one;
		hash[1] += mixed(one + 1);
	}
}

static void put_place(uint32_t number)
{
	struct place *place = place_at(number);

	if (place->logged)
		return;
	place->logged = true;
	put("i %" PRIu32 " %" PRIx64 " ", number, place->address);
	for (size_t i = 0; i < place->size; i++)
		put("%02x", place->bytes[i]);
	put("\n");
}

static void put_window(uint32_t number, uint32_t from, uint32_t to,
		       uint64_t instructions, const uint32_t *places,
		       size_t count)
{
	put_place(from);
	put_place(to);
	for (size_t i = 0; i < count; i++)
		put_place(places[i]);
	put("w %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu64, number, from, to,
	    instructions);
	for (size_t i = 0; i < count; i++) {
		const struct place *place = place_at(places[i]);

		put(" %" PRIu32 ":%" PRIu32 ":%" PRIu32 ":%" PRIu32 ":%" PRIu32,
		    places[i], place->executed, place->loads, place->stores,
		    place->taken);
		if (place->devices)
			put(":%" PRIu32 ":%" PRIu32, place->devices,
			    place->interrupts);
	}
	put("\n");
}

/* Of the window that was put last. */
static void put_calls(void)
{
	const struct call_edge *edges;
	size_t count = calls_edges(&edges);

	if (!count)
		return;
	for (size_t i = 0; i < count; i++) {
		if (edges[i].site != PROFILE_NOBODY)
			put_place(edges[i].site);
		put_place(edges[i].callee);
	}
	put("e");
	for (size_t i = 0; i < count; i++) {
		if (edges[i].site == PROFILE_NOBODY)
			put(" -");
		else
			put(" %" PRIu32, edges[i].site);
		put(":%" PRIu32 ":%" PRIu32 ":%" PRIu64, edges[i].callee,
		    edges[i].calls, edges[i].inclusive);
	}
	put("\n");
}

void log_window(enum tell_part of, uint32_t from, uint32_t to,
		uint64_t instructions, const uint32_t *places, size_t count)
{
	uint64_t hash[2];
	uint32_t at;

	if (written > BYTES_LIMIT) {
		log_give_up("it has grown beyond 512 MiB");
		return;
	}
	hash_window(hash, from, to, places, count);
	for (at = (uint32_t)hash[0] % (2 * PROFILE_WINDOWS_MAX);
	     numbers[at] && memcmp(windows[at].hash, hash, sizeof(hash)) != 0;
	     at = (at + 1) % (2 * PROFILE_WINDOWS_MAX))
		;
	if (!numbers[at]) {
		if (known == PROFILE_WINDOWS_MAX) {
			log_give_up("too many different windows");
			return;
		}
		memcpy(windows[at].hash, hash, sizeof(hash));
		numbers[at] = ++known;
		put_window(known - 1, from, to, instructions, places, count);
		put_calls();
	}
	if (windows[at].sample != sample) {
		windows[at].sample = sample;
		memset(windows[at].times, 0, sizeof(windows[at].times));
		sampled[sampled_count++] = at;
	}
	windows[at].times[of]++;
	if (lines_wanted())
		lines_close(from, to, of);
}

static void put_sample(void)
{
	put("s");
	for (size_t i = 0; i < sampled_count; i++)
		for (int of = 0; of < TELL_PARTS; of++)
			if (windows[sampled[i]].times[of])
				put(" %" PRIu32 ":%" PRIu32 ":%d",
				    numbers[sampled[i]] - 1,
				    windows[sampled[i]].times[of], of);
	put("\n");
}

/* A line for all that lies between the same two reads. */
static void put_lines(void)
{
	const struct lines_sum *sum, *last = NULL;
	size_t position = 0;

	while ((sum = lines_next(&position)))
		put_place(sum->place);
	for (position = 0; (sum = lines_next(&position)); last = sum) {
		if (!last || last->from != sum->from || last->to != sum->to ||
		    last->part != sum->part)
			put("%sl %" PRIu32 " %" PRIu32 " %d", last ? "\n" : "",
			    sum->from, sum->to, sum->part);
		put(" %" PRIu32, sum->place);
		for (int i = 0; i < PROFILE_TOUCHES; i++)
			put(":%" PRIu32, sum->amounts[i]);
	}
	if (last)
		put("\n");
}

static void begin_sample(void)
{
	sampling = true;
	sample++;
	sampled_count = 0;
	part = TELL_INSIDE;
	if (cpus_wanted())
		several_sample(cpus_turn());
	else
		counts_forget();
	if (lines_wanted())
		lines_forget();
}

static void obey(const struct tell_message *message)
{
	switch (message->type) {
	case TELL_CELL:
		access_forget();
		put("c %" PRIu64 "\n", message->values[0]);
		break;
	case TELL_BEGIN:
		begin_sample();
		break;
	case TELL_RUN:
		if (cpus_wanted())
			several_run();
		break;
	case TELL_END:
		part = TELL_AFTER;
		break;
	case TELL_KEEP:
		if (sampling) {
			put_sample();
			if (lines_wanted())
				put_lines();
		}
		sampling = false;
		break;
	case TELL_METRIC:
		put("m %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		    message->values[0], message->values[1], message->values[2],
		    message->values[3]);
		break;
	case TELL_DONE:
		put("d\n");
		/* QEMU is killed when it has answered, without an exit. */
		if (stream && fflush(stream))
			cannot_write();
		whole = written;
		break;
	}
}

void log_told(uint8_t byte)
{
	static struct tell_reader reader;
	struct tell_message message;

	if (tell_read(&reader, byte, &message))
		obey(&message);
}
