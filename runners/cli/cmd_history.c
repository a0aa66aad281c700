// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plots/plot.h"
#include "results/base/threshold.h"
#include "commands.h"
#include "runners/many/history_ack.h"
#include "history_fit.h"
#include "history_load.h"
#include "style.h"
#include "runners/many/history_told.h"
#include "results/base/text.h"

#define AT(field) offsetof(struct history_options, field)

static const struct option_row rows[] = {
	{
		.name = "from",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "the folder of a sweep, or of result files (the store)",
		.offset = AT(from),
	},
	{
		.name = "csv",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "a series from elsewhere: columns time, value and "
			"perhaps commit",
		.offset = AT(csv),
	},
	{
		.name = "better",
		.kind = OPTION_CHOICE,
		.argument = "SIDE",
		.help = "of --csv (lower)",
		.offset = AT(better),
		.choices = "lower|higher",
	},
	{
		.name = "comma",
		.kind = OPTION_CHOICE,
		.argument = "KIND",
		.help = "what a comma inside a number of --csv is",
		.offset = AT(comma),
		.choices = "group|decimal",
	},
	{
		.name = "repo",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "the git tree that --range is of (the current folder)",
		.offset = AT(repo),
	},
	{
		.name = "range",
		.kind = OPTION_TEXT,
		.argument = "A..B",
		.help = "the runs of these commits",
		.offset = AT(range),
	},
	{
		.name = "order",
		.kind = OPTION_CHOICE,
		.argument = "KIND",
		.help = "all runs by time, or the newest of each release or of "
			"each commit of --range (what tells the runs apart)",
		.offset = AT(order),
		.choices = "time|release|commit",
	},
	{
		.name = "like",
		.kind = OPTION_TEXT,
		.argument = "RUN",
		.help = "the runs of its clock, machine and configuration (of "
			"those that most have)",
		.offset = AT(like),
	},
	{
		.name = "threshold",
		.kind = OPTION_PERCENT,
		.argument = "P%",
		.help = "what is less than that is no change (1%; 0.1% of "
			"--csv)",
		.offset = AT(threshold),
	},
	{
		.name = "online",
		.kind = OPTION_FLAG,
		.help = "tell only what was not told before, so surely that 365 "
			"looks tell a false change in one of 20 histories",
		.offset = AT(online),
	},
	{
		.name = "ack",
		.kind = OPTION_LIST,
		.argument = "SUBJECT",
		.help = "a release, a run, or the first digits of a commit, "
			"whose regressions are known from now on",
		.offset = AT(acknowledged),
	},
	{
		.name = "acknowledge",
		.kind = OPTION_LIST,
		.argument = "SUBJECT",
		.help = "the same as --ack",
		.offset = AT(acknowledged),
	},
	{
		.name = "plots",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "also plot the series, DIR/CASE.svg; needs gnuplot",
		.offset = AT(plots),
	},
	OPTION_FORMAT(AT(format)),
	{ 0 },
};

/* "case[axes] metric" is wanted when a glob matches its case, or is the name.
 */
static bool is_wanted(const char *name, char *const *globs, int count)
{
	char family[128];

	snprintf(family, sizeof(family), "%.*s", (int)strcspn(name, "[ "),
		 name);
	for (int i = 0; i < count; i++)
		if (!fnmatch(globs[i], family, 0) || !strcmp(globs[i], name))
			return true;
	return !count;
}

static void choose_series(struct history *history, char *const *globs,
			  int count)
{
	for (size_t i = history->count; i-- > 0;)
		if (!is_wanted(history->series[i].name, globs, count))
			history_drop(history, i);
}

static void choose_events(struct history_events *events, char *const *globs,
			  int count)
{
	size_t kept = 0;

	for (size_t i = 0; i < events->count; i++) {
		struct history_event *event = &events->items[i];

		if (is_wanted(event->cell, globs, count)) {
			events->items[kept++] = *event;
			continue;
		}
		free(event->cell);
		free(event->text);
	}
	events->count = kept;
}

static int plot(const struct history_report *report, const char *folder,
		struct error *err)
{
	const char **names = calloc(report->runs.count + 1, sizeof(*names));
	int ret;

	if (!names)
		return error_set(err, -ENOMEM, "history: out of memory");
	for (size_t i = 0; i < report->runs.count; i++)
		names[i] = report->runs.runs[i].name;
	ret = plot_history(&report->history, names, folder, err);
	free(names);
	return ret;
}

/* @place is that of the acknowledgements. */
static int update_told(struct history_report *report,
		       const struct history_options *options, const char *place,
		       struct error *err)
{
	char path[PATH_MAX];

	if (options->csv)
		snprintf(path, sizeof(path), "%.4000s.told.json", options->csv);
	else
		snprintf(path, sizeof(path), "%.*stold.json",
			 (int)(strlen(place) - strlen("acknowledged")), place);
	return history_told_update(path, &report->runs, &report->history, err);
}

/* What a program reads has its lines whole. */
static void print_text(const struct history_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *stream = isatty(STDOUT_FILENO) ? text_begin(&text, &size) : NULL;

	history_print_text(stream ? stream : stdout, report);
	if (stream && !text_finish(stream, &text))
		history_fit(stdout, text, style_width(STDOUT_FILENO));
	free(text);
}

static int report_all(struct history_report *report,
		      const struct history_options *options, int argc,
		      char **argv, struct error *err)
{
	struct history_ack ack = { 0 };
	char place[PATH_MAX];
	int ret = history_load(report, options, place, err);

	report->threshold = options->threshold >= 0 ? options->threshold :
			    options->csv	    ? THRESHOLD_TABLE :
						      THRESHOLD_DEFAULT;
	report->online = options->online;
	choose_series(&report->history, argv, argc);
	choose_events(&report->events, argv, argc);
	if (!ret)
		ret = history_changes(report, err);
	if (!ret)
		ret = history_ack_load(&ack, place, &options->acknowledged,
				       err);
	report->acknowledged = ack.subjects;
	if (!ret && report->online)
		ret = update_told(report, options, place, err);
	if (!ret && options->plots)
		ret = plot(report, options->plots, err);
	if (!ret) {
		if (command_is_json(options->format))
			history_print_json(report);
		else
			print_text(report);
		ret = history_ends_badly(report) ? EXIT_FOUND : EXIT_FINE;
	}
	history_ack_free(&ack);
	return ret;
}

static int run_command(void *data, int argc, char **argv)
{
	struct history_report report = { 0 };
	struct error err = { "" };
	int ret = report_all(&report, data, argc, argv, &err);

	history_events_free(&report.events);
	history_free(&report.history);
	history_runs_free(&report.runs);
	return ret < 0 ? command_error(&err) : ret;
}

const struct command cmd_history = {
	.name = "history",
	.summary = "what changed from run to run, and where",
	.arguments = "[GLOB...]",
	.details =
		"Puts runs into the order of history, of a sweep, a range of "
		"commits, of releases or of time, and says where the cases that a GLOB "
		"matches (all when none is given) became slower or faster, by "
		"the threshold of compare; or reads any series with --csv. On "
		"the exact clock every step beyond the threshold is a change; "
		"elsewhere a detector that "
		"knows noise finds steps and drifts (docs/statistics.md), from "
		"six points on. First of all it says where a cell broke or "
		"behaves differently, by its exact facts. The exit code is 1 "
		"when the last change of a series is a regression, or the last "
		"event of a cell one of these two, that is not acknowledged. "
		"Acknowledgements are kept in a file beside the runs, "
		"`acknowledged`, and what they cover is not told again. What "
		"is told comes by commit: changes that chance would show "
		"among so many series are left out, and where many series "
		"moved together, all say where. --online is for looking again "
		"after each new run; it keeps what was told in `told.json` "
		"beside the runs.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct history_options),
	.defaults = &(struct history_options){ .threshold = -1 },
	.run = run_command,
};
