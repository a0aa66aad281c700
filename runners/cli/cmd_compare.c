// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/threshold.h"
#include "results/compare/compare.h"
#include "results/compare/compare_output.h"
#include "results/store/resolve.h"
#include "command.h"
#include "compare_many.h"
#include "load.h"
#include "style.h"

struct compare_command {
	double threshold; /* negative: not given, may be learnt */
	double fdr;
	double precision;
	const char *format;
	const char *fail_on;
	bool force;
	bool all;
	const char *sort;
	const char *columns;
	const char *by;
	const char *repeat;
	struct text_list axes;
	uint64_t seed;
	uint64_t lines;
};

static const struct option_row rows[] = {
	{ .name = "threshold",
	  .kind = OPTION_PERCENT,
	  .argument = "P%",
	  .help = "changes up to this size count as none; else what the runs of a "
		  "baseline tell, or 1 %",
	  .offset = offsetof(struct compare_command, threshold) },
	{ .name = "fdr",
	  .kind = OPTION_PERCENT,
	  .argument = "P%",
	  .help = "of the changes told on the wall clock, at most so many may "
		  "be false",
	  .offset = offsetof(struct compare_command, fdr) },
	{ .name = "precision",
	  .kind = OPTION_PERCENT,
	  .argument = "P%",
	  .help = "on the wall clock, say what boots, trials and samples it "
		  "takes for intervals this close",
	  .offset = offsetof(struct compare_command, precision) },
	{ .name = "format",
	  .kind = OPTION_CHOICE,
	  .help = "what to write to stdout",
	  .offset = offsetof(struct compare_command, format),
	  .forms = compare_format_names },
	OPTION_JSON(offsetof(struct compare_command, format)),
	{ .name = "fail-on",
	  .kind = OPTION_CHOICE,
	  .argument = "regression|inconclusive|any|none",
	  .help = "exit with 1 on a regression, a broken cell or one that "
		  "behaves differently; also on an inconclusive row (else 0 "
		  "is the code even when all are); on anything but "
		  "unchanged; or never",
	  .offset = offsetof(struct compare_command, fail_on),
	  .choices = "regression|inconclusive|any|none" },
	{ .name = "force",
	  .kind = OPTION_FLAG,
	  .help = "compare although machine, accelerator or clock differ, or "
		  "wall-clock time was emulated",
	  .offset = offsetof(struct compare_command, force) },
	{ .name = "all",
	  .kind = OPTION_FLAG,
	  .help = "list every row, the unchanged and skipped ones too, not a "
		  "screen",
	  .offset = offsetof(struct compare_command, all) },
	{ .name = "sort",
	  .kind = OPTION_CHOICE,
	  .help = "the rows: those first that changed most (change), or in "
		  "the order of cases",
	  .offset = offsetof(struct compare_command, sort),
	  .choices = "change|case" },
	{ .name = "by",
	  .kind = OPTION_CHOICE,
	  .help = "a table with a column for each run, by what it is of; of "
		  "several architectures without any verdict",
	  .offset = offsetof(struct compare_command, by),
	  .choices = "configuration|subject|architecture" },
	{ .name = "columns",
	  .kind = OPTION_SET,
	  .argument = "NAME,...",
	  .help = "the figures of a row; else those that tell something",
	  .offset = offsetof(struct compare_command, columns),
	  .forms = compare_column_names },
	{ .name = "repeat",
	  .kind = OPTION_TEXT,
	  .argument = "COMMAND",
	  .help = "what a mail says does it again",
	  .offset = offsetof(struct compare_command, repeat) },
	{ .name = "parameter",
	  .letter = 'p',
	  .kind = OPTION_LIST,
	  .argument = "AXIS=V[,V...]",
	  .help = "only cells with one of these values, which may be globs, "
		  "on an axis",
	  .offset = offsetof(struct compare_command, axes) },
	{ .name = "seed",
	  .kind = OPTION_COUNT,
	  .argument = "N",
	  .help = "of the bootstrap; the same seed gives the same intervals",
	  .offset = offsetof(struct compare_command, seed),
	  .max = UINT64_MAX },
	OPTION_LINES(offsetof(struct compare_command, lines)),
	{ 0 },
};

/* The verdicts that make the exit code 1, one bit each. */
static unsigned int failing_verdicts(const char *fail_on)
{
	const unsigned int inconclusive = 1u << VERDICT_INCONCLUSIVE;

	if (!strcmp(fail_on, "none"))
		return 0;
	if (!strcmp(fail_on, "inconclusive"))
		return COMPARE_WORSE | inconclusive;
	if (!strcmp(fail_on, "any"))
		return ~(1u << VERDICT_UNCHANGED);
	return COMPARE_WORSE;
}

/* Whether stdout took it all is main()'s to find out, for every command. */
static int print(const struct compare_report *report,
		 const struct compare_command *command, unsigned int failing)
{
	struct compare_style style = style_of_stdout();

	style.failing = failing;
	style.by_case = !strcmp(command->sort, "case");
	style.columns = command->columns;
	style.repeat = command->repeat;
	style.lines = command->lines;
	return compare_format(command->format)->print(stdout, report, &style);
}

static struct compare_options
make_options(const struct compare_command *command,
	     const struct cell_filter *filter)
{
	return (struct compare_options){
		.threshold = fabs(command->threshold),
		.learn = command->threshold < 0,
		/* 0 % lets nothing pass; to compare_results() it means 5 %. */
		.fdr = fmax(command->fdr, DBL_MIN),
		.precision = command->precision,
		.seed = command->seed,
		.force = command->force,
		.all = command->all,
		.keep = filter,
	};
}

static int compare(const struct compare_command *command,
		   const struct result *base, const struct result *new,
		   const struct cell_filter *filter, struct error *err)
{
	const struct compare_options options = make_options(command, filter);
	unsigned int failing = failing_verdicts(command->fail_on);
	struct compare_report report;
	int ret;

	ret = compare_results(base, new, &options, &report);
	if (ret)
		return error_set(err, ret, "out of memory");
	ret = print(&report, command, failing);
	if (ret)
		error_set(err, ret, "out of memory");
	else
		ret = compare_exit_code(&report, failing, err);
	compare_free(&report);
	return ret;
}

/* Operands are runs up to the first that names cases of the base, or no run. */
static int count_runs(int argc, char **argv, const struct result *base)
{
	char path[PATH_MAX];
	struct error err;
	int count = 2;

	for (; count < argc; count++) {
		const struct cell_filter filter = {
			.globs = (const char *const *)argv + count,
			.glob_count = 1,
		};

		if (!cell_filter_unused(&filter, &base, 1) ||
		    resolve_run(argv[count], base, path, &err))
			break;
	}
	return count;
}

/* @names of what stands beside the pair. */
static int compare_all(const struct compare_command *command,
		       const struct result *base, const struct result *new,
		       int count, char **names,
		       const struct cell_filter *filter, struct error *err)
{
	const struct compare_options options = make_options(command, filter);
	const struct compare_many many = {
		.options = &options,
		.by = command->by,
		.by_case = !strcmp(command->sort, "case"),
		.failing = failing_verdicts(command->fail_on),
	};

	if (strcmp(command->format, "text") != 0)
		return error_set(err, -EINVAL,
				 "--format %s: of two runs only, without --by: "
				 "leave it out, "
				 "or compare them one by one",
				 command->format);
	return compare_many(&many, base, new, count, names, err);
}

/* What is asked for must be there: a misspelt case is no regression. */
static int check_filter(const struct cell_filter *filter,
			const struct result *base, const struct result *new,
			struct error *err)
{
	const struct result *const both[] = { base, new };
	const char *unused = cell_filter_unused(filter, both, 2);
	int ret = cell_filter_check(filter, err);

	if (!ret && unused)
		ret = error_set(err, -ENOENT,
				"%.200s: no case of these runs: see `mmgauge "
				"compare --all`",
				unused);
	return ret;
}

static int run(void *data, int argc, char **argv)
{
	const struct compare_command *command = data;
	struct cell_filter filter = {
		.axes = command->axes.items,
		.axis_count = command->axes.count,
	};
	struct result base, new;
	struct error err;
	int ret = load_pair(argv, &base, &new, &err), runs = 2;

	if (!ret) {
		runs = count_runs(argc, argv, &base);
		filter.globs = (const char *const *)argv + runs;
		filter.glob_count = (size_t)(argc - runs);
		ret = check_filter(&filter, &base, &new, &err);
	}
	if (!ret)
		ret = runs > 2 || command->by ?
			      compare_all(command, &base, &new, runs - 2,
					  argv + 2, &filter, &err) :
			      compare(command, &base, &new, &filter, &err);
	result_free(&base);
	result_free(&new);
	return ret < 0 ? command_error(&err) : ret;
}

const struct command cmd_compare = {
	.name = "compare",
	.summary = "what changed from one run to another, with a verdict a row",
	.arguments = "BASE NEW... [GLOB...]",
	.details =
		"A run is a file, the beginning of a run id, latest, latest~N "
		"or @BASELINE; A,B,C are several that are one side, as those of "
		"a host that was rebooted between them. Each metric of each cell gets the ratio of medians, "
		"its 95 % interval over boots, and a verdict. On the wall "
		"clock a verdict needs at least four boots a side and an "
		"interval wholly beyond the threshold, or wholly within it; a "
		"change must also be rare enough among all the rows (--fdr); "
		"otherwise the row is inconclusive. Of a host rounds stand "
		"for boots, and the verdict is of that boot only, until both "
		"sides have four boots together. On the instruction clock "
		"one boot is enough and the threshold alone decides. Runs of "
		"different clocks, accelerators or machines are not compared. "
		"A cell whose exact facts (see `mmgauge list`) are other ones "
		"behaves differently; one that was measured in BASE and is "
		"invalid, failed or crashed in NEW is broken. The geometric "
		"mean of the cells of a case has a verdict, too, which counts "
		"for the exit code and in JUnit as that of a row does.\n"
		"\n"
		"Several runs are held against the base in one table, with a "
		"column each, = where a row is unchanged and ? behind what is "
		"inconclusive; what is broken is counted. With --by all rows "
		"count, = is equal, and the columns have names: of one kernel "
		"under several configurations it shows what each of them "
		"costs. With --by architecture there is never a verdict, for "
		"instructions of different ones are not the same: medians are "
		"side by side, and below each the kinds of work per unit, as "
		"far as there are profiles (run --profile), whose cost is not "
		"in their number; --all has the others, too.\n"
		"\n"
		"Globs of cases and -p say which of them to judge. What is "
		"printed is a screen of 40 lines: of each case the rows that "
		"changed most, or one line a case; axes at their default, and "
		"a metric that repeats another in other units, are left out.\n"
		"\n"
		"Exit codes: 0 nothing that --fail-on names, 1 something, "
		"2 an error, or nothing could be compared.",
	.min_arguments = 2,
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct compare_command),
	.defaults =
		&(const struct compare_command){
			.threshold = -THRESHOLD_DEFAULT,
			.fdr = 0.05,
			.format = "text",
			.fail_on = "regression",
			.sort = "change",
			.seed = 1,
		},
	.run = run,
};
