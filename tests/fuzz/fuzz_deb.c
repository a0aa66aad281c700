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

#define VICTIM "victim" /* beside the folder, and where we are */

/* A link must lead to something in the folder, whether that is there or not. */
static int look(const char *path, const struct stat *info, int type,
		struct FTW *at)
{
	char to[PATH_MAX] = "";

	(void)info;
	if (type != FTW_SL || readlink(path, to, sizeof(to) - 1) < 0)
		return 0;
	for (const char *up = to; (up = strstr(up, "..")); up += 2)
		at->level -= up == to || up[-1] == '/';
	if (*to == '/' || at->level < 1)
		abort();
	return 0;
}

/* No file may have got another name, nor anything written to it by that. */
static void look_at_victim(void)
{
	struct stat info;

	if (stat(VICTIM, &info) || info.st_nlink != 1 || info.st_size)
		abort();
}

static void make_folder(void)
{
	char *slash = strrchr(folder, '/');

	*slash = '\0';
	if (!mkdtemp(folder) || chdir(folder) ||
	    mknod(VICTIM, S_IFREG | 0600, 0))
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
	look_at_victim();
	remove_tree(folder);
	return 0;
}
