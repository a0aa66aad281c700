// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "git_repo.h"
#include "results/base/process.h"
#include "results/base/utf8.h"
#include "runners/base/distribution.h"

#define GIT_SECONDS 600
#define ARGUMENTS 48
#define OUTPUT_MAX (1 << 20) /* of process_run() */

#define FORMAT "--format=%H%x09%s"

/*
 * git runs hooks, and what `git bisect run` starts, with variables that name
 * the repository, its index and its worktree: --repo is stronger. How to reach
 * a server that has what a partial clone lacks is kept.
 */
static const char *const dropped[] = { "GIT_*", NULL };
static const char *const kept[] = {
	"GIT_SSH",	     "GIT_SSH_*",	    "GIT_ASKPASS",
	"GIT_PROXY_*",	     "GIT_SSL_*",	    "GIT_CONFIG_GLOBAL",
	"GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", NULL,
};

/* What a user's configuration may say that would change or fail an answer. */
static const char *const plain[] = {
	"git",
	"--no-replace-objects",
	"--no-pager",
	"-c",
	"core.hooksPath=/dev/null",
	"-c",
	"core.fsmonitor=false",
	"-c",
	"core.safecrlf=false",
	"-c",
	"log.showSignature=false",
	"-c",
	"i18n.logOutputEncoding=UTF-8",
	"-c",
	"i18n.commitEncoding=UTF-8",
	"-c",
	"submodule.recurse=false",
	"-c",
	"gc.auto=0",
	"-C",
};

/*
 * "fatal: detected dubious ownership in repository at ..." without the first
 * word, and with the command that git advises, which stands alone in a line.
 */
static void git_reason(const char *errors, char *reason, size_t size)
{
	static const char *const prefixes[] = { "fatal: ", "error: " };
	const char *advice = strstr(errors, "\n\tgit ");
	int length;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		const char *found = strstr(errors, prefixes[i]);

		if (found) {
			errors = found + strlen(prefixes[i]);
			break;
		}
	}
	length = (int)strcspn(errors, "\n");
	if (advice)
		snprintf(reason, size, "%.*s: run: %.*s", length, errors,
			 (int)strcspn(advice + 2, "\n"), advice + 2);
	else if (strstr(errors, "not a git repository"))
		snprintf(reason, size,
			 "%.*s: give the kernel's git tree with --repo", length,
			 errors);
	else
		snprintf(reason, size, "%.*s", length, errors);
}

/* Does git say that there is no such commit, not that it cannot answer? */
static bool is_unknown(const char *errors)
{
	static const char *const signs[] = { "unknown revision", "bad revision",
					     "ambiguous argument" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(errors, signs[i]))
			return true;
	return false;
}

static int run_git(const struct process_spec *spec, const char *repo,
		   char **text, struct error *err)
{
	struct process_result result;
	char reason[800], command[64];
	int ret = process_capture(spec, GIT_SECONDS, &result);

	if (ret == -ENOENT)
		return error_set(
			err, -ENOPKG, "git: not installed: run: %s",
			install_command("git", command, sizeof(command)));
	if (ret)
		return error_set(err, ret, "git: %s", strerror(-ret));
	if (result.status) {
		ret = is_unknown(result.errors) ? -ENOENT : -EIO;
		git_reason(result.errors, reason, sizeof(reason));
		process_result_free(&result);
		return error_set(err, ret, "%s: git: %s", repo, reason);
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

/* With variables of its own, @set. */
static int ask_with(const char *const *set, const char *repo, char **text,
		    struct error *err, const char *const *arguments)
{
	const struct environment environment = { dropped, kept, set };
	const char *argv[ARGUMENTS];
	const struct process_spec spec = { .argv = argv,
					   .environment = &environment };
	size_t count = sizeof(plain) / sizeof(plain[0]);

	memcpy(argv, plain, sizeof(plain));
	argv[count++] = repo;
	while (*arguments && count < ARGUMENTS - 1)
		argv[count++] = *arguments++;
	argv[count] = NULL;
	return run_git(&spec, repo, text, err);
}

int git_ask(const char *repo, char **text, struct error *err,
	    const char *const *arguments)
{
	/* What a checkout is to be is said by the commit alone. */
	return ask_with((const char *const[]){ "GIT_ATTR_NOSYSTEM=1", NULL },
			repo, text, err, arguments);
}

/* "ID<tab>TITLE" */
static bool parse_commit(const char *line, struct git_commit *commit)
{
	const char *tab = strchr(line, '\t');

	/* It becomes part of paths. */
	if (!tab || tab - line != GIT_ID - 1 ||
	    strspn(line, "0123456789abcdef") != GIT_ID - 1)
		return false;
	snprintf(commit->id, sizeof(commit->id), "%.*s", GIT_ID - 1, line);
	utf8_copy(commit->title, sizeof(commit->title), tab + 1);
	return true;
}

int git_resolve(const char *repo, const char *rev, struct git_commit *commit,
		struct error *err)
{
	char name[512], *text;
	int ret;

	snprintf(name, sizeof(name), "%s^{commit}", rev);
	/* --end-of-options: a REV that looks like an option is none. */
	ret = git_ask(repo, &text, err,
		      (const char *const[]){ "log", "-1", FORMAT,
					     "--end-of-options", name, NULL });
	if (ret == -ENOENT)
		return error_set(err, -ENOENT,
				 "%s: no commit '%s': name one that `git log` "
				 "knows there, or give its tree with --repo",
				 repo, rev);
	if (ret)
		return ret;
	if (!parse_commit(text, commit))
		ret = error_set(err, -EPROTO, "%s: git log: not understood",
				repo);
	free(text);
	return ret;
}

int git_commits(char *text, const char *repo, struct git_commit **commits,
		size_t *count, struct error *err)
{
	char *line, *rest = text;
	size_t lines = 1;
	int ret = 0;

	*count = 0;
	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	*commits = calloc(lines, sizeof(**commits));
	if (!*commits)
		return error_set(err, -ENOMEM, "git: out of memory");
	while (!ret && (line = strsep(&rest, "\n")) && *line)
		if (!parse_commit(line, &(*commits)[(*count)++]))
			ret = error_set(err, -EPROTO,
					"%s: git log: not understood: %.60s",
					repo, line);
	if (ret) {
		free(*commits);
		*commits = NULL;
	}
	return ret;
}

int git_range(const char *repo, const char *range, struct git_commit **commits,
	      size_t *count, struct error *err)
{
	char *text;
	int ret;

	*commits = NULL;
	*count = 0;
	ret = git_ask(repo, &text, err,
		      (const char *const[]){ "log", "--reverse",
					     "--first-parent", FORMAT,
					     "--end-of-options", range, NULL });
	if (ret == -ENOENT)
		return error_set(err, -ENOENT,
				 "%s: no range '%s': give A..B with commits "
				 "that `git log` knows there",
				 repo, range);
	if (ret)
		return ret;
	if (strlen(text) >= OUTPUT_MAX - 1) {
		free(text);
		return error_set(err, -E2BIG,
				 "%s: too many commits: give a narrower range",
				 range);
	}
	ret = git_commits(text, repo, commits, count, err);
	free(text);
	return ret;
}

int git_common_folder(const char *repo, char folder[PATH_MAX],
		      struct error *err)
{
	char *text;
	int ret = git_ask(repo, &text, err,
			  (const char *const[]){ "rev-parse",
						 "--path-format=absolute",
						 "--git-common-dir", NULL });

	if (ret)
		return ret;
	ret = join_path(folder, "%s", text);
	free(text);
	return ret ? error_set(err, ret, "%s: path too long", repo) : 0;
}

/* The files' states are in the index: a copy of it saves hashing them all. */
static int copy_index(const char *repo, const char *to, struct error *err)
{
	const char *argv[] = { "cp", NULL, to, NULL };
	struct process_result result;
	char *index;
	int ret = git_ask(repo, &index, err,
			  (const char *const[]){ "rev-parse",
						 "--path-format=absolute",
						 "--git-path", "index", NULL });

	if (ret)
		return ret;
	argv[1] = index;
	ret = process_run(argv, NULL, GIT_SECONDS, &result);
	if (!ret) {
		if (result.status)
			ret = error_set(err, -EIO,
					"%s: cannot be copied: check the "
					"repository",
					index);
		process_result_free(&result);
	}
	free(index);
	return ret;
}

/* git with an index of its own; fixed dates, so that names repeat. */
static int ask_aside(const char *repo, const char *index, char **text,
		     struct error *err, const char *const *arguments)
{
	char variable[PATH_MAX + 32];
	const char *const set[] = { variable,
				    "GIT_AUTHOR_NAME=mmgauge",
				    "GIT_AUTHOR_EMAIL=mmgauge",
				    "GIT_COMMITTER_NAME=mmgauge",
				    "GIT_COMMITTER_EMAIL=mmgauge",
				    "GIT_AUTHOR_DATE=@0 +0000",
				    "GIT_COMMITTER_DATE=@0 +0000",
				    NULL };

	snprintf(variable, sizeof(variable), "GIT_INDEX_FILE=%s", index);
	return ask_with(set, repo, text, err, arguments);
}

static int commit_tree(const char *repo, const char *index,
		       const struct git_commit *head, struct git_commit *commit,
		       struct error *err)
{
	char *tree = NULL, *id = NULL;
	int ret = ask_aside(repo, index, NULL, err,
			    (const char *const[]){ "add", "--all", NULL });

	if (!ret)
		ret = ask_aside(repo, index, &tree, err,
				(const char *const[]){ "write-tree", NULL });
	if (!ret)
		ret = ask_aside(repo, index, &id, err,
				(const char *const[]){
					"commit-tree", tree, "-p", head->id,
					"-m", "the working tree", NULL });
	if (!ret)
		ret = git_resolve(repo, id, commit, err);
	free(tree);
	free(id);
	return ret;
}

int git_snapshot(const char *repo, struct git_commit *commit, bool *changed,
		 struct error *err)
{
	struct git_commit head;
	struct scratch scratch;
	char index[PATH_MAX];
	int ret = git_resolve(repo, "HEAD", &head, err);

	if (ret)
		return ret;
	ret = scratch_open(&scratch, err);
	if (ret)
		return ret;
	join_path(index, "%s/index", scratch.path);
	ret = copy_index(repo, index, err);
	if (!ret)
		ret = commit_tree(repo, index, &head, commit, err);
	scratch_close(&scratch);
	if (ret)
		return ret;
	*changed = git_ask(repo, NULL, NULL,
			   (const char *const[]){ "diff", "--quiet", head.id,
						  commit->id, NULL }) != 0;
	if (!*changed)
		*commit = head;
	return 0;
}
