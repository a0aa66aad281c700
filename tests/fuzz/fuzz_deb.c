// SPDX-License-Identifier: GPL-2.0-or-later
/* Packages: what is in one stays in the folder it is unpacked to. */
#define _GNU_SOURCE
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runners/vm/cache.h"
#include "runners/vm/unpack.h"
#include "fuzz.h"

static char folder[] = "/dev/shm/mmgauge-fuzz-XXXXXX/into";

/* A link must lead to something in the folder, or nowhere. */
static int look(const char *path, const struct stat *info, int type,
		struct FTW *at)
{
	char to[PATH_MAX], within[PATH_MAX];

	(void)info;
	(void)at;
	if (type != FTW_SL || !realpath(path, to) || !realpath(folder, within))
		return 0;
	if (strncmp(to, within, strlen(within)))
		abort();
	return 0;
}

static void make_folder(void)
{
	char *slash = strrchr(folder, '/');

	*slash = '\0';
	if (!mkdtemp(folder))
		exit(2);
	*slash = '/';
}

static void remove_folder(void)
{
	*strrchr(folder, '/') = '\0';
	remove_tree(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	struct error err;

	if (!made) {
		make_folder();
		atexit(remove_folder);
		made = true;
	}
	if (mkdir(folder, 0700))
		exit(2);
	deb_unpack(fuzz_file(data, size, ".deb"), archs[0], folder, &err);
	nftw(folder, look, 8, FTW_PHYS);
	remove_tree(folder);
	return 0;
}
