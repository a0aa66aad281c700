// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "git_repo.h"
#include "runners/base/process.h"
#include "results/base/utf8.h"

#define GIT_SECONDS 600
#define ARGUMENTS 32
#define OUTPUT_MAX (1 << 20) /* of process_run() */

#define FORMAT "--format=%H%x09%s"

/* "fatal: not a git repository (or any ...)" without the first word. */
static void git_reason(const char *errors, char *reason, size_t size)
{
	static const char *const prefixes[] = { "fatal: ", "error: " };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		const char *found = strstr(errors, prefixes[i]);

		if (found) {
			errors = found + strlen(prefixes[i]);
			break;
		}
	}
	snprintf(reason, size, "%.*s", (int)strcspn(errors, "\n"), errors);
}

static int run_git(const char *const *argv, const char *repo, char **text,
		   struct error *err)
{
	struct process_result result;
	char reason[400];
	int status = process_run(argv, NULL, GIT_SECONDS, &result);

	if (status == -ENOENT)
		return error_set(err, status,
				 "git: not installed: run: sudo apt-get "
				 "install git");
	if (status)
		return error_set(err, status, "git: %s", strerror(-status));
	if (result.status) {
		git_reason(result.errors, reason, sizeof(reason));
		process_result_free(&result);
		return error_set(err, -EIO, "%s: git: %s", repo, reason);
	}
	if (text) {
		size_t length = strlen(result.output);

		if (length && result.output[length - 1] == '\n')
			result.output[length - 1] = '\0';
		*text = strdup(result.output);
	}
	process_result_free(&result);
	return text && !*text ? error_set(err, -ENOMEM, "git: out of memory") :
				0;
}

int git_ask(const char *repo, char **text, struct error *err,
	    const char *const *arguments)
{
	const char *argv[ARGUMENTS] = { "git", "-C", repo };
	size_t count = 3;

	while (*arguments && count < ARGUMENTS - 1)
		argv[count++] = *arguments++;
	return run_git(argv, repo, text, err);
}

/* "ID<tab>TITLE" */
static bool parse_commit(const char *line, struct git_commit *commit)
{
	const char *tab = strchr(line, '\t');

	if (!tab || tab - line != GIT_ID - 1)
		return false;
	snprintf(commit->id, sizeof(commit->id), "%.*s", GIT_ID - 1, line);
	utf8_copy(commit->title, sizeof(commit->title), tab + 1);
	return true;
}

int git_resolve(const char *repo, const char *rev, struct git_commit *commit,
		struct error *err)
{
	char name[512], *text;
	int status;

	snprintf(name, sizeof(name), "%s^{commit}", rev);
	/* --end-of-options: a REV that looks like an option is none. */
	status = git_ask(repo, &text, err,
			 (const char *const[]){ "log", "-1", FORMAT,
						"--end-of-options", name,
						NULL });
	if (status == -EIO)
		return error_set(err, -ENOENT,
				 "%s: no commit '%s': name one that `git log` "
				 "knows there, or give its tree with --repo",
				 repo, rev);
	if (status)
		return status;
	if (!parse_commit(text, commit))
		status = error_set(err, -EPROTO, "%s: git log: not understood",
				   repo);
	free(text);
	return status;
}

int git_range(const char *repo, const char *range, struct git_commit **commits,
	      size_t *count, struct error *err)
{
	char *text, *line, *rest;
	size_t lines = 1;
	int status;

	*commits = NULL;
	*count = 0;
	status = git_ask(repo, &text, err,
			 (const char *const[]){
				 "log", "--reverse", "--first-parent", FORMAT,
				 "--end-of-options", range, NULL });
	if (status == -EIO)
		return error_set(err, -ENOENT,
				 "%s: no range '%s': give A..B with commits "
				 "that `git log` knows there",
				 repo, range);
	if (status)
		return status;
	if (strlen(text) >= OUTPUT_MAX - 1) {
		free(text);
		return error_set(err, -E2BIG,
				 "%s: too many commits: give a narrower range",
				 range);
	}
	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	*commits = calloc(lines, sizeof(**commits));
	rest = text;
	while (*commits && (line = strsep(&rest, "\n")))
		if (parse_commit(line, &(*commits)[*count]))
			++*count;
	free(text);
	return *commits ? 0 : error_set(err, -ENOMEM, "git: out of memory");
}

int git_common_folder(const char *repo, char folder[PATH_MAX],
		      struct error *err)
{
	char *text;
	int status = git_ask(repo, &text, err,
			     (const char *const[]){ "rev-parse",
						    "--path-format=absolute",
						    "--git-common-dir", NULL });

	if (status)
		return status;
	status = join_path(folder, "%s", text);
	free(text);
	return status ? error_set(err, status, "%s: path too long", repo) : 0;
}

/* The files' states are in the index: a copy of it saves hashing them all. */
static int copy_index(const char *repo, const char *to, struct error *err)
{
	const char *argv[] = { "cp", NULL, to, NULL };
	struct process_result result;
	char *index;
	int status = git_ask(
		repo, &index, err,
		(const char *const[]){ "rev-parse", "--path-format=absolute",
				       "--git-path", "index", NULL });

	if (status)
		return status;
	argv[1] = index;
	status = process_run(argv, NULL, GIT_SECONDS, &result);
	if (!status) {
		if (result.status)
			status = error_set(err, -EIO,
					   "%s: cannot be copied: check the "
					   "repository",
					   index);
		process_result_free(&result);
	}
	free(index);
	return status;
}

/* git with an index of its own; fixed dates, so that names repeat. */
static int ask_aside(const char *repo, const char *index, char **text,
		     struct error *err, const char *const *arguments)
{
	char variable[PATH_MAX + 32];
	const char *argv[ARGUMENTS] = { "env",
					variable,
					"GIT_AUTHOR_NAME=mmgauge",
					"GIT_AUTHOR_EMAIL=mmgauge",
					"GIT_COMMITTER_NAME=mmgauge",
					"GIT_COMMITTER_EMAIL=mmgauge",
					"GIT_AUTHOR_DATE=@0 +0000",
					"GIT_COMMITTER_DATE=@0 +0000",
					"git",
					"-C",
					repo };
	size_t count = 11;

	snprintf(variable, sizeof(variable), "GIT_INDEX_FILE=%s", index);
	while (*arguments && count < ARGUMENTS - 1)
		argv[count++] = *arguments++;
	return run_git(argv, repo, text, err);
}

static int commit_tree(const char *repo, const char *index,
		       const struct git_commit *head, struct git_commit *commit,
		       struct error *err)
{
	char *tree = NULL, *id = NULL;
	int status = ask_aside(repo, index, NULL, err,
			       (const char *const[]){ "add", "--all", NULL });

	if (!status)
		status = ask_aside(repo, index, &tree, err,
				   (const char *const[]){ "write-tree", NULL });
	if (!status)
		status = ask_aside(repo, index, &id, err,
				   (const char *const[]){
					   "commit-tree", tree, "-p", head->id,
					   "-m", "the working tree", NULL });
	if (!status)
		status = git_resolve(repo, id, commit, err);
	free(tree);
	free(id);
	return status;
}

int git_snapshot(const char *repo, struct git_commit *commit, bool *changed,
		 struct error *err)
{
	struct git_commit head;
	struct scratch scratch;
	char index[PATH_MAX];
	int status = git_resolve(repo, "HEAD", &head, err);

	if (status)
		return status;
	status = scratch_open(&scratch, err);
	if (status)
		return status;
	join_path(index, "%s/index", scratch.path);
	status = copy_index(repo, index, err);
	if (!status)
		status = commit_tree(repo, index, &head, commit, err);
	scratch_close(&scratch);
	if (status)
		return status;
	*changed = git_ask(repo, NULL, NULL,
			   (const char *const[]){ "diff", "--quiet", head.id,
						  commit->id, NULL }) != 0;
	if (!*changed)
		*commit = head;
	return 0;
}
