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
#include "git_tree.h"
#include "kbuild.h"
#include "module.h"
#include "results/base/folders.h"
#include "results/base/process.h"

#define BUILD_SECONDS (4 * 3600)

/* A checked out tree and its objects. */
#define TREE_BYTES (4ull << 30)

int git_tree_open(struct git_tree *tree, const char *repo, struct error *err)
{
	char hash[SHA256_DIGEST_STRING_LENGTH], folder[32], name[64];
	int ret = git_common_folder(repo, tree->common, err);

	if (ret)
		return ret;
	SHA256Data((const uint8_t *)tree->common, strlen(tree->common), hash);
	/* Apart: make would do all again at each change between the two. */
	snprintf(folder, sizeof(folder), "%.16s%s", hash,
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

static int report_failure(const struct git_tree *tree,
			  const struct git_commit *commit,
			  const struct process_result *result,
			  struct error *err)
{
	char path[PATH_MAX], draft[PATH_MAX], line[400];
	FILE *log;

	kbuild_error(result->errors, line, sizeof(line));
	join_path(draft, "%s/log", tree->root);
	if (cache_path(path, err, "logs/git-%.12s.log", commit->id))
		return -EINVAL;
	log = fopen(draft, "we");
	if (log) {
		fprintf(log, "%s%s", result->output, result->errors);
		if (fclose(log) || cache_publish(draft, path, NULL))
			log = NULL;
	}
	return error_set(err, -ENOEXEC, "%.12s does not build: %s: see %s",
			 commit->id, *line ? line : "make failed",
			 log ? path : "what make says in its tree");
}

/* make in the tree, for at most seven words of @arguments. */
static int run_make(struct git_tree *tree, const struct git_commit *commit,
		    struct error *err, const char *const *arguments)
{
	char output[PATH_MAX + 2], jobs[16];
	const char *argv[20 + KBUILD_OPTIONS] = {
		"make", "-s", jobs, "-C", tree->tree, output,
		/* The same commit is the same kernel. */
		"KBUILD_BUILD_TIMESTAMP=2020-01-01", "KBUILD_BUILD_VERSION=1",
		"KBUILD_BUILD_USER=mmgauge", "KBUILD_BUILD_HOST=mmgauge"
	};
	/* A make that is killed leaves those that it started behind. */
	const struct process_spec spec = { .argv = argv,
					   .environment = &environment_build,
					   .death_signal = SIGTERM };
	struct process_result result;
	size_t count = 10;
	int ret;

	snprintf(output, sizeof(output), "O=%s", tree->objects);
	snprintf(jobs, sizeof(jobs), "-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	for (size_t i = 0; i < tree->options->count; i++)
		argv[count++] = tree->options->words[i];
	while (*arguments)
		argv[count++] = *arguments++;
	/*
	 * Compilers outlive a make that is killed with us: what they inherit
	 * keeps the lock until the last of them has ended.
	 */
	fcntl(tree->lock, F_SETFD, 0);
	ret = process_capture(&spec, BUILD_SECONDS, &result);
	fcntl(tree->lock, F_SETFD, FD_CLOEXEC);
	if (ret)
		return error_set(err, ret, "make: %s",
				 ret == -EINTR	? "interrupted" :
				 ret == -ENOENT ? "not installed: run: sudo "
						  "apt-get install make" :
						  strerror(-ret));
	if (result.status)
		ret = report_failure(tree, commit, &result, err);
	process_result_free(&result);
	return ret;
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

/* --- the configuration --- */

/* "COMMIT CHOICES-HASH" of what objects/ is configured for. */
static void read_stamp(const char *path, char commit[GIT_ID], char hash[65])
{
	FILE *file = fopen(path, "re");

	*commit = *hash = '\0';
	if (file && fscanf(file, "%40s %64s", commit, hash) != 2)
		*hash = '\0';
	if (file)
		fclose(file);
}

static int write_stamp(const char *path, const char *commit, const char *hash,
		       struct error *err)
{
	FILE *file = fopen(path, "we");

	if (!file || fprintf(file, "%s %s\n", commit, hash) < 0 || fclose(file))
		return cache_write_error(err, -errno, path);
	return 0;
}

/* Whether two commits ask the same questions and have the same defaults. */
static bool same_questions(const struct git_tree *tree, const char *before,
			   const char *now)
{
	return !git_ask(tree->tree, NULL, NULL,
			(const char *const[]){ "diff", "--quiet", before, now,
					       "--", ":(glob)**/Kconfig*",
					       "kernel/configs",
					       ":(glob)arch/*/configs/**",
					       "scripts/kconfig", NULL });
}

static int merge_fragment(const struct git_tree *tree, struct error *err)
{
	char config[PATH_MAX], script[PATH_MAX];
	const char *argv[9 + FRAGMENTS_MAX] = {
		"sh", script, "-m", "-O", tree->objects, config, tree->fragment,
	};
	const struct process_spec spec = { .argv = argv,
					   .folder = tree->tree,
					   .environment = &environment_build };
	struct process_result result;
	size_t count = 7;
	int ret;

	join_path(script, "%s/scripts/kconfig/merge_config.sh", tree->tree);
	join_path(config, "%s/.config", tree->objects);
	for (size_t i = 0; i < tree->fragments.count; i++)
		argv[count++] = tree->fragments.paths[i];
	argv[count] = tree->debug_fragment;
	ret = process_capture(&spec, 60, &result);
	if (ret)
		return error_set(err, ret, "%s: %s", script, strerror(-ret));
	if (result.status)
		ret = error_set(err, -EIO,
				"%s: failed: is this a tree of Linux?", script);
	process_result_free(&result);
	return ret;
}

static int check_fragments(const struct git_tree *tree, struct error *err)
{
	char config[PATH_MAX];
	int ret = 0;

	join_path(config, "%s/.config", tree->objects);
	for (size_t i = 0; i < tree->fragments.count && !ret; i++)
		ret = fragment_took(tree->fragments.paths[i], config, err);
	return ret;
}

/*
 * A configuration follows from the commit and the fragment alone, never from
 * what was built before; it is made anew when either says something new.
 */
static int configure(struct git_tree *tree, const struct git_commit *commit,
		     struct error *err)
{
	char stamp[PATH_MAX], before[GIT_ID], hash[65];
	int ret;

	join_path(stamp, "%s/" GIT_TREE_STAMP, tree->root);
	read_stamp(stamp, before, hash);
	if (!strcmp(hash, tree->choices_hash) &&
	    same_questions(tree, before, commit->id))
		return 0;
	unlink(stamp);
	ret = make_folders(tree->objects, 0777);
	if (ret)
		return cache_write_error(err, ret, tree->objects);
	ret = run_make(tree, commit, err,
		       (const char *const[]){ "tinyconfig", NULL });
	if (!ret)
		ret = merge_fragment(tree, err);
	if (!ret)
		ret = run_make(tree, commit, err,
			       (const char *const[]){ "olddefconfig", NULL });
	if (!ret)
		ret = check_fragments(tree, err);
	return ret ? ret :
		     write_stamp(stamp, commit->id, tree->choices_hash, err);
}

/* Without what tells it of invalidations there is no module to build. */
static bool has_module(const struct git_tree *tree)
{
	char config[PATH_MAX];

	join_path(config, "%s/.config", tree->objects);
	return !tree->fragments.count ||
	       fragment_has(config, "CONFIG_MMU_NOTIFIER=y");
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
	return ret ? ret : join_path(module, "%s/build/mmgauge.ko", folder);
}

int git_tree_build(struct git_tree *tree, const struct git_commit *commit,
		   char module[PATH_MAX], kernel_note note, void *data,
		   struct error *err)
{
	char marker[PATH_MAX];
	int ret = check_out(tree, commit, note, data, err);

	if (!ret)
		ret = begin_build(tree, marker, err);
	if (!ret)
		ret = configure(tree, commit, err);
	if (ret)
		return ret;
	if (note) {
		char text[256];

		snprintf(text, sizeof(text), "building %.12s %s", commit->id,
			 commit->title);
		note(text, data);
	}
	ret = run_make(tree, commit, err,
		       (const char *const[]){ "vmlinux", "modules", NULL });
	if (!ret)
		ret = build_module(tree, commit, module, err);
	/* Interrupted ones were killed; failed ones ended as make wants. */
	if (ret != -EINTR)
		unlink(marker);
	return ret;
}
