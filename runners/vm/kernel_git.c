// SPDX-License-Identifier: GPL-2.0-or-later
/* vm:git:[DIR:]REV[:ARCH]: a commit of a git tree, built here (git.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "git.h"
#include "git_tree.h"
#include "kernel_kind.h"

/* What a repository's worktree and objects are called in lists. */
#define TREE_PREFIX "tree-"

static void used(const struct vm_kernel *kernel)
{
	cache_touch_beside(kernel->build, GIT_STAMP);
}

static int list_folder(const char *folder, const char *stamp,
		       const char *prefix, struct kernel_entry **entries,
		       size_t *count)
{
	struct kernel_entry *grown;
	struct cache_entry *list;
	int found = cache_entries(folder, stamp, &list);
	char path[PATH_MAX];

	grown = found >= 0 ? realloc(*entries, (*count + (size_t)found + 1) *
						       sizeof(*grown)) :
			     NULL;
	if (!grown) {
		free(list);
		return -ENOMEM;
	}
	*entries = grown;
	for (int i = 0; i < found; i++) {
		struct kernel_entry *entry = &grown[(*count)++];

		*entry = (struct kernel_entry){ .cached = true,
						.module_built = true };
		snprintf(entry->release, sizeof(entry->release), "%s%.100s",
			 prefix, list[i].name);
		if (!cache_path(path, NULL, "%s/%s", folder, list[i].name))
			entry->bytes = cache_bytes(path);
	}
	free(list);
	return 0;
}

static int list(const struct kernel_query *query, struct kernel_entry **entries,
		size_t *count, struct error *err)
{
	int ret;

	(void)err;
	/* What an entry is of only its builder knows. */
	if (query->arch)
		return 0;
	ret = list_folder(GIT_KERNELS, GIT_STAMP, GIT_PREFIX, entries, count);

	if (!ret)
		ret = list_folder(GIT_TREES, GIT_TREE_STAMP,
				  GIT_PREFIX TREE_PREFIX, entries, count);
	return ret;
}

static int remove_folder(const char *folder, const char *name,
			 struct error *err)
{
	char path[PATH_MAX];
	int ret = cache_path(path, err, "%s/%s", folder, name);

	if (ret)
		return ret;
	if (strchr(name, '/') || !*name || *name == '.' || !is_readable(path))
		return error_set(err, -ENOENT,
				 "%s: not in the cache: see mmgauge kernel "
				 "list",
				 name);
	return cache_remove(path, err);
}

/* Not under a build: its lock is waited for. */
static int remove_git_tree(const char *name, struct error *err)
{
	char lock_name[NAME_MAX + 1];
	int lock, ret;

	if (strchr(name, '/'))
		return remove_folder(GIT_TREES, name, err);
	snprintf(lock_name, sizeof(lock_name), GIT_TREE_LOCK, name);
	lock = cache_lock(lock_name, err);
	if (lock < 0)
		return lock;
	ret = remove_folder(GIT_TREES, name, err);
	close(lock);
	return ret;
}

static int drop(const char *name, struct error *err)
{
	size_t length = strlen(TREE_PREFIX);

	return strncmp(name, TREE_PREFIX, length) ?
		       remove_folder(GIT_KERNELS, name, err) :
		       remove_git_tree(name + length, err);
}

const struct kernel_kind kernel_git = {
	.prefix = GIT_PREFIX,
	.form = GIT_PREFIX "REV",
	.summary = "a commit of the git tree that --repo names, built here; "
		   "HEAD:arm64 for another architecture",
	.builds = true,
	.make_seconds = 60,
	.make_mib = 15,
	.first_mib = 1900,
	.is_cached = git_is_built,
	.fetch = git_prepare,
	.arch_of = git_arch,
	.lasting = git_full_spec,
	.used = used,
	.list = list,
	.remove = drop,
};
