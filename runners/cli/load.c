// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/store/baseline.h"
#include "results/store/resolve.h"
#include "load.h"

#define SIDE_RUNS 64

/* "A,B,C": one side of several runs, none of them a baseline. */
static int load_several(const char *names, struct result *result,
			struct error *err)
{
	char *copy = strdup(names), *rest = copy, *runs[SIDE_RUNS];
	size_t count = 0;
	int ret = copy ? 0 : error_set(err, -ENOMEM, "out of memory");

	while (!ret && rest) {
		char *name = strsep(&rest, ",");

		if (!*name || *name == '@' || count == SIDE_RUNS)
			ret = error_set(err, -EINVAL,
					"%.200s: no list of runs: give up to "
					"%d runs with commas between, no "
					"baseline among them",
					names, SIDE_RUNS);
		else
			runs[count++] = name;
	}
	if (!ret)
		ret = baseline_merge(runs, count, result, err);
	free(copy);
	return ret;
}

static int load(const char *name, const struct result *like,
		struct result *result, struct error *err)
{
	char path[PATH_MAX];
	int ret;

	if (strchr(name, ',') && access(name, F_OK))
		return load_several(name, result, err);
	ret = resolve_run(name, like, path, err);
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
