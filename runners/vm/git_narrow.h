/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make looks into every folder of a kernel, 400 of them, for what changed: half of
 * the time of a build after a touch of one file. Which objects a file is part of
 * stands beside them (.OBJECT.cmd, by fixdep): where all of those lie in few
 * folders, make looks into these only, and links as ever.
 */
#ifndef MMGAUGE_GIT_NARROW_H
#define MMGAUGE_GIT_NARROW_H

#include "git_tree.h"

struct git_narrow {
	char folders
		[256]; /* at the top of the tree, with spaces between them */
	char makefile[PATH_MAX]; /* to be read before the kernel's */
	char exports[65]; /* hash of what vmlinux exported before */
};

/*
 * The folders that hold all that has to be made anew for @commit; false where
 * that cannot be told, and all are to be looked into: after another choice, a
 * build that did not end, a change of what is no source file, a header that all
 * include.
 */
bool git_narrow_find(const struct git_tree *tree,
		     const struct git_commit *commit,
		     struct git_narrow *narrow);

/* Have the next make with the makefile look into these folders only. */
int git_narrow_begin(const struct git_tree *tree, struct git_narrow *narrow,
		     struct error *err);

/* Whether modules are to be made anew, too: other names are exported now. */
bool git_narrow_moved(const struct git_tree *tree,
		      const struct git_narrow *narrow);

/* objects/ is as @commit wants it; NULL: it is no more, a build begins. */
void git_narrow_note(const struct git_tree *tree,
		     const struct git_commit *commit);

#endif
