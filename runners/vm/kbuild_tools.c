// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs of a headers package that want a newer C library than this machine
 * has: the library lies beside them, and a script in the place of each runs it
 * with that.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "kdir.h"

static bool is_program(const char *path, const struct stat *info)
{
	char magic[SELFMAG];
	bool elf = false;
	FILE *file;

	if (!S_ISREG(info->st_mode) || !(info->st_mode & 0111))
		return false;
	file = fopen(path, "re");
	if (file) {
		elf = fread(magic, 1, SELFMAG, file) == SELFMAG &&
		      !memcmp(magic, ELFMAG, SELFMAG);
		fclose(file);
	}
	return elf;
}

/* @up leads to the libraries' parent. objtool looks at what it is called. */
static int write_script(const char *path, const char *up)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return -errno;
	fprintf(file,
		"#!/bin/sh\n"
		"lib=${0%%/*}/%s" KBUILD_LIBRARIES "\n"
		"exec \"$lib\"/ld-linux*.so.* --library-path \"$lib\" "
		"--argv0 \"$0\" \"$0.elf\" \"$@\"\n",
		up);
	if (fchmod(fileno(file), 0777) < 0 || fclose(file))
		return -errno;
	return 0;
}

static int wrap(const char *path, const struct stat *info, int type,
		struct FTW *ftw)
{
	char elf[PATH_MAX], up[64] = "";

	if (type != FTW_F || strstr(path + ftw->base, ".so") ||
	    strstr(path + ftw->base, ".elf") || !is_program(path, info))
		return 0;
	for (int level = 1; level < ftw->level; level++)
		strncat(up, "../", sizeof(up) - strlen(up) - 1);
	if (join_path(elf, "%s.elf", path) || rename(path, elf) < 0)
		return errno ?: ENAMETOOLONG;
	return -write_script(path, up);
}

int kbuild_use_libraries(const char *folder, struct error *err)
{
	char path[PATH_MAX];
	int ret;

	join_path(path, "%s/kbuild/" KBUILD_LIBRARIES "/libc.so.6", folder);
	if (!is_readable(path))
		return 0;
	join_path(path, "%s/kbuild", folder);
	ret = nftw(path, wrap, 16, FTW_PHYS);
	return ret ? cache_write_error(err, ret < 0 ? -errno : -ret, path) : 0;
}
