// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * After a target's command kbuild writes .TARGET.cmd beside it, so a target
 * that is newer than that, or whose file is cut off, was not finished. Where
 * the last one was lost make builds again by itself.
 *
 * Before 5.18 objtool went over an object in a command of its own after that,
 * and so do recordmcount and what appends CRCs for CONFIG_MODVERSIONS. Then a
 * newer object may be whole and an older one not: those shortly before the end
 * go, all others stay.
 *
 * Some headers and tools of the build have no such file. They are whole when
 * something was built from them; else, when written shortly before the end,
 * they go too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "kbuild.h"
#include "results/base/array.h"

/* Commands without a .cmd are short: generators, links of small tools. */
#define SUSPECT_SECONDS 30

struct suspect {
	char *path; /* below objects/ */
	struct timespec time;
	bool proven;
};

/* nftw() has no argument to pass. */
static struct {
	size_t skip; /* of a path: objects/ */
	struct timespec end; /* when the newest file was written */
	struct suspect *suspects;
	size_t count;
	bool goes_on; /* a rule, after it wrote .TARGET.cmd */
	int ret;
} mend;

static bool is_after(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec :
					a->tv_nsec > b->tv_nsec;
}

static int find_end(const char *path, const struct stat *info, int type,
		    struct FTW *ftw)
{
	(void)path;
	(void)ftw;
	if (type == FTW_F && is_after(&info->st_mtim, &mend.end))
		mend.end = info->st_mtim;
	return 0;
}

/*
 * fixdep ends what it writes with "$(deps_TARGET):"; where objtool went over
 * the object a rule adds that it depends on it.
 */
static bool is_whole(const char *text)
{
	size_t length = strlen(text);

	if (!length || text[length - 1] != '\n')
		return false;
	if (strstr(text, "\ndeps_") && !strstr(text, "\n$(deps_"))
		return false;
	return !strstr(text, "/objtool/objtool ") ||
	       strstr(text, ": $(wildcard ");
}

static bool is_late(const struct timespec *time)
{
	return time->tv_sec + SUSPECT_SECONDS >= mend.end.tv_sec;
}

static bool has_text(const char *folder, const char *name, const char *wanted)
{
	char path[PATH_MAX], *text = NULL;
	bool found;

	if (!join_path(path, "%s/%s", folder, name))
		text = read_text(path);
	found = text && strstr(text, wanted);
	free(text);
	return found;
}

static bool is_finished(const char *text, const struct timespec *recorded,
			const struct timespec *made)
{
	if (!is_whole(text))
		return false;
	if (!made)
		return true;
	return mend.goes_on ? !is_late(recorded) && !is_late(made) :
			      !is_after(made, recorded);
}

bool kbuild_is_command(const char *name)
{
	size_t length = strlen(name);

	return *name == '.' && length > 5 && !strcmp(name + length - 4, ".cmd");
}

/* .TARGET.cmd and, if it is there, TARGET. */
static int judge_command(const char *path, const struct stat *info,
			 struct FTW *ftw)
{
	char *text = read_text(path), target[PATH_MAX];
	const char *name = path + ftw->base;
	bool there;
	struct stat made;

	if (!text) {
		mend.ret = -errno;
		return 1;
	}
	join_path(target, "%.*s%.*s", ftw->base, path, (int)strlen(name) - 5,
		  name + 1);
	there = !stat(target, &made);
	if (!is_finished(text, &info->st_mtim, there ? &made.st_mtim : NULL)) {
		unlink(target);
		unlink(path);
	}
	free(text);
	return 0;
}

static int judge(const char *path, const struct stat *info, int type,
		 struct FTW *ftw)
{
	const char *name = path + ftw->base, *below = path + mend.skip;
	char command[PATH_MAX];
	struct suspect *grown;

	if (type != FTW_F)
		return 0;
	if (kbuild_is_command(name))
		return judge_command(path, info, ftw);
	/* conf renames what is complete; other such names are scratch. */
	if (*name == '.' || !strncmp(below, "include/config/", 15) ||
	    !is_late(&info->st_mtim) ||
	    join_path(command, "%.*s.%s.cmd", ftw->base, path, name) ||
	    is_readable(command))
		return 0;
	grown = array_grow(mend.suspects, mend.count, sizeof(*grown));
	if (grown)
		mend.suspects = grown;
	if (!grown || !(grown[mend.count].path = strdup(below))) {
		mend.ret = -ENOMEM;
		return 1;
	}
	grown[mend.count].time = info->st_mtim;
	grown[mend.count++].proven = false;
	return 0;
}

/* As one of the files that something was built from? */
static bool names(const char *text, const char *path)
{
	size_t length = strlen(path);

	for (const char *at = text; (at = strstr(at, path)); at++)
		if (at > text && strchr(" /", at[-1]) &&
		    strchr(" )", at[length]))
			return true;
	return false;
}

static int prove(const char *path, const struct stat *info, int type,
		 struct FTW *ftw)
{
	char *text;

	if (type != FTW_F || !kbuild_is_command(path + ftw->base))
		return 0;
	text = read_text(path);
	for (size_t i = 0; text && i < mend.count; i++) {
		struct suspect *suspect = &mend.suspects[i];

		if (!suspect->proven &&
		    !is_after(&suspect->time, &info->st_mtim))
			suspect->proven = names(text, suspect->path);
	}
	free(text);
	return 0;
}

int kbuild_mend(const char *tree, const char *objects)
{
	char path[PATH_MAX];

	memset(&mend, 0, sizeof(mend));
	mend.skip = strlen(objects) + 1;
	mend.goes_on =
		has_text(tree, "scripts/Makefile.build",
			 "$(call cmd,objtool)") ||
		has_text(objects, ".config", "\nCONFIG_MODVERSIONS=y\n") ||
		has_text(objects, ".config",
			 "\nCONFIG_FTRACE_MCOUNT_USE_RECORDMCOUNT=y\n");
	nftw(objects, find_end, 16, FTW_PHYS);
	nftw(objects, judge, 16, FTW_PHYS);
	if (mend.count && !mend.ret)
		nftw(objects, prove, 16, FTW_PHYS);
	for (size_t i = 0; i < mend.count; i++) {
		if (!mend.suspects[i].proven && !mend.ret &&
		    !join_path(path, "%s/%s", objects, mend.suspects[i].path))
			unlink(path);
		free(mend.suspects[i].path);
	}
	free(mend.suspects);
	return mend.ret;
}
