// SPDX-License-Identifier: GPL-2.0-or-later
/* The index of a folder is never the truth, whatever is in its file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/format.h"
#include "results/store/index.h"
#include "fuzz.h"

#define RUN                                                                   \
	"{\"schema\": \"mmgauge-result/1\", \"run\": {\"id\": \"a\"},"        \
	" \"subject\": {\"release\": \"6.1\"}, \"machine\": {}, \"clock\":"   \
	" {\"kind\": \"instructions\"}, \"cells\": [{\"case\": \"null.loop\"" \
	", \"axes\": {}, \"status\": \"skipped\", \"reason\": \"x\","         \
	" \"trials\": []}]}"

static char folder[] = "/dev/shm/mmgauge-fuzz-XXXXXX";

static void put(const char *name, const void *data, size_t size)
{
	char *path = format_string("%s/%s", folder, name);
	FILE *file = path ? fopen(path, "we") : NULL;

	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		exit(2);
	free(path);
}

static void remove_all(void)
{
	static const char *const names[] = { "run.json", ".index.sqlite",
					     ".index.sqlite-journal",
					     ".index.sqlite-wal",
					     ".index.sqlite-shm" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = format_string("%s/%s", folder, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	struct index *index = NULL;
	const struct index_run *runs;
	struct error err;
	size_t count;

	if (!made) {
		if (!mkdtemp(folder))
			exit(2);
		atexit(remove_all);
		put("run.json", RUN, strlen(RUN));
		made = true;
	}
	put(".index.sqlite", data, size);
	if (index_open(folder, &index, &err))
		abort();
	runs = index_runs(index, &count);
	if (count != 1 || strcmp(runs[0].file, "run.json") || runs[0].problem ||
	    strcmp(runs[0].id, "a"))
		abort();
	index_close(index);
	return 0;
}
