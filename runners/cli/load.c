// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "results/store/resolve.h"
#include "load.h"

int loaded_make(struct loaded *loaded, int argc, char **argv, struct error *err)
{
	size_t count = (size_t)argc;
	char path[PATH_MAX];
	int ret = 0;

	memset(loaded, 0, sizeof(*loaded));
	loaded->results = calloc(count, sizeof(*loaded->results));
	loaded->pointers = calloc(count, sizeof(*loaded->pointers));
	if (!loaded->results || !loaded->pointers)
		return error_set(err, -ENOMEM, "out of memory");
	while (loaded->count < count && !ret) {
		struct result *result = &loaded->results[loaded->count];

		ret = resolve_run(argv[loaded->count], NULL, path, err);
		if (!ret)
			ret = result_load(path, result, err);
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
