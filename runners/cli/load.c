// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "results/store/resolve.h"
#include "load.h"

static int load(const char *name, const struct result *like,
		struct result *result, struct error *err)
{
	char path[PATH_MAX];
	int ret = resolve_run(name, like, path, err);

	return ret ? ret : result_load(path, result, err);
}

int load_pair(char *const names[2], struct result *base, struct result *new,
	      struct error *err)
{
	bool late = *names[0] == '@'; /* first what it is to fit */
	struct result *first = late ? new : base;
	int ret;

	*base = *new = (struct result){ 0 };
	ret = load(names[late], NULL, first, err);
	return ret ? ret : load(names[!late], first, late ? base : new, err);
}

int loaded_make(struct loaded *loaded, int argc, char **argv, struct error *err)
{
	size_t count = (size_t)argc;
	int ret = 0;

	memset(loaded, 0, sizeof(*loaded));
	loaded->results = calloc(count, sizeof(*loaded->results));
	loaded->pointers = calloc(count, sizeof(*loaded->pointers));
	if (!loaded->results || !loaded->pointers)
		return error_set(err, -ENOMEM, "out of memory");
	while (loaded->count < count && !ret) {
		struct result *result = &loaded->results[loaded->count];

		ret = load(argv[loaded->count], NULL, result, err);
		loaded->pointers[loaded->count++] = result;
	}
	return ret;
}

void loaded_free(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->count; i++)
		result_free(&loaded->results[i]);
	free(loaded->results);
	free(loaded->pointers);
}
