// SPDX-License-Identifier: GPL-2.0-or-later
/* What the plugin writes, from a guest that may be anything. */
#include <stdio.h>
#include <stdlib.h>

#include "runners/profile/match.h"
#include "fuzz.h"

static void check(const struct profile_log *log, uint64_t number)
{
	struct profile_match match;

	if (profile_match(log, number, &match) < 0)
		abort();
	for (size_t i = 0; i < match.count; i++)
		if (!log->places[match.sums[i].place].size)
			abort();
	profile_match_free(&match);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *stream = size ? fmemopen((void *)data, size, "r") : NULL;
	struct profile_log log;
	struct error err;

	if (!stream)
		return 0;
	profile_log_init(&log, stream);
	while (profile_log_next(&log, &err) > 0)
		for (uint64_t number = 0; number < 3; number++)
			check(&log, number);
	profile_log_free(&log);
	fclose(stream);
	return 0;
}
