// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/store/store.h"
#include "commands.h"
#include "results/compare/compare_output.h"
#include "signals.h"
#include "try_tell.h"
#include "runners/many/subject.h"
#include "runners/run/configuration.h"
#include "runners/run/suite.h"
#include "runners/vm/git.h"
#include "runners/vm/git_repo.h"

#define DEFAULT_SUITE "try"

#define AT(field) offsetof(struct try_options, field)

static const struct option_row rows[] = {
	{
		.name = "repo",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "the git tree of Linux to try (the current folder)",
		.offset = AT(repo),
	},
	{
		.name = "base",
		.kind = OPTION_TEXT,
		.argument = "REV",
		.help = "the commit to hold it against (HEAD)",
		.offset = AT(base),
	},
	OPTION_ARCH(AT(arch)),
	OPTION_CONFIG(AT(config)),
	OPTION_KBUILD(AT(kbuild)),
	{
		.name = "parameter",
		.letter = 'p',
		.kind = OPTION_LIST,
		.argument = "AXIS=V[,V...]",
		.help = "measure these values on an axis",
		.offset = AT(parameters),
	},
	{
		.name = "threshold",
		.kind = OPTION_TEXT,
		.argument = "P%",
		.help = "as of compare: what less than that is unchanged",
		.offset = AT(threshold),
	},
	{
		.name = "again",
		.kind = OPTION_FLAG,
		.help = "measure also what was measured before: the same kernel "
			"gives the same figures",
		.offset = AT(again),
	},
	{
		.name = "dry-run",
		.kind = OPTION_FLAG,
		.help = "print the cells, and what time and disk both kernels "
			"would take; build and measure nothing",
		.offset = AT(dry_run),
	},
	{
		.name = "format",
		.kind = OPTION_CHOICE,
		.help = "of the verdict (text)",
		.offset = AT(format),
		.forms = compare_format_names,
	},
	OPTION_JSON(AT(format)),
	{ 0 },
};

/* The two commits, in the order of compare. */
static int find_commits(const struct try_options *options, const char *repo,
			struct git_commit commits[2], struct error *err)
{
	bool changed;
	int ret = git_resolve(repo, options->base ? options->base : "HEAD",
			      &commits[0], err);

	if (!ret)
		ret = git_snapshot(repo, &commits[1], &changed, err);
	if (!ret && !strcmp(commits[0].id, commits[1].id))
		ret = error_set(err, -EINVAL,
				"%s: the working tree is the same as %.12s: "
				"change it, or name another --base",
				repo, commits[0].id);
	return ret;
}

/* Its spec is chosen. */
static int prepare(const struct git_commit *commit,
		   const struct kbuild_options *kbuild, struct subject *subject,
		   struct try_progress *progress, struct error *err)
{
	struct vm_kernel kernel;
	char id[128], folder[PATH_MAX];
	int ret;

	snprintf(subject->name, sizeof(subject->name), "%.12s", commit->id);
	ret = kernel_prepare(subject->spec, kbuild, &kernel, try_progress_note,
			     progress, err);
	if (!ret)
		ret = store_runs(folder, err);
	if (!ret)
		ret = store_new_id(kernel.name, id, sizeof(id), err);
	if (!ret)
		snprintf(subject->path, sizeof(subject->path),
			 "%.3800s/%s.json", folder, id);
	return ret;
}

/*
 * Few cells are profiled at once, so that work of another kind shows where there
 * is as much of it. Of a whole suite, which would take twice the time, those
 * that changed are, afterwards.
 */
static bool profiles_all(const struct try_options *options, int argc,
			 char **argv)
{
	struct suite suite;
	bool whole = !argc;

	if (argc == 1 && suite_is_path(argv[0])) {
		whole = true;
	} else if (argc == 1) {
		whole = !suite_load(argv[0], &suite, NULL);
		suite_free(&suite);
	}
	return !whole || options->parameters.count;
}

static int make_arguments(const struct try_options *options, int argc,
			  char **argv, struct text_list *arguments,
			  struct error *err)
{
	static const char *const head[] = { "--clock", "instructions", "--seed",
					    "1" };
	static const char *const suite[] = { DEFAULT_SUITE };
	int ret = text_list_append_all(arguments, NULL, head, 4);

	if (!ret && profiles_all(options, argc, argv))
		ret = text_list_append(arguments, "--profile");
	if (!ret && !options->again)
		ret = text_list_append(arguments, "--reuse");
	if (!ret)
		ret = subject_hand_on(arguments, options->config,
				      &options->kbuild, &options->parameters);
	if (!ret)
		ret = text_list_append_all(arguments, NULL,
					   argc ? (const char *const *)argv :
						  suite,
					   argc ? (size_t)argc : 1);
	return ret ? error_set(err, ret, "try: out of memory") : 0;
}

/* Before anything is built. */
static int check(const struct try_options *options, int argc, char **argv,
		 const char *repo, struct error *err)
{
	struct text_list arguments = { 0 };
	char spec[PATH_MAX];
	int ret = make_arguments(options, argc, argv, &arguments, err);

	if (!ret)
		ret = git_spec(spec, sizeof(spec), repo, "HEAD",
			       arch_chosen(options->arch), err);
	if (!ret)
		ret = subject_check(spec, &arguments, err);
	text_list_free(&arguments);
	return ret;
}

static int measure(struct subject subjects[2],
		   const struct try_options *options, int argc, char **argv,
		   struct try_progress *progress, struct error *err)
{
	struct text_list arguments = { 0 };
	struct subject_plan plan = { &arguments,
				     subjects_at_once("instructions"),
				     try_progress_watch };
	int ret = make_arguments(options, argc, argv, &arguments, err);

	if (!ret)
		ret = subjects_measure(subjects, 2, &plan, NULL, progress, err);
	text_list_free(&arguments);
	for (int i = 0; i < 2 && !ret; i++)
		if (subjects[i].state == SUBJECT_SKIPPED)
			ret = error_set(err, -EIO, "%s: %s", subjects[i].name,
					subjects[i].reason);
	return ret;
}

/* What both are, in the order of compare; builds nothing. */
static int find_both(const struct try_options *options, int argc, char **argv,
		     struct git_commit commits[2],
		     struct kbuild_options *kbuild, struct subject subjects[2],
		     struct error *err)
{
	struct configuration configuration;
	char repo[PATH_MAX];
	int ret;

	if (!realpath(options->repo ? options->repo : ".", repo))
		return error_set(err, -errno, "--repo: %s: %s: give a git tree",
				 options->repo, strerror(errno));
	ret = kbuild_parse(&options->kbuild, kbuild, err);
	if (!ret)
		ret = configuration_parse(options->config, &configuration, err);
	if (!ret)
		ret = configuration_kbuild(&configuration, kbuild, err);
	if (!ret)
		ret = find_commits(options, repo, commits, err);
	if (!ret)
		ret = check(options, argc, argv, repo, err);
	for (int i = 0; i < 2 && !ret; i++)
		ret = git_spec(subjects[i].spec,
			       sizeof(((struct vm_kernel *)0)->spec), repo,
			       commits[i].id, arch_chosen(options->arch), err);
	return ret;
}

static int foretell(const struct try_options *options, int argc, char **argv,
		    struct error *err)
{
	struct subject subjects[2] = { 0 };
	struct text_list arguments = { 0 };
	struct kbuild_options kbuild;
	struct git_commit commits[2];
	int ret =
		find_both(options, argc, argv, commits, &kbuild, subjects, err);

	if (ret)
		return ret;
	ret = make_arguments(options, argc, argv, &arguments, err);
	if (!ret)
		ret = subjects_foretell(subjects[0].spec, subjects[1].spec,
					&arguments, err);
	text_list_free(&arguments);
	return ret;
}

static int prepare_both(const struct try_options *options, int argc,
			char **argv, struct subject subjects[2],
			struct try_progress *progress, struct error *err)
{
	struct kbuild_options kbuild;
	struct git_commit commits[2];
	int ret =
		find_both(options, argc, argv, commits, &kbuild, subjects, err);

	if (ret)
		return ret;
	try_progress_done(progress, "the working tree as a commit", "commit");
	ret = prepare(&commits[0], &kbuild, &subjects[0], progress, err);
	if (ret)
		return ret;
	try_progress_done(progress, "the base's kernel", "base");
	ret = prepare(&commits[1], &kbuild, &subjects[1], progress, err);
	if (!ret)
		try_progress_done(progress, "the working tree's kernel",
				  "tree");
	return ret;
}

static int try(const struct try_options *options, int argc, char **argv,
	       struct error *err)
{
	struct subject subjects[2] = { 0 };
	struct try_progress progress;
	int ret;

	if (options->dry_run)
		return foretell(options, argc, argv, err);
	try_progress_begin(&progress, subjects);
	ret = prepare_both(options, argc, argv, subjects, &progress, err);
	if (!ret)
		ret = measure(subjects, options, argc, argv, &progress, err);
	try_progress_clear(&progress);
	if (ret)
		return ret;
	try_progress_done(&progress, "all cells of both", "cells");
	ret = try_tell(subjects, options, profiles_all(options, argc, argv),
		       argc, argv, &progress, err);
	try_progress_done(&progress, "what changed and why", "why");
	try_progress_end(&progress);
	return ret;
}

static int run_command(void *data, int argc, char **argv)
{
	struct error err = { "" };
	int ret;

	signals_catch();
	ret = try(data, argc, argv, &err);
	return ret < 0 ? command_error(&err) : ret;
}

const struct command cmd_try = {
	.name = "try",
	.summary = "the working tree of a kernel against its base",
	.arguments = "[SUITE.json|NAME|GLOB...]",
	.details =
		"Builds the tree as it stands, uncommitted changes and new "
		"files included, and the commit it stands on; boots both on the "
		"exact clock, measures the suite (try when none is named) and "
		"prints what changed, as `mmgauge compare` does. The cells that "
		"changed most are profiled with calls, in one more boot of "
		"both, and taken apart as `mmgauge why` does. Cells that are "
		"named are profiled at once: work of another kind shows then, "
		"where there is as much of it. What was measured before, the "
		"base above all, is not measured again. Nothing in the "
		"tree is touched: the builds are in the cache, and only what "
		"changed since the last one is compiled.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct try_options),
	.defaults = &(struct try_options){ 0 },
	.run = run_command,
};
