/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree that kernels of one repository are built in, and the builds. */
#ifndef MMGAUGE_GIT_TREE_H
#define MMGAUGE_GIT_TREE_H

#include <limits.h>

#include "fragments.h"
#include "git_repo.h"
#include "kbuild.h"
#include "kernel.h"

#define GIT_TREES "git" /* of the cache: a folder per repository */
#define GIT_TREE_STAMP "configured" /* what objects/ is configured for */
#define GIT_TREE_LOCK "git-%.40s" /* with the folder's name */

struct git_tree {
	char common[PATH_MAX]; /* .git of the repository */
	char root[PATH_MAX]; /* git/REPO, git/REPO-arm64-debug of the cache */
	char tree[PATH_MAX];
	char objects[PATH_MAX];
	const struct arch *arch;
	const char *fragment; /* path of the config fragment */
	const char *arch_fragment; /* of the architecture; NULL: none */
	const char *debug_fragment; /* that adds DWARF; NULL: none is wanted */
	struct fragments
		fragments; /* of the options, merged over the fragment */
	char choices_hash[65]; /* of fragments, options, compiler, arch */
	const struct kbuild_options *options;
	int lock; /* held; make inherits it */
};

/*
 * Lock and name the folders; waits for another build of this repository, also
 * for what a killed one left running.
 */
int git_tree_open(struct git_tree *tree, const char *repo, struct error *err);
void git_tree_close(struct git_tree *tree);

/*
 * Check @commit out and build vmlinux and the module: *@module gets the .ko, ""
 * where a fragment leaves out what it is built upon.
 * -ENOEXEC when it does not build.
 */
int git_tree_build(struct git_tree *tree, const struct git_commit *commit,
		   char module[PATH_MAX], kernel_note note, void *data,
		   struct error *err);

#endif
