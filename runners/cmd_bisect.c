// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../results/format.h"
#include "bisect.h"
#include "commands.h"
#include "signals.h"
#include "subject.h"
#include "vm/cache.h"
#include "vm/git.h"
#include "vm/git_repo.h"

#define ARGUMENTS 48

/* What `git bisect run` takes for "cannot be tested". */
#define EXIT_SKIP 125

/* Smaller differences are none, on the exact clock and without --threshold. */
#define SMALLEST 0.001

struct bisect_options {
	const char *repo;
	const char *good;
	const char *bad;
	const char *name;
	struct text_list parameters;
	const char *metric;
	double threshold;
	const char *clock;
	bool test;
};

#define AT(field) offsetof(struct bisect_options, field)

static const struct option_row rows[] = {
	{ "repo", 0, OPTION_TEXT, "DIR",
	  "the git tree of Linux (the current folder)", AT(repo), 0, 0, NULL },
	{ "good", 0, OPTION_TEXT, "REV", "a commit before the change", AT(good),
	  0, 0, NULL },
	{ "bad", 0, OPTION_TEXT, "REV", "a commit after the change (HEAD)",
	  AT(bad), 0, 0, NULL },
	{ "case", 0, OPTION_TEXT, "NAME", "what became slower", AT(name), 0, 0,
	  NULL },
	{ "parameter", 'p', OPTION_LIST, "AXIS=V",
	  "the value on an axis, until one cell is left", AT(parameters), 0, 0,
	  NULL },
	{ "metric", 0, OPTION_TEXT, "NAME", "which metric (the case's first)",
	  AT(metric), 0, 0, NULL },
	{ "threshold", 0, OPTION_PERCENT, "P%",
	  "bad is slower than good by more (half of what bad is)",
	  AT(threshold), 0, 0, NULL },
	{ "clock", 0, OPTION_CHOICE, "KIND",
	  "instructions: a boot a step; wall: as many as it takes (instructions)",
	  AT(clock), 0, 0, "wall|instructions" },
	{ "test", 0, OPTION_FLAG, NULL,
	  "only hold HEAD against --good, with the exit code that `git bisect "
	  "run` wants: 0, 1 or 125",
	  AT(test), 0, 0, NULL },
	{ 0 },
};

struct search {
	const struct bisect_options *options;
	struct scratch scratch; /* holds the results */
	const char *arguments[ARGUMENTS];
	struct subject_plan plan;
	char repo[PATH_MAX];
	struct git_commit good;
	struct git_commit *commits; /* good..bad, the oldest first */
	size_t count;
	double *levels; /* NaN: not measured */
	double good_level, cutoff;
	char unit[64];
	struct error *err;
};

static bool is_wall(const struct search *search)
{
	return search->options->clock &&
	       !strcmp(search->options->clock, "wall");
}

static void make_arguments(struct search *search)
{
	const struct bisect_options *options = search->options;
	const char **argv = search->arguments;
	size_t count = 0;

	argv[count++] = options->name;
	argv[count++] = "--clock";
	argv[count++] = is_wall(search) ? "wall" : "instructions";
	argv[count++] = "--boots";
	argv[count++] = "1";
	argv[count++] = "--seed";
	argv[count++] = "1";
	for (size_t i = 0; i < options->parameters.count; i++)
		if (count < ARGUMENTS - 3) {
			argv[count++] = "-p";
			argv[count++] = options->parameters.items[i];
		}
	search->plan =
		(struct subject_plan){ argv, subjects_at_once(options->clock) };
}

static void name_subject(const struct search *search,
			 const struct git_commit *commit,
			 struct subject *subject)
{
	*subject = (struct subject){ 0 };
	snprintf(subject->spec, sizeof(subject->spec), GIT_PREFIX "%.4000s:%s",
		 search->repo, commit->id);
	snprintf(subject->name, sizeof(subject->name), "%.12s", commit->id);
	snprintf(subject->path, sizeof(subject->path), "%s/%s.json",
		 search->scratch.path, commit->id);
}

/* A bisection is of one number: more cells would make it a choice. */
static int check_single(const struct result *result, struct error *err)
{
	const struct cell *found = NULL;
	char first[512], second[512];

	for (size_t i = 0; i < result->cell_count; i++) {
		if (result->cells[i].status != CELL_OK)
			continue;
		if (found)
			return error_set(
				err, -EINVAL,
				"--case: %.300s and %.300s: choose one "
				"with -p AXIS=V",
				cell_label(found, first, sizeof(first)),
				cell_label(&result->cells[i], second,
					   sizeof(second)));
		found = &result->cells[i];
	}
	return 0;
}

/* NaN in *@level when there is no such metric. */
static int read_level(struct search *search, const struct subject *subject,
		      double *level)
{
	struct result result = { 0 };
	int ret = result_load(subject->path, &result, search->err);

	if (!ret)
		ret = check_single(&result, search->err);
	*level = NAN;
	if (!ret)
		*level = subject_level(&result, search->options->metric);
	for (size_t i = 0; i < result.cell_count && !ret; i++)
		if (result.cells[i].status == CELL_OK &&
		    result.cells[i].trials[0].metric_count)
			snprintf(search->unit, sizeof(search->unit), "%s",
				 result.cells[i].trials[0].metrics[0].unit);
	result_free(&result);
	return ret;
}

/* One boot of each of @commits, at once where the clock allows. */
static int measure(struct search *search,
		   const struct git_commit *const *commits, size_t count,
		   double *levels, char reason[512])
{
	struct subject subjects[2];
	int ret;

	for (size_t i = 0; i < count; i++)
		name_subject(search, commits[i], &subjects[i]);
	ret = subjects_measure(subjects, count, &search->plan, NULL, NULL,
			       search->err);
	for (size_t i = 0; i < count && !ret; i++) {
		levels[i] = NAN;
		if (subjects[i].state == SUBJECT_MEASURED)
			ret = read_level(search, &subjects[i], &levels[i]);
		else
			strcpy(reason, subjects[i].reason);
	}
	return ret;
}

static void say(const struct search *search, const struct git_commit *commit,
		double level, const char *verdict)
{
	char value[64];

	fprintf(stderr, "mmgauge: %.12s %s %s %s\n", commit->id,
		isnan(level) ? "-" :
			       format_quantity(level, search->unit, value,
					       sizeof(value)),
		verdict, commit->title);
}

/* What good and bad cost, and where the line between them is. */
static int measure_ends(struct search *search)
{
	const struct git_commit *last = &search->commits[search->count - 1];
	const struct git_commit *const ends[] = { &search->good, last };
	double levels[2], threshold = search->options->threshold;
	char reason[512] = "no such metric";
	int ret = measure(search, ends, 2, levels, reason);

	if (ret)
		return ret;
	if (isnan(levels[0] + levels[1]))
		return error_set(search->err, -EIO,
				 "%.12s cannot be tested: %s: choose other "
				 "ends",
				 isnan(levels[0]) ? search->good.id : last->id,
				 reason);
	search->good_level = levels[0];
	search->levels[search->count - 1] = levels[1];
	search->cutoff = threshold > 0 ? levels[0] * (1 + threshold) :
					 (levels[0] + levels[1]) / 2;
	say(search, &search->good, levels[0], "good");
	say(search, last, levels[1], "bad");
	if (levels[1] > search->cutoff &&
	    levels[1] > levels[0] * (1 + SMALLEST))
		return 0;
	return error_set(search->err, -EINVAL,
			 "%.12s is not slower than %.12s: %.9g after %.9g %s: "
			 "choose other ends or a lower --threshold",
			 last->id, search->good.id, levels[1], levels[0],
			 search->unit);
}

static enum bisect_mark side_of(const struct search *search, double level)
{
	return isnan(level)	      ? BISECT_SKIP :
	       level > search->cutoff ? BISECT_BAD :
					BISECT_GOOD;
}

/* Boots until it is decided: one on the exact clock. */
static int test_commit(struct search *search, const struct git_commit *commit,
		       double *level, enum bisect_mark *mark, char reason[512])
{
	struct bisect_vote vote = { 0 };
	int ret;

	do {
		ret = measure(search, &commit, 1, level, reason);
		*mark = side_of(search, *level);
		if (ret || *mark == BISECT_SKIP || !is_wall(search))
			break;
		if (*mark == BISECT_GOOD)
			vote.good++;
		else
			vote.bad++;
		*mark = bisect_decide(&vote);
	} while (*mark == BISECT_UNKNOWN);
	return ret;
}

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

	if (!isnan(level)) {
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
		ret = test_commit(search, tested, &search->levels[commit],
				  &mark, reason);
		if (ret)
			break;
		bisect_mark(bisect, commit, mark);
		say(search, tested, search->levels[commit], mark_name(mark));
		if (mark == BISECT_SKIP)
			fprintf(stderr, "mmgauge: skipped: %s\n", reason);
	}
	return ret;
}

static int find_first(struct search *search)
{
	struct bisect bisect;
	int ret = measure_ends(search);

	if (ret)
		return ret;
	if (bisect_init(&bisect, search->count))
		return error_set(search->err, -ENOMEM, "bisect: out of memory");
	ret = narrow_down(search, &bisect);
	if (!ret)
		print_table(search, &bisect);
	bisect_free(&bisect);
	return ret;
}

/* --test: HEAD alone. The threshold is the line, there is no bad end. */
static int test_head(struct search *search)
{
	struct git_commit head;
	const struct git_commit *const good = &search->good;
	enum bisect_mark mark;
	char reason[512] = "no such metric";
	double level;
	int ret = git_resolve(search->repo, "HEAD", &head, search->err);

	if (!ret)
		ret = measure(search, &good, 1, &search->good_level, reason);
	if (!ret && isnan(search->good_level))
		ret = error_set(search->err, -EIO,
				"%.12s cannot be tested: %s: choose another "
				"--good",
				good->id, reason);
	if (ret)
		return ret;
	search->cutoff = search->good_level *
			 (1 + fmax(search->options->threshold, SMALLEST));
	ret = test_commit(search, &head, &level, &mark, reason);
	if (ret)
		return ret;
	say(search, &head, level, mark_name(mark));
	return mark == BISECT_GOOD ? EXIT_FINE :
	       mark == BISECT_BAD  ? EXIT_FOUND :
				     EXIT_SKIP;
}

static int find_commits(struct search *search)
{
	const struct bisect_options *options = search->options;
	char range[1024];
	int ret;

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
		make_arguments(&search);
		ret = search.options->test ? test_head(&search) :
					     find_first(&search);
		scratch_close(&search.scratch);
	}
	free(search.commits);
	free(search.levels);
	return ret < 0 ? command_error(&err) : ret;
}

const struct command cmd_bisect = {
	.name = "bisect",
	.summary = "the first commit that made a case slower",
	.arguments = "--good REV [--bad REV] --case NAME",
	.details =
		"Builds, boots and measures both ends, then the commit in the "
		"middle of what is left, and so on. A commit that does not "
		"build or boot is skipped, as git bisect does. On the exact "
		"clock one boot decides; on the wall clock a commit is booted "
		"until its medians fall on one side three more times than on "
		"the other, 15 times at most. With --test it is a script for "
		"`git bisect run`.",
	.options = rows,
	.options_size = sizeof(struct bisect_options),
	.defaults = &(struct bisect_options){ 0 },
	.run = run_command,
};
