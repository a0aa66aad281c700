// SPDX-License-Identifier: GPL-2.0-or-later
/* Journals of runs that were killed. */
#include "results/base/error.h"
#include "results/store/store.h"
#include "runners/trial/measure.h"
#include "fuzz.h"

static int look_at(const json_t *document, void *data)
{
	struct measure_reply reply;
	struct error err;

	(void)data;
	if (!measure_reply_from_json(document, &reply, &err))
		trial_free(&reply.trial);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size, ".journal");
	struct journal *journal;
	struct error err;

	journal_replay(path, look_at, NULL, &err);
	if (!journal_open(path, &journal, &err))
		journal_close(journal);
	return 0;
}
