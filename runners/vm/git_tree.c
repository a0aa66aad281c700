// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sha256.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cache.h"
#include "git_make.h"
#include "git_narrow.h"
#include "git_tree.h"
#include "kbuild.h"
#include "module.h"
#include "results/base/folders.h"
#include "results/base/process.h"

/* A checked out tree and its objects. */
#define TREE_BYTES (4ull << 30)

int git_tree_open(struct git_tree *tree, const char *repo, struct error *err)
{
	char hash[SHA256_DIGEST_STRING_LENGTH], folder[48], name[64];
	bool native = tree->arch == arch_native();
	int ret = git_common_folder(repo, tree->common, err);

	if (ret)
		return ret;
	SHA256Data((const uint8_t *)tree->common, strlen(tree->common), hash);
	/* Apart: make would do all again at each change between the two. */
	snprintf(folder, sizeof(folder), "%.16s%s%s%s", hash, native ? "" : "-",
		 native ? "" : tree->arch->debian,
		 tree->debug_fragment	   ? "-debug" :
		 tree->options->configured ? "-config" :
					     "");
	snprintf(name, sizeof(name), GIT_TREE_LOCK, folder);
	ret = cache_path(tree->root, err, GIT_TREES "/%s", folder);
	if (!ret)
		ret = join_path(tree->tree, "%s/tree", tree->root);
	if (!ret)
		ret = join_path(tree->objects, "%s/objects", tree->root);
	/* make would say that no commit builds. */
	if (!ret)
		ret = kbuild_check_path(tree->root, KBUILD_CACHE_REMEDY, err);
	if (ret)
		return ret;
	tree->lock = cache_lock(name, err);
	if (tree->lock < 0)
		return tree->lock;
	cache_touch(tree->root, GIT_TREE_STAMP);
	return 0;
}

void git_tree_close(struct git_tree *tree)
{
	close(tree->lock);
}

/* --- the tree --- */

/* Without a .git of its own git would answer for a folder above. */
static bool has_tree(const struct git_tree *tree)
{
	char path[PATH_MAX];

	return !join_path(path, "%s/.git/objects/info/alternates",
			  tree->tree) &&
	       is_readable(path) &&
	       !git_ask(tree->tree, NULL, NULL,
			(const char *const[]){ "rev-parse", "HEAD", NULL });
}

/* What a checkout that was killed left behind; ours is the lock that counts. */
static void remove_index_lock(const struct git_tree *tree)
{
	char path[PATH_MAX];

	if (!join_path(path, "%s/.git/index.lock", tree->tree))
		unlink(path);
}

static int check_space(const struct git_tree *tree, struct error *err)
{
	struct statvfs disk;
	unsigned long long room;

	if (statvfs(tree->root, &disk) < 0)
		return 0; /* the write will tell */
	room = (unsigned long long)disk.f_bavail * disk.f_frsize;
	return room >= TREE_BYTES ?
		       0 :
		       error_set(err, -ENOSPC,
				 "%s: %llu MB are free and %llu MB needed to "
				 "build a kernel: free some space, or set "
				 "XDG_CACHE_HOME to another folder",
				 tree->root, room >> 20, TREE_BYTES >> 20);
}

/* The objects are the repository's; what it lacks is fetched as it would. */
static int share_objects(const struct git_tree *tree, struct error *err)
{
	char path[PATH_MAX], config[PATH_MAX];
	FILE *file;

	if (join_path(path, "%s/.git/objects/info/alternates", tree->tree) ||
	    join_path(config, "%s/config", tree->common))
		return error_set(err, -ENAMETOOLONG, "%s: path too long",
				 tree->tree);
	file = fopen(path, "we");
	if (!file || fprintf(file, "%s/objects\n", tree->common) < 0 ||
	    fclose(file))
		return cache_write_error(err, -errno, path);
	if (git_ask(tree->tree, NULL, NULL,
		    (const char *const[]){ "config", "--file", config,
					   "--get-regexp",
					   "^remote\\..*\\.promisor$", NULL }))
		return 0;
	return git_ask(tree->tree, NULL, err,
		       (const char *const[]){ "config", "include.path", config,
					      NULL });
}

/*
 * A repository of its own that only borrows objects, not a worktree: no
 * attributes, filters, sparse patterns or hooks of the user's reach it, and
 * nothing is written to the user's.
 */
static int add_tree(struct git_tree *tree, kernel_note note, void *data,
		    struct error *err)
{
	int ret = make_folders(tree->root, 0777);

	if (ret)
		return cache_write_error(err, ret, tree->root);
	ret = check_space(tree, err);
	if (ret)
		return ret;
	if (note)
		note("making a worktree in the cache", data);
	remove_tree(tree->tree);
	ret = git_ask(tree->root, NULL, err,
		      (const char *const[]){ "init", "--quiet",
					     "--template=", "tree", NULL });
	return ret ? ret : share_objects(tree, err);
}

/* As the commit has it, byte by byte. */
static int check_out(struct git_tree *tree, const struct git_commit *commit,
		     kernel_note note, void *data, struct error *err)
{
	int ret = has_tree(tree) ? 0 : add_tree(tree, note, data, err);

	if (ret)
		return ret;
	remove_index_lock(tree);
	return git_ask(tree->tree, NULL, err,
		       (const char *const[]){ "-c", "core.autocrlf=false", "-c",
					      "core.eol=lf", "-c",
					      "core.attributesFile=/dev/null",
					      "-c", "core.sparseCheckout=false",
					      "checkout", "--quiet", "--force",
					      "--detach", commit->id, NULL });
}

/* --- what a kill left behind --- */

/*
 * A compiler that was killed leaves half an object, which make would take for
 * a finished one. A marker stands there during a build; when one is found,
 * what was not finished is removed.
 */
static int begin_build(const struct git_tree *tree, char marker[PATH_MAX],
		       struct error *err)
{
	int fd, ret;

	join_path(marker, "%s/building", tree->root);
	if (is_readable(marker)) {
		ret = kbuild_mend(tree->tree, tree->objects);
		if (ret)
			return cache_write_error(err, ret, tree->objects);
	}
	fd = open(marker, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return cache_write_error(err, -errno, marker);
	close(fd);
	return 0;
}

/* Without what tells it of invalidations there is no module to build. */
static bool has_module(const struct git_tree *tree)
{
	char config[PATH_MAX];

	join_path(config, "%s/.config", tree->objects);
	return !tree->fragments.count ||
	       fragment_has(config, "CONFIG_MMU_NOTIFIER=y");
}

static int find_module(const struct git_tree *tree, char module[PATH_MAX])
{
	int ret = join_path(module, "%s/module/build/mmgauge.ko", tree->root);

	return ret || is_readable(module) ? ret : -ENOENT;
}

static int build_module(struct git_tree *tree, const struct git_commit *commit,
			char module[PATH_MAX], struct error *err)
{
	char folder[PATH_MAX], name[64];
	int ret;

	*module = '\0';
	if (!has_module(tree))
		return 0;
	snprintf(name, sizeof(name), "git-%.12s", commit->id);
	join_path(folder, "%s/module", tree->root);
	ret = module_update(tree->objects, name, folder, tree->options, err);
	return ret ? ret : find_module(tree, module);
}

static int build_all(struct git_tree *tree, const struct git_commit *commit,
		     char module[PATH_MAX], struct error *err)
{
	int ret = git_make(
		tree, commit, NULL, err,
		(const char *const[]){ arch_boots_elf(tree->arch) ?
					       "vmlinux" :
					       arch_image_name(tree->arch),
				       "modules", NULL });

	return ret ? ret : build_module(tree, commit, module, err);
}

/* Where the module has all it is made from, it is the one that is there. */
static int build_narrow(struct git_tree *tree, const struct git_commit *commit,
			struct git_narrow *narrow, char module[PATH_MAX],
			struct error *err)
{
	int ret = git_narrow_begin(tree, narrow, err);

	if (!ret)
		ret = git_make(tree, commit, narrow->makefile, err,
			       (const char *const[]){ "vmlinux", NULL });
	if (ret)
		return ret;
	if (git_narrow_moved(tree, narrow) || find_module(tree, module))
		return build_all(tree, commit, module, err);
	return 0;
}

int git_tree_build(struct git_tree *tree, const struct git_commit *commit,
		   char module[PATH_MAX], kernel_note note, void *data,
		   struct error *err)
{
	struct git_narrow narrow;
	char marker[PATH_MAX];
	bool few;
	int ret = check_out(tree, commit, note, data, err);

	if (!ret)
		ret = begin_build(tree, marker, err);
	if (!ret)
		ret = git_configure(tree, commit, err);
	if (ret)
		return ret;
	if (note) {
		char text[256];

		snprintf(text, sizeof(text), "building %.12s %s", commit->id,
			 commit->title);
		note(text, data);
	}
	few = git_narrow_find(tree, commit, &narrow);
	git_narrow_note(tree, NULL);
	ret = few ? build_narrow(tree, commit, &narrow, module, err) :
		    build_all(tree, commit, module, err);
	if (!ret)
		git_narrow_note(tree, commit);
	/* Interrupted ones were killed; failed ones ended as make wants. */
	if (ret != -EINTR)
		unlink(marker);
	return ret;
}
