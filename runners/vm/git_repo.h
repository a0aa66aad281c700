/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions to a git repository, by the git program. */
#ifndef MMGAUGE_GIT_REPO_H
#define MMGAUGE_GIT_REPO_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "results/base/error.h"

#define GIT_ID 41 /* a commit's name and its NUL */

struct git_commit {
	char id[GIT_ID];
	char title[160];
};

/*
 * Run `git -C @repo @arguments...` (up to 25, NULL ends them); what it prints
 * goes to *@text, malloc'ed and without the last newline; NULL: nobody wants
 * it. No variable of ours names another repository, no hook runs, and the
 * answers are as git gives them unconfigured. -EIO with git's own reason and
 * advice, -ENOENT when it is about a commit that is not there.
 */
int git_ask(const char *repo, char **text, struct error *err,
	    const char *const *arguments);

/* The full name of the commit @rev; -ENOENT when there is none. */
int git_resolve(const char *repo, const char *rev, struct git_commit *commit,
		struct error *err);

/*
 * The commits of "A..B", oldest first, following first parents only: the line
 * of history that regressions are looked for on. free() the array.
 */
int git_range(const char *repo, const char *range, struct git_commit **commits,
	      size_t *count, struct error *err);

/* The commits in what `git log` printed of them for git_range(), which is cut up. */
int git_commits(char *text, const char *repo, struct git_commit **commits,
		size_t *count, struct error *err);

/*
 * The working tree as it stands, as a commit upon HEAD that no branch knows.
 * The index and the files are left alone; the same contents give the same
 * name. *@changed is whether it differs from HEAD.
 */
int git_snapshot(const char *repo, struct git_commit *commit, bool *changed,
		 struct error *err);

/* The folder that all worktrees of @repo share. */
int git_common_folder(const char *repo, char folder[PATH_MAX],
		      struct error *err);

#endif
