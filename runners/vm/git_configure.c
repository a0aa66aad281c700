// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "git_make.h"
#include "results/base/folders.h"
#include "results/base/process.h"

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
	const char *argv[10 + FRAGMENTS_MAX] = {
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
	if (tree->arch_fragment)
		argv[count++] = tree->arch_fragment;
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

int git_configure(struct git_tree *tree, const struct git_commit *commit,
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
	ret = git_make(tree, commit, NULL, err,
		       (const char *const[]){ "tinyconfig", NULL });
	if (!ret)
		ret = merge_fragment(tree, err);
	if (!ret)
		ret = git_make(tree, commit, NULL, err,
			       (const char *const[]){ "olddefconfig", NULL });
	if (!ret)
		ret = check_fragments(tree, err);
	return ret ? ret :
		     write_stamp(stamp, commit->id, tree->choices_hash, err);
}
