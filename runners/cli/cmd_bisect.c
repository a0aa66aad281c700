// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "runners/many/bisect_search.h"
#include "runners/many/explain.h"
#include "runners/vm/git.h"
#include "runners/vm/kbuild.h"
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
	{ 0 },
};

static const char *mark_name(enum bisect_mark mark)
{
	static const char *const names[] = { "untested", "good", "bad",
					     "skipped" };

	return names[mark];
}

static void print_row(const struct search *search,
		      const struct git_commit *commit, double level,
		      const char *mark)
{
	char change[64] = "", cost[64] = "-";

	if (isinf(level)) {
		snprintf(cost, sizeof(cost), "broken");
	} else if (!isnan(level)) {
		snprintf(cost, sizeof(cost), "%.9g", level);
		format_change(level / search->good_level, change,
			      sizeof(change));
	}
	printf("%.12s %14s %10s  %-8s %s\n", commit->id, cost, change, mark,
	       commit->title);
}

static void print_table(const struct search *search,
			const struct bisect *bisect)
{
	size_t first, last;

	bisect_suspects(bisect, &first, &last);
	printf("%-12s %14s %10s  %-8s %s\n", "COMMIT", search->unit, "CHANGE",
	       "VERDICT", "TITLE");
	print_row(search, &search->good, search->good_level, "good");
	for (size_t i = 0; i < search->count; i++)
		if (bisect->marks[i] != BISECT_UNKNOWN)
			print_row(search, &search->commits[i],
				  search->levels[i],
				  mark_name(bisect->marks[i]));
	if (first == last)
		printf("first bad commit: %s %s\n", search->commits[last].id,
		       search->commits[last].title);
	else
		printf("the first bad commit is one of these:\n");
	for (size_t i = first; first != last && i <= last; i++)
		printf("  %s %s\n", search->commits[i].id,
		       search->commits[i].title);
}

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
			   mark_name(mark));
		if (mark == BISECT_SKIP)
			fprintf(stderr, "mmgauge: skipped: %s\n", reason);
	}
	return ret;
}

/* The first bad commit and the one before, profiled; @first is the only one. */
static int explain_first(struct search *search, size_t first)
{
	const struct bisect_options *options = search->options;
	const struct git_commit *ends[] = {
		first ? &search->commits[first - 1] : &search->good,
		&search->commits[first],
	};
	const struct text_list none = { 0 };
	struct text_list arguments = { 0 }, cells = { 0 };
	char specs[2][PATH_MAX];
	const struct explain what = {
		.specs = { specs[0], specs[1] },
		.arguments = &arguments,
		.folder = search->scratch.path,
	};
	int ret = text_list_append(&cells, options->name);

	for (int i = 0; i < 2; i++)
		snprintf(specs[i], sizeof(specs[i]), GIT_PREFIX "%.4000s:%s",
			 search->repo, ends[i]->id);
	if (!ret)
		ret = subject_hand_on(&arguments, options->config,
				      &options->kbuild, &none);
	if (!ret)
		ret = subject_hand_on(&cells, NULL, &none,
				      &options->parameters);
	if (ret)
		error_set(search->err, ret, "why: out of memory");
	else
		ret = explain(&what, &cells, search->err);
	text_list_free(&cells);
	text_list_free(&arguments);
	return ret;
}

/* A reason why it cannot be told is no reason to fail. */
static int tell_why(struct search *search, const struct bisect *bisect)
{
	size_t first, last;
	int ret;

	bisect_suspects(bisect, &first, &last);
	if (first != last || !search_is_of_cost(search))
		return 0;
	ret = explain_first(search, first);
	if (ret == -EINTR)
		return ret;
	if (ret < 0)
		fprintf(stderr, "mmgauge: no why: %s\n", search->err->text);
	return 0;
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
	if (!ret) {
		print_table(search, &bisect);
		ret = tell_why(search, &bisect);
	}
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
	search_say(search, &head, level, mark_name(mark));
	return mark == BISECT_GOOD ? EXIT_FINE :
	       mark == BISECT_BAD  ? EXIT_FOUND :
				     EXIT_SKIP;
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
		ret = scratch_open(&search.scratch, &err);
	if (!ret) {
		ret = search_prepare(&search);
		if (!ret)
			ret = search.options->test ? test_head(&search) :
						     find_first(&search);
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
