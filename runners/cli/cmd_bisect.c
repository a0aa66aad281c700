// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runners/many/bisect_search.h"
#include "runners/vm/git.h"
#include "runners/vm/kbuild.h"
#include "bisect_metric.h"
#include "bisect_print.h"
#include "bisect_tell.h"
#include "commands.h"
#include "signals.h"

/* What `git bisect run` takes for "cannot be tested", and for "stop". */
#define EXIT_SKIP 125
#define EXIT_ABORT 128

#define AT(field) offsetof(struct bisect_options, field)

static const struct option_row rows[] = {
	{
		.name = "repo",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "the git tree of Linux (the current folder)",
		.offset = AT(repo),
	},
	{
		.name = "good",
		.kind = OPTION_TEXT,
		.argument = "REV",
		.help = "a commit before the change",
		.offset = AT(good),
	},
	{
		.name = "bad",
		.kind = OPTION_TEXT,
		.argument = "REV",
		.help = "a commit after the change (HEAD)",
		.offset = AT(bad),
	},
	{
		.name = "case",
		.kind = OPTION_TEXT,
		.argument = "NAME",
		.help = "what became slower",
		.offset = AT(name),
	},
	OPTION_ARCH(AT(arch)),
	OPTION_CONFIG(AT(config)),
	OPTION_KBUILD(AT(kbuild)),
	{
		.name = "parameter",
		.letter = 'p',
		.kind = OPTION_LIST,
		.argument = "AXIS=V",
		.help = "the value on an axis, until one cell is left",
		.offset = AT(parameters),
	},
	{
		.name = "metric",
		.kind = OPTION_TEXT,
		.argument = "NAME",
		.help = "which metric, or exact fact (the case's first metric)",
		.offset = AT(metric),
	},
	{
		.name = "threshold",
		.kind = OPTION_PERCENT,
		.argument = "P%",
		.help = "bad is slower than good by more (half of what bad is)",
		.offset = AT(threshold),
	},
	{
		.name = "clock",
		.kind = OPTION_CHOICE,
		.argument = "KIND",
		.help = "instructions: a boot a step; wall: as many as it "
			"takes (instructions)",
		.offset = AT(clock),
		.choices = "wall|instructions",
	},
	{
		.name = "test",
		.kind = OPTION_FLAG,
		.help = "only hold HEAD against --good, with the exit code "
			"that `git bisect run` wants: 0 good, 1 bad, 125 "
			"skip, 128 stop",
		.offset = AT(test),
	},
	{
		.name = "dry-run",
		.kind = OPTION_FLAG,
		.help = "print the cell, what time and disk both ends would "
			"take, and how many steps there are; build nothing",
		.offset = AT(dry_run),
	},
	{
		.name = "format",
		.kind = OPTION_CHOICE,
		.argument = "KIND",
		.help = "text; or mail, to write to a list with: plain text of "
			"75 columns",
		.offset = AT(format),
		.choices = "text|mail",
	},
	{ 0 },
};

static int narrow_down(struct search *search, struct bisect *bisect)
{
	unsigned int steps = 0;
	size_t commit;
	int ret = 0;

	while (!ret && bisect_next(bisect, &commit)) {
		const struct git_commit *tested = &search->commits[commit];
		enum bisect_mark mark = BISECT_UNKNOWN;
		char reason[512] = "no such metric";

		fprintf(stderr, "mmgauge: step %u, about %u to go: %.12s\n",
			++steps, bisect_steps_left(bisect) - 1, tested->id);
		ret = search_test(search, tested, &search->levels[commit],
				  &mark, reason);
		if (ret)
			break;
		bisect_mark(bisect, commit, mark);
		search_say(search, tested, search->levels[commit],
			   bisect_mark_name(mark));
		if (mark == BISECT_SKIP)
			fprintf(stderr, "mmgauge: skipped: %s\n", reason);
	}
	return ret;
}

static int find_first(struct search *search)
{
	struct bisect bisect;
	int ret = search_measure_ends(search);

	if (ret)
		return ret;
	if (bisect_init(&bisect, search->count))
		return error_set(search->err, -ENOMEM, "bisect: out of memory");
	ret = narrow_down(search, &bisect);
	if (!ret)
		ret = bisect_tell(search, &bisect);
	bisect_free(&bisect);
	return ret;
}

/* --test: HEAD alone. The threshold is the line, there is no bad end. */
static int test_head(struct search *search)
{
	struct git_commit head;
	enum bisect_mark mark;
	char reason[512] = "no such metric";
	double level;
	int ret = git_resolve(search->repo, "HEAD", &head, search->err);

	if (!ret)
		ret = search_measure_good(search);
	if (ret)
		return ret;
	ret = search_test(search, &head, &level, &mark, reason);
	if (ret)
		return ret;
	search_say(search, &head, level, bisect_mark_name(mark));
	return mark == BISECT_GOOD ? EXIT_FINE :
	       mark == BISECT_BAD  ? EXIT_FOUND :
				     EXIT_SKIP;
}

/* Both ends by `mmgauge run`, and what comes between them. */
static int foretell(struct search *search)
{
	const struct git_commit *last = search->commits + search->count - 1;
	struct git_commit head;
	struct bisect bisect;
	char good[PATH_MAX], bad[PATH_MAX];
	int ret = search->options->test ? git_resolve(search->repo, "HEAD",
						      &head, search->err) :
					  0;

	if (!ret)
		ret = search_spec(search, &search->good, good);
	if (!ret)
		ret = search_spec(search, search->options->test ? &head : last,
				  bad);
	if (!ret)
		ret = subjects_foretell(good, bad, &search->arguments,
					search->err);
	if (ret || search->options->test)
		return ret;
	if (bisect_init(&bisect, search->count))
		return error_set(search->err, -ENOMEM, "bisect: out of memory");
	fprintf(stderr,
		"mmgauge: %zu commits: both ends, and about %u steps of a "
		"kernel each\n",
		search->count, bisect_steps_left(&bisect));
	bisect_free(&bisect);
	return 0;
}

/* The exit code, or a negative errno. */
static int search_all(struct search *search)
{
	int ret = search_prepare(search);

	if (ret)
		return ret;
	if (search->options->dry_run)
		return foretell(search);
	return search->options->test ? test_head(search) : find_first(search);
}

static int find_commits(struct search *search)
{
	const struct bisect_options *options = search->options;
	struct kbuild_options kbuild;
	char range[1024];
	int ret = kbuild_parse(&options->kbuild, &kbuild, search->err);

	if (ret)
		return ret;
	if (!options->good || !options->name)
		return error_set(search->err, -EINVAL,
				 "bisect: --good and --case are needed: see "
				 "`mmgauge bisect -h`");
	if (!realpath(options->repo ? options->repo : ".", search->repo))
		return error_set(search->err, -errno,
				 "--repo: %s: %s: give a git tree",
				 options->repo, strerror(errno));
	ret = git_resolve(search->repo, options->good, &search->good,
			  search->err);
	if (ret || options->test)
		return ret;
	snprintf(range, sizeof(range), "%s..%.400s", search->good.id,
		 options->bad ? options->bad : "HEAD");
	ret = git_range(search->repo, range, &search->commits, &search->count,
			search->err);
	if (!ret && !search->count)
		ret = error_set(search->err, -EINVAL,
				"%s: no commit in it: good must come before "
				"bad",
				range);
	if (ret)
		return ret;
	search->levels = malloc(search->count * sizeof(*search->levels));
	if (!search->levels)
		return error_set(search->err, -ENOMEM, "bisect: out of memory");
	for (size_t i = 0; i < search->count; i++)
		search->levels[i] = NAN;
	return 0;
}

static int run_command(void *data, int argc, char **argv)
{
	struct error err = { "" };
	struct search search = { .options = data, .err = &err };
	int ret;

	(void)argc;
	(void)argv;
	signals_catch();
	ret = find_commits(&search);
	if (!ret)
		ret = bisect_check_metric(search.options, &err);
	if (!ret)
		ret = scratch_open(&search.scratch, &err);
	if (!ret) {
		ret = search_all(&search);
		scratch_close(&search.scratch);
	}
	free(search.commits);
	free(search.levels);
	text_list_free(&search.arguments);
	if (ret >= 0)
		return ret;
	/* 2 would be a verdict: each commit that is left would be bad. */
	ret = command_error(&err);
	return search.options->test ? EXIT_ABORT : ret;
}

const struct command cmd_bisect = {
	.name = "bisect",
	.summary = "the first commit that made a case slower, or broke it",
	.arguments = "--good REV [--bad REV] --case NAME",
	.details =
		"Builds, boots and measures both ends, then the commit in the "
		"middle of what is left, and so on. A commit that does not "
		"build or boot is skipped, as git bisect does. On the exact "
		"clock one boot decides; on the wall clock a commit is booted "
		"until its medians fall on one side three more times than on "
		"the other, 15 times at most. Where --metric names an exact "
		"fact of the case (see `mmgauge list`), bad is another value "
		"than good's; where the cell of the bad end is invalid, failed "
		"or crashed, bad commits are those of which it is. With --test "
		"it is a script for `git bisect run`: a broken cell is bad, or "
		"skipped where --threshold or a metric says that costs are "
		"searched for.",
	.options = rows,
	.options_size = sizeof(struct bisect_options),
	.defaults = &(struct bisect_options){ 0 },
	.run = run_command,
};
