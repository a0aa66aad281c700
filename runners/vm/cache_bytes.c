// SPDX-License-Identifier: GPL-2.0-or-later
/* How large what lies in the cache is. */
#define _GNU_SOURCE
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache.h"

/*
 * A build tree has 100,000 files, which take seconds to count at each build,
 * and a build adds some MB: the sum is kept beside them for a while.
 */
#define SUM ".bytes"
#define SUM_SECONDS 3600
#define MANY 1000 /* files that are worth a sum */

/* nftw() has no argument to pass. */
static __thread unsigned long long bytes, files;

static int count_one(const char *path, const struct stat *info, int type,
		     struct FTW *ftw)
{
	(void)path;
	(void)type;
	(void)ftw;
	bytes += info->st_blocks * 512ull;
	files++;
	return 0;
}

static bool recall(const char *sum)
{
	time_t now = time(NULL);
	struct stat info;
	FILE *file;
	bool found;

	if (stat(sum, &info) || info.st_mtime > now ||
	    now - info.st_mtime > SUM_SECONDS)
		return false;
	file = fopen(sum, "re");
	found = file && fscanf(file, "%llu", &bytes) == 1;
	if (file)
		fclose(file);
	return found;
}

/* Best effort: without it all is counted again. */
static void remember(const char *sum)
{
	FILE *file = fopen(sum, "we");

	if (!file)
		return;
	fprintf(file, "%llu\n", bytes);
	if (fclose(file))
		unlink(sum);
}

unsigned long long cache_bytes(const char *path)
{
	char sum[PATH_MAX];
	bool named = !join_path(sum, "%s/" SUM, path);

	if (named && recall(sum))
		return bytes;
	bytes = files = 0;
	nftw(path, count_one, 16, FTW_PHYS);
	if (named && files > MANY)
		remember(sum);
	return bytes;
}
