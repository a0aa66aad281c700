// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "installed.h"

const char *installed_path(const char *name, const char *fallback,
			   char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *end;
	size_t at;

	if (length <= 0)
		return fallback;
	path[length] = '\0';
	/* PREFIX/bin/mmgauge: two names up. */
	for (int i = 0; i < 2; i++) {
		end = strrchr(path, '/');
		if (!end)
			return fallback;
		*end = '\0';
	}
	at = (size_t)(end - path);
	if (snprintf(end, PATH_MAX - at, "/%s", name) >= (int)(PATH_MAX - at) ||
	    access(path, R_OK))
		return fallback;
	return path;
}
