// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/base/profile.h"
#include "results/base/profile_pack.h"
#include "runners/base/tell.h"
#include "runners/profile/match.h"

/*
 * Two reads of the clock in the agent (0, 3) and two in the module (1, 2); what
 * runs between those is instruction 4, with two loads.
 */
#define HEAD                              \
	"mmgauge-profile 1\n"             \
	"i 0 1000 0f31\n"                 \
	"i 1 ffffffffc0001000 0f31\n"     \
	"i 2 ffffffffc0001010 0f31\n"     \
	"i 3 1010 0f31\n"                 \
	"i 4 ffffffff81000000 90\n"       \
	"w 0 0 1 10 0:10:0:0:0\n"         \
	"w 1 1 2 7 1:1:0:0:0 4:6:2:0:1\n" \
	"w 2 2 1 3 2:3:0:0:0\n"           \
	"w 3 2 3 20 2:20:0:0:0\n"         \
	"w 4 1 2 9 1:1:0:0:0 4:8:2:0:1\n" \
	"c 5\n"
/* Three calls, timed in the module and all together. */
#define SAMPLE "s 0:1:0 1:3:0 2:2:0 3:1:0\n"

static int next(struct profile_log *log, FILE **stream, const char *text)
{
	struct error err;
	int ret;

	*stream = fmemopen((char *)text, strlen(text), "r");
	assert_non_null(*stream);
	profile_log_init(log, *stream);
	ret = profile_log_next(log, &err);
	if (ret < 0)
		assert_true(strstr(err.text, "the plugin") != NULL);
	return ret;
}

static void test_windows_of_a_metric(void **state)
{
	struct profile_match match;
	struct profile_log log;
	FILE *stream;

	(void)state;
	assert_int_equal(next(&log, &stream,
			      HEAD SAMPLE "m 0 57 4 3\nm 1 21 2 3\nm 2 9 0 1\n"
					  "d\n"),
			 1);
	assert_int_equal(log.cell, 5);
	/* All that ran between the harness's two reads. */
	assert_int_equal(profile_match(&log, 0, &match), 1);
	assert_int_equal(match.metric.harness, 4);
	assert_int_equal(match.count, 4);
	assert_int_equal(match.sums[3].executed, 18);
	assert_int_equal(match.sums[3].loads, 6);
	profile_match_free(&match);
	/* What the module timed. */
	assert_int_equal(profile_match(&log, 1, &match), 1);
	assert_int_equal(match.count, 2);
	assert_int_equal(match.sums[0].executed, 3);
	assert_int_equal(match.sums[1].executed, 18);
	assert_int_equal(match.sums[1].taken, 3);
	profile_match_free(&match);
	/* Nothing adds up to 9, and number 3 was not measured. */
	assert_int_equal(profile_match(&log, 2, &match), 0);
	assert_int_equal(profile_match(&log, 3, &match), 0);
	profile_log_free(&log);
	fclose(stream);
}

static void test_the_median_sample_is_taken(void **state)
{
	struct profile_match match;
	struct profile_log log;
	FILE *stream;

	(void)state;
	assert_int_equal(next(&log, &stream,
			      HEAD "s 4:1:0\nm 0 9 0 1\ns 1:1:0\nm 0 7 0 1\n"
				   "s 4:1:0\nm 0 9 0 1\nd\n"),
			 1);
	assert_int_equal(profile_match(&log, 0, &match), 1);
	assert_int_equal(match.metric.ticks, 9);
	assert_int_equal(match.sums[1].executed, 8);
	profile_match_free(&match);
	profile_log_free(&log);
	fclose(stream);
}

/* Of the other CPUs: one window, of which no other metric is made. */
static void test_others_of_a_sample(void **state)
{
	struct profile_match match;
	struct profile_log log;
	FILE *stream;

	(void)state;
	assert_int_equal(next(&log, &stream,
			      HEAD "s 0:1:0 1:1:0 3:1:1 4:1:2\n"
				   "m 0 17 4 1\nm 1 9 0 1\nm 14 9 0 1\n"
				   "m 15 26 4 1\nd\n"),
			 1);
	assert_int_equal(profile_match(&log, 0, &match), 1);
	assert_int_equal(match.count, 3);
	profile_match_free(&match);
	assert_int_equal(profile_match(&log, 1, &match), 0);
	assert_int_equal(profile_match(&log, 14, &match), 1);
	assert_int_equal(match.count, 2);
	assert_int_equal(match.sums[1].executed, 8);
	profile_match_free(&match);
	/* All CPUs: its own and the others'. */
	assert_int_equal(profile_match(&log, 15, &match), 1);
	assert_int_equal(match.count, 3);
	assert_int_equal(match.sums[1].executed, 2);
	assert_int_equal(match.sums[2].executed, 14);
	profile_match_free(&match);
	profile_log_free(&log);
	fclose(stream);
	/* It adds up, or there is none. */
	assert_int_equal(next(&log, &stream,
			      HEAD "s 1:1:0 4:1:2\nm 14 8 0 1\nm 15 17 0 1\n"
				   "d\n"),
			 1);
	assert_int_equal(profile_match(&log, 14, &match), 0);
	assert_int_equal(profile_match(&log, 15, &match), 0);
	profile_log_free(&log);
	fclose(stream);
}

static void test_bad_logs(void **state)
{
	static const struct {
		const char *text;
		int ret;
	} logs[] = {
		{ "mmgauge-profile 2\n", -EPROTO },
		{ HEAD "w 9 0 1 1\n", -EPROTO },
		{ HEAD "w 5 0 9 1\n", -EPROTO },
		{ HEAD "w 5 0 1 1 9:1:0:0:0\n", -EPROTO },
		{ HEAD "w 5 0 1 1 0:1:0:0\n", -EPROTO },
		{ HEAD "s 7:1:0\n", -EPROTO },
		{ HEAD "s 1:1:3\n", -EPROTO },
		{ HEAD "m 0 1 1 1\n", -EPROTO },
		{ HEAD SAMPLE "m 0 1 1 0\n", -EPROTO },
		{ HEAD "i 1048576 0 90\n", -EPROTO },
		{ HEAD "e 0:1:1:5 -:4:2:9\nd\n", 1 },
		{ HEAD "e 0:9:1:5\n", -EPROTO },
		{ HEAD "e 0:1:1\n", -EPROTO },
		{ "mmgauge-profile 1\ne 0:1:1:5\n", -EPROTO },
		{ HEAD SAMPLE "l 0 1 0 4:1:2:3:4:5:6:7\nd\n", 1 },
		{ HEAD "l 0 1 0 4:1:2:3:4:5:6:7\n", -EPROTO },
		{ HEAD SAMPLE "l 0 1 3 4:1:2:3:4:5:6:7\n", -EPROTO },
		{ HEAD SAMPLE "l 0 1 0 4:1:2:3:4:5:6\n", -EPROTO },
		{ HEAD SAMPLE "l 0 1 0 9:1:2:3:4:5:6:7\n", -EPROTO },
		{ HEAD "w 5 0 1 1 0:1:0:0:0:2:1 4:1:0:0:0\nd\n", 1 },
		{ HEAD "w 5 0 1 1 0:1:0:0:0:2\n", -EPROTO },
		{ HEAD "i 9 0 9\n", -EPROTO },
		{ HEAD "i 9 0 g0\n", -EPROTO },
		{ HEAD "q\n", -EPROTO },
		{ HEAD "x no space\n", -ENODATA },
		{ HEAD "s 0:1", 0 }, /* half a line is still being written */
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct profile_log log;
		FILE *stream;

		if (!*logs[i].text)
			continue; /* fmemopen() has no empty files */
		assert_int_equal(next(&log, &stream, logs[i].text),
				 logs[i].ret);
		profile_log_free(&log);
		fclose(stream);
	}
}

/* Lines of the reads that a metric is between, and devices it reached. */
static void test_lines_of_a_metric(void **state)
{
	struct profile_match match;
	struct profile_log log;
	FILE *stream;

	(void)state;
	assert_int_equal(next(&log, &stream,
			      HEAD "w 5 1 2 7 1:1:0:0:0 4:6:2:1:1:3:1\n"
				   "s 0:1:0 5:3:0 2:2:0 3:1:0\n"
				   "l 0 1 0 0:9:9:9:9:9:9:9\n"
				   "l 1 2 0 4:5:4:3:2:1:6:7 1:0:1:0:1:0:0:0\n"
				   "l 1 2 1 4:9:9:9:9:9:9:9\n"
				   "l 1 2 0 2:0:0:0:0:6:0:0\n"
				   "m 1 21 2 3\nd\n"),
			 1);
	assert_int_equal(profile_match(&log, 1, &match), 1);
	assert_int_equal(match.count, 3);
	assert_int_equal(match.sums[0].touched[PROFILE_CODE_LINES], 1);
	assert_int_equal(match.sums[1].place, 2);
	assert_int_equal(match.sums[1].executed, 0);
	assert_int_equal(match.sums[1].touched[PROFILE_L2_MISSES], 6);
	assert_int_equal(match.sums[2].executed, 18);
	assert_int_equal(match.sums[2].devices, 9);
	assert_int_equal(match.sums[2].interrupts, 3);
	assert_int_equal(match.sums[2].touched[PROFILE_DATA_LINES], 5);
	assert_int_equal(match.sums[2].touched[PROFILE_L1D_MISSES], 3);
	assert_int_equal(match.sums[2].touched[PROFILE_TABLE_STORES], 7);
	profile_match_free(&match);
	profile_log_free(&log);
	fclose(stream);
}

/* The calls of the windows that are a metric's, as often as they ran. */
static void test_calls_of_a_metric(void **state)
{
	struct profile_match match;
	struct profile_log log;
	FILE *stream;

	(void)state;
	assert_int_equal(next(&log, &stream,
			      "mmgauge-profile 1\n"
			      "i 0 1000 0f31\n"
			      "i 1 2000 90\n"
			      "w 0 0 0 10 0:10:0:0:0\n"
			      "e 0:1:1:4 -:1:1:3\n"
			      "w 1 0 0 11 0:11:0:0:0\n"
			      "e 0:1:2:6\n"
			      "c 0\n"
			      "s 0:3:0 1:1:0\n"
			      "m 0 41 0 1\n"
			      "d\n"),
			 1);
	assert_int_equal(profile_match(&log, 0, &match), 1);
	assert_int_equal(match.call_count, 2);
	assert_int_equal(match.calls[0].site, 0);
	assert_int_equal(match.calls[0].calls, 3 * 1 + 2);
	assert_int_equal(match.calls[0].inclusive, 3 * 4 + 6);
	assert_int_equal(match.calls[1].site, PROFILE_NOBODY);
	assert_int_equal(match.calls[1].calls, 3);
	profile_match_free(&match);
	profile_log_free(&log);
	fclose(stream);
}

static json_t *parse(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return value;
}

#define VERBOSE                                                                                                        \
	"{\"profile\": {\"operation\": {\"ticks\": 60, \"harness\": 4,"                                                \
	" \"units\": 2, \"functions\": {\"vmlinux\": {\"f\": [40, 20], "                                               \
	"\"g\": [20]}}, \"calls\": [[\"vmlinux\", \"f\", \"vmlinux\", \"g\","                                          \
	" 2, 20], [\"\", \"(interrupt)\", \"m\", \"i\", 1, 7]]}, \"byte\": {\"ticks\": 60, \"harness\": 4, \"units\":" \
	" 8, \"functions\": {\"vmlinux\": {\"f\": [40, 20], \"g\": [20]}}, "                                           \
	"\"calls\": [[\"vmlinux\", \"f\", \"vmlinux\", \"g\", 2, 20],"                                                 \
	" [\"\", \"(interrupt)\", \"m\", \"i\", 1, 7]]}}}"

static void test_packed_is_the_same(void **state)
{
	json_t *before = parse(VERBOSE), *after = parse(VERBOSE), *unpacked;
	struct profile_lists lists = { 0 };
	struct place place;
	struct error err;
	json_t *document;

	(void)state;
	assert_int_equal(profile_pack(after, &lists), 0);
	assert_string_equal(
		json_string_value(json_object_get(
			json_object_get(json_object_get(after, "profile"),
					"byte"),
			"like")),
		"operation");
	document = profile_lists_json(&lists);
	/* [0, 2, 1] twenty times, [1, 1] twenty times */
	assert_int_equal(json_array_size(json_object_get(document, "work")), 2);
	place_start(&place, "", &err);
	assert_int_equal(profile_unpack(&place,
					json_object_get(after, "profile"),
					document, &unpacked),
			 0);
	assert_int_equal(place_check_profile(&place, unpacked), 0);
	assert_true(json_equal(unpacked, json_object_get(before, "profile")));
	json_decref(unpacked);
	json_decref(document);
	profile_lists_free(&lists);
	json_decref(before);
	json_decref(after);
}

static void test_bad_profiles(void **state)
{
	static const char *const bad[] = {
		"[]",
		"{\"m\": 1}",
		"{\"m\": {\"like\": \"n\", \"units\": 1}}",
		"{\"m\": {\"ticks\": 1, \"harness\": 0, \"units\": 1}}",
		"{\"m\": {\"ticks\": 1, \"harness\": 0, \"units\": 0,"
		" \"functions\": {}}}",
		"{\"m\": {\"ticks\": 1, \"harness\": 0, \"units\": 1,"
		" \"functions\": {\"v\": {\"f\": [-1]}}}}",
		"{\"m\": {\"ticks\": 1, \"harness\": 0, \"units\": 1,"
		" \"work\": [1, 1]}}",
		"{\"m\": {\"ticks\": 1, \"harness\": 0, \"units\": 1,"
		" \"work\": [0, -1]}}",
		"{\"m\": {\"ticks\": 1, \"harness\": 0, \"units\": 1,"
		" \"work\": [0, 9223372036854775807]}}",
		"{\"m\": {\"ticks\": 1, \"harness\": 0, \"units\": 1,"
		" \"work\": [], \"calls\": [3, 1]}}",
		"{\"m\": {\"ticks\": 1, \"harness\": 0, \"units\": 1,"
		" \"functions\": {}, \"calls\": [[\"v\", \"f\"]]}}",
	};
	json_t *lists = parse("{\"functions\": [[\"v\", \"f\"]],"
			      " \"work\": [[0, 2]]}");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *packed = parse(bad[i]), *unpacked = NULL;
		struct error err = { "" };
		struct place place;
		int ret;

		place_start(&place, "", &err);
		ret = profile_unpack(&place, packed, lists, &unpacked);
		if (!ret) {
			ret = place_check_profile(&place, unpacked);
			json_decref(unpacked);
		}
		assert_int_equal(ret, -EINVAL);
		/* Where it is, and what it must be. */
		assert_true(!i || !strncmp(err.text, "/m", 2));
		assert_true(strstr(err.text, "must") ||
			    strstr(err.text, "missing") ||
			    strstr(err.text, "amount"));
		json_decref(packed);
	}
	json_decref(lists);
}

/* As a plugin hears it: byte by byte. */
static void test_what_is_told(void **state)
{
	static const uint8_t bytes[] = {
		TELL_BEGIN, TELL_CELL, 5, 1, 0, 0, 0, 0, 0, 0, TELL_KEEP,
	};
	struct tell_reader reader = { 0 };
	struct tell_message message = { 0 };
	size_t heard = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (!tell_read(&reader, bytes[i], &message))
			continue;
		heard++;
		if (heard == 1)
			assert_int_equal(message.type, TELL_BEGIN);
		if (heard == 2) {
			assert_int_equal(message.type, TELL_CELL);
			assert_int_equal(message.values[0], 261);
		}
	}
	assert_int_equal(heard, 3);
	assert_int_equal(message.type, TELL_KEEP);
	tell(TELL_CELL, (const uint64_t[]){ 1 }); /* to nobody */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows_of_a_metric),
		cmocka_unit_test(test_the_median_sample_is_taken),
		cmocka_unit_test(test_others_of_a_sample),
		cmocka_unit_test(test_bad_logs),
		cmocka_unit_test(test_lines_of_a_metric),
		cmocka_unit_test(test_calls_of_a_metric),
		cmocka_unit_test(test_packed_is_the_same),
		cmocka_unit_test(test_bad_profiles),
		cmocka_unit_test(test_what_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
