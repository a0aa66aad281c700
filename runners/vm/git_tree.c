// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cache.h"
#include "git_tree.h"
#include "module.h"
#include "runners/base/process.h"

#define BUILD_SECONDS (4 * 3600)

/* No file is written for longer than that, on the slowest of machines. */
#define SUSPECT_SECONDS 300

/* A checked out tree and its objects. */
#define TREE_BYTES (4ull << 30)

int git_tree_open(struct git_tree *tree, const char *repo, struct error *err)
{
	char common[PATH_MAX], hash[SHA256_DIGEST_STRING_LENGTH], name[64];
	int status = git_common_folder(repo, common, err);

	if (status)
		return status;
	SHA256Data((const uint8_t *)common, strlen(common), hash);
	snprintf(name, sizeof(name), GIT_TREE_LOCK, hash);
	status = join_path(tree->repo, "%s", repo);
	if (!status)
		status = cache_path(tree->root, err, GIT_TREES "/%.16s", hash);
	if (!status)
		status = join_path(tree->tree, "%s/tree", tree->root);
	if (!status)
		status = join_path(tree->objects, "%s/objects", tree->root);
	if (status)
		return status;
	tree->lock = cache_lock(name, err);
	return tree->lock < 0 ? tree->lock : 0;
}

void git_tree_close(struct git_tree *tree)
{
	close(tree->lock);
}

/* The line of make's output that says what went wrong. */
static void first_error(const char *log, char *line, size_t size)
{
	static const char *const signs[] = { "error: ", "undefined reference",
					     "ERROR: ", "*** " };
	const char *at = NULL;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]) && !at; i++)
		at = strstr(log, signs[i]);
	while (at && at > log && at[-1] != '\n')
		at--;
	snprintf(line, size, "%.*s", at ? (int)strcspn(at, "\n") : 0,
		 at ? at : "");
}

static int report_failure(const struct git_tree *tree,
			  const struct git_commit *commit,
			  const struct process_result *result,
			  struct error *err)
{
	char path[PATH_MAX], draft[PATH_MAX], line[400];
	FILE *log;

	first_error(result->errors, line, sizeof(line));
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
	const char *argv[24] = { "make", "-s", jobs, "-C", tree->tree, output,
				 /* The same commit is the same kernel. */
				 "KBUILD_BUILD_TIMESTAMP=2020-01-01",
				 "KBUILD_BUILD_VERSION=1",
				 "KBUILD_BUILD_USER=mmgauge",
				 "KBUILD_BUILD_HOST=mmgauge" };
	struct process_result result;
	size_t count = 10;
	int status;

	snprintf(output, sizeof(output), "O=%s", tree->objects);
	snprintf(jobs, sizeof(jobs), "-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	while (*arguments)
		argv[count++] = *arguments++;
	/*
	 * Compilers outlive a make that is killed with us: what they inherit
	 * keeps the lock until the last of them has ended.
	 */
	fcntl(tree->lock, F_SETFD, 0);
	status = process_run(argv, NULL, BUILD_SECONDS, &result);
	fcntl(tree->lock, F_SETFD, FD_CLOEXEC);
	if (status)
		return error_set(err, status, "make: %s",
				 status == -EINTR  ? "interrupted" :
				 status == -ENOENT ? "not installed: run: sudo "
						     "apt-get install make" :
						     strerror(-status));
	if (result.status)
		status = report_failure(tree, commit, &result, err);
	process_result_free(&result);
	return status;
}

/* --- the worktree --- */

static bool has_tree(const struct git_tree *tree)
{
	char path[PATH_MAX];

	/* Without a .git of its own git would answer for a folder above. */
	return !join_path(path, "%s/.git", tree->tree) && is_readable(path) &&
	       !git_ask(tree->tree, NULL, NULL,
			(const char *const[]){ "rev-parse", "HEAD", NULL });
}

/* What a checkout that was killed left behind; ours is the lock that counts. */
static void remove_index_lock(const struct git_tree *tree)
{
	char *path;

	if (git_ask(tree->tree, &path, NULL,
		    (const char *const[]){ "rev-parse",
					   "--path-format=absolute",
					   "--git-path", "index.lock", NULL }))
		return;
	unlink(path);
	free(path);
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

static int add_tree(struct git_tree *tree, const struct git_commit *commit,
		    kernel_note note, void *data, struct error *err)
{
	int status = make_folders(tree->root);

	if (status)
		return cache_write_error(err, status, tree->root);
	status = check_space(tree, err);
	if (status)
		return status;
	if (note)
		note("making a worktree in the cache", data);
	remove_tree(tree->tree);
	git_ask(tree->repo, NULL, NULL,
		(const char *const[]){ "worktree", "prune", NULL });
	return git_ask(tree->repo, NULL, err,
		       (const char *const[]){ "worktree", "add", "--force",
					      "--no-checkout", "--detach",
					      tree->tree, commit->id, NULL });
}

static int check_out(struct git_tree *tree, const struct git_commit *commit,
		     kernel_note note, void *data, struct error *err)
{
	int status =
		has_tree(tree) ? 0 : add_tree(tree, commit, note, data, err);

	if (status)
		return status;
	remove_index_lock(tree);
	return git_ask(tree->tree, NULL, err,
		       (const char *const[]){ "checkout", "--quiet", "--force",
					      "--detach", commit->id, NULL });
}

/* --- what a kill left behind --- */

/* nftw() has no argument to pass. */
static time_t newest, suspect;

static int find_newest(const char *path, const struct stat *info, int type,
		       struct FTW *ftw)
{
	(void)path;
	(void)ftw;
	if (type == FTW_F && info->st_mtime > newest)
		newest = info->st_mtime;
	return 0;
}

static int remove_suspect(const char *path, const struct stat *info, int type,
			  struct FTW *ftw)
{
	(void)ftw;
	if (type == FTW_F && info->st_mtime >= suspect)
		unlink(path);
	return 0;
}

/*
 * A compiler that was killed leaves half an object, which make would take for
 * a finished one. A marker stands there during a build; when one is found,
 * what was written shortly before the end is removed. The end is when the
 * newest file was written.
 */
static int begin_build(const struct git_tree *tree, char marker[PATH_MAX],
		       struct error *err)
{
	char stamp[PATH_MAX];
	struct stat info;
	int fd;

	join_path(marker, "%s/building", tree->root);
	if (!stat(marker, &info)) {
		newest = 0;
		nftw(tree->objects, find_newest, 16, FTW_PHYS);
		suspect = newest - SUSPECT_SECONDS;
		nftw(tree->objects, remove_suspect, 16, FTW_PHYS);
		/* The configuration may be among what was removed. */
		join_path(stamp, "%s/" GIT_TREE_STAMP, tree->root);
		unlink(stamp);
		unlink(marker);
	}
	fd = open(marker, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return cache_write_error(err, -errno, marker);
	close(fd);
	return 0;
}

/* --- the configuration --- */

/* "COMMIT FRAGMENT-HASH" of what objects/ is configured for. */
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
	const char *argv[] = { "sh", script, "-m", "-O",
			       NULL, config, NULL, NULL };
	struct process_result result;
	int status;

	join_path(script, "%s/scripts/kconfig/merge_config.sh", tree->tree);
	join_path(config, "%s/.config", tree->objects);
	argv[4] = tree->objects;
	argv[6] = tree->fragment;
	status = process_run(argv, tree->tree, 60, &result);
	if (status)
		return error_set(err, status, "%s: %s", script,
				 strerror(-status));
	if (result.status)
		status = error_set(err, -EIO,
				   "%s: failed: is this a tree of Linux?",
				   script);
	process_result_free(&result);
	return status;
}

/*
 * A configuration follows from the commit and the fragment alone, never from
 * what was built before; it is made anew when either says something new.
 */
static int configure(struct git_tree *tree, const struct git_commit *commit,
		     struct error *err)
{
	char stamp[PATH_MAX], before[GIT_ID], hash[65];
	int status;

	join_path(stamp, "%s/" GIT_TREE_STAMP, tree->root);
	read_stamp(stamp, before, hash);
	if (!strcmp(hash, tree->fragment_hash) &&
	    same_questions(tree, before, commit->id))
		return 0;
	unlink(stamp);
	status = make_folders(tree->objects);
	if (status)
		return cache_write_error(err, status, tree->objects);
	status = run_make(tree, commit, err,
			  (const char *const[]){ "tinyconfig", NULL });
	if (!status)
		status = merge_fragment(tree, err);
	if (!status)
		status =
			run_make(tree, commit, err,
				 (const char *const[]){ "olddefconfig", NULL });
	return status ?
		       status :
		       write_stamp(stamp, commit->id, tree->fragment_hash, err);
}

int git_tree_build(struct git_tree *tree, const struct git_commit *commit,
		   char module[PATH_MAX], kernel_note note, void *data,
		   struct error *err)
{
	char marker[PATH_MAX], folder[PATH_MAX], name[64];
	int status = check_out(tree, commit, note, data, err);

	if (!status)
		status = begin_build(tree, marker, err);
	if (!status)
		status = configure(tree, commit, err);
	if (status)
		return status;
	if (note) {
		char text[256];

		snprintf(text, sizeof(text), "building %.12s %s", commit->id,
			 commit->title);
		note(text, data);
	}
	status = run_make(tree, commit, err,
			  (const char *const[]){ "vmlinux", "modules", NULL });
	snprintf(name, sizeof(name), "git-%.12s", commit->id);
	join_path(folder, "%s/module", tree->root);
	if (!status)
		status = module_update(tree->objects, name, folder, err);
	/* Interrupted ones were killed; failed ones ended as make wants. */
	if (status != -EINTR)
		unlink(marker);
	return status ? status :
			join_path(module, "%s/build/mmgauge.ko", folder);
}
