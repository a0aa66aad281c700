// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

static char path[128];

static void remove_file(void)
{
	unlink(path);
}

const char *fuzz_file(const uint8_t *data, size_t size, const char *ending)
{
	FILE *file;

	if (!*path) {
		snprintf(path, sizeof(path), "/dev/shm/mmgauge-fuzz-%d%s",
			 (int)getpid(), ending);
		atexit(remove_file);
	}
	file = fopen(path, "we");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file)) {
		perror(path);
		exit(2);
	}
	return path;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	return strndup((const char *)data, size);
}
