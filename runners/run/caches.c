// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/input.h"
#include "caches.h"
#include "runners/base/paths.h"

#define LINE 64
#define BYTES_MAX (1 << 28)

static bool is_power_of_two(json_int_t value)
{
	return value > 0 && !(value & (value - 1));
}

/* Append ",NAME=BYTES/WAYS" to @text; whether @root has such a cache. */
static bool add_cache(const json_t *root, const char *name, char *text,
		      size_t size)
{
	size_t used = strlen(text);
	json_int_t bytes, ways;

	if (json_unpack(json_object_get(root, name), "{s:I, s:I}", "bytes",
			&bytes, "ways", &ways) ||
	    ways < 1 || bytes < 1 || bytes > BYTES_MAX ||
	    bytes % (ways * LINE) || !is_power_of_two(bytes / ways / LINE))
		return false;
	snprintf(text + used, size - used, "%s%s=%lld/%lld", used ? "," : "",
		 name, (long long)bytes, (long long)ways);
	return true;
}

int caches_load(char **text, struct error *err)
{
	static const char *const names[] = { "l1d", "l1i", "l2" };
	char path[PATH_MAX], made[128] = "";
	json_error_t error;
	json_t *root;
	int ret = 0;

	snprintf(path, sizeof(path), "%s/caches.json", paths_configs());
	errno = 0;
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return input_refused(path, &error, "mend the file there", err);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !ret; i++)
		if (!add_cache(root, names[i], made, sizeof(made)))
			ret = error_set(
				err, -EINVAL,
				"%s: %s: must have bytes and ways that "
				"make a power of two of sets of 64-byte "
				"lines: mend it there",
				path, names[i]);
	json_decref(root);
	if (ret)
		return ret;
	*text = strdup(made);
	return *text ? 0 : error_set(err, -ENOMEM, "%s: out of memory", path);
}
