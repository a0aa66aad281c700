// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/threshold.h"
#include "results/compare/compare.h"
#include "results/compare/compare_output.h"
#include "command.h"
#include "load.h"

struct compare_command {
	double threshold; /* negative: not given, may be learnt */
	double fdr;
	double precision;
	const char *format;
	const char *fail_on;
	bool force;
	bool all;
	uint64_t seed;
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
	  .help = "list the unchanged rows, too",
	  .offset = offsetof(struct compare_command, all) },
	{ .name = "seed",
	  .kind = OPTION_COUNT,
	  .argument = "N",
	  .help = "of the bootstrap; the same seed gives the same intervals",
	  .offset = offsetof(struct compare_command, seed),
	  .max = UINT64_MAX },
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
static int print(const struct compare_report *report, const char *format,
		 unsigned int failing)
{
	const struct compare_style style = {
		.colour = command_wants_colour(),
		.failing = failing,
	};

	return compare_format(format)->print(stdout, report, &style);
}

/*
 * Why no row could be compared: the reason of most of them. A cell that only
 * one run has is told apart, for another suite is not another cost.
 */
static int compared_nothing(const struct compare_report *report,
			    struct error *err)
{
	size_t most = 0, common = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct comparison *row = &report->rows[i];
		size_t alike = 0;

		if (!row->base_cell || !row->new_cell)
			continue;
		for (size_t j = 0; j < report->count; j++)
			alike += !strcmp(row->reason, report->rows[j].reason);
		if (alike > common) {
			common = alike;
			most = i;
		}
	}
	if (!common)
		return error_set(err, -ENODATA,
				 "nothing to compare: the runs have no cell in "
				 "common: run the same suite for both");
	return error_set(err, -ENODATA,
			 "nothing to compare: %zu of %zu rows: %.200s: see the "
			 "reasons above",
			 common, report->count, report->rows[most].reason);
}

/*
 * A comparison that compared nothing must not pass for one without a
 * regression, so neither case is EXIT_FINE.
 */
static int judge(const struct compare_report *report, unsigned int failing,
		 struct error *err)
{
	if (report->refusal)
		return error_set(err, -EXDEV,
				 "these runs cannot be compared: %s: "
				 "--force compares them all the same",
				 report->refusal);
	if (report->verdicts[VERDICT_INCOMPARABLE] == report->count)
		return compared_nothing(report, err);
	return compare_any(report, failing) ? EXIT_FOUND : EXIT_FINE;
}

static int compare(const struct compare_command *command,
		   const struct result *base, const struct result *new,
		   struct error *err)
{
	const struct compare_options options = {
		.threshold = fabs(command->threshold),
		.learn = command->threshold < 0,
		/* 0 % lets nothing pass; to compare_results() it means 5 %. */
		.fdr = fmax(command->fdr, DBL_MIN),
		.precision = command->precision,
		.seed = command->seed,
		.force = command->force,
		.all = command->all,
	};
	unsigned int failing = failing_verdicts(command->fail_on);
	struct compare_report report;
	int ret;

	ret = compare_results(base, new, &options, &report);
	if (ret)
		return error_set(err, ret, "out of memory");
	ret = print(&report, command->format, failing);
	if (ret)
		error_set(err, ret, "out of memory");
	else
		ret = judge(&report, failing, err);
	compare_free(&report);
	return ret;
}

static int run(void *data, int argc, char **argv)
{
	struct result base, new;
	struct error err;
	int ret = load_pair(argv, &base, &new, &err);

	(void)argc;
	if (!ret)
		ret = compare(data, &base, &new, &err);
	result_free(&base);
	result_free(&new);
	return ret < 0 ? command_error(&err) : ret;
}

const struct command cmd_compare = {
	.name = "compare",
	.summary = "what changed from one run to another, with a verdict a row",
	.arguments = "BASE NEW",
	.details =
		"A run is a file, the beginning of a run id, latest, latest~N "
		"or @BASELINE. Each metric of each cell gets the ratio of medians, "
		"its 95 % interval over boots, and a verdict. On the wall "
		"clock a verdict needs at least four boots a side and an "
		"interval wholly beyond the threshold, or wholly within it; a "
		"change must also be rare enough among all the rows (--fdr); "
		"otherwise the row is inconclusive. On the instruction clock "
		"one boot is enough and the threshold alone decides. Runs of "
		"different clocks, accelerators or machines are not compared. "
		"A cell whose exact facts (see `mmgauge list`) are other ones "
		"behaves differently; one that was measured in BASE and is "
		"invalid, failed or crashed in NEW is broken. The geometric "
		"mean of the cells of a case has a verdict, too, which counts "
		"for the exit code and in JUnit as that of a row does.\n"
		"\n"
		"Exit codes: 0 nothing that --fail-on names, 1 something, "
		"2 an error, or nothing could be compared.",
	.min_arguments = 2,
	.max_arguments = 2,
	.options = rows,
	.options_size = sizeof(struct compare_command),
	.defaults =
		&(const struct compare_command){
			.threshold = -THRESHOLD_DEFAULT,
			.fdr = 0.05,
			.format = "text",
			.fail_on = "regression",
			.seed = 1,
		},
	.run = run,
};
