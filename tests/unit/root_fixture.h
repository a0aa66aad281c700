/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine in a folder: what of /proc and /sys a test puts there. */
#ifndef MMGAUGE_ROOT_FIXTURE_H
#define MMGAUGE_ROOT_FIXTURE_H

#define _GNU_SOURCE
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char root[64];

static void put(const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", root, name);
	for (char *slash = path + strlen(root) + 1;
	     (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int root_begin(void **state)
{
	(void)state;
	strcpy(root, "/tmp/mmgauge-root-XXXXXX");
	return !mkdtemp(root) || setenv("MMGAUGE_ROOT", root, 1);
}

static int root_remove_one(const char *path, const struct stat *info, int type,
			   struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

static int root_end(void **state)
{
	(void)state;
	unsetenv("MMGAUGE_ROOT");
	return nftw(root, root_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
