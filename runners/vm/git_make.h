/* SPDX-License-Identifier: GPL-2.0-or-later */
/* make in the tree that kernels of a repository are built in. */
#ifndef MMGAUGE_GIT_MAKE_H
#define MMGAUGE_GIT_MAKE_H

#include "git_tree.h"

/*
 * With at most seven words of @arguments, and a @makefile to be read before the
 * kernel's (NULL: none). -ENOEXEC where it fails, with the first error and the
 * log.
 */
int git_make(struct git_tree *tree, const struct git_commit *commit,
	     const char *makefile, struct error *err,
	     const char *const *arguments);

/*
 * A configuration follows from the commit and the fragments alone, never from
 * what was built before; it is made anew when either says something new.
 */
int git_configure(struct git_tree *tree, const struct git_commit *commit,
		  struct error *err);

#endif
