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
#include "results/stats/changes.h"
#include "results/base/threshold.h"
#include "results/store/store.h"
#include "commands.h"
#include "runners/many/history_ack.h"
#include "runners/many/history_csv.h"
#include "history_report.h"

struct history_options {
	const char *from;
	const char *csv;
	const char *better;
	const char *comma;
	const char *repo;
	const char *range;
	const char *order;
	double threshold; /* negative: not given */
	struct text_list acknowledged;
	const char *plots;
	const char *format;
};

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
		.name = "threshold",
		.kind = OPTION_PERCENT,
		.argument = "P%",
		.help = "what is less than that is no change (1%; 0.1% of "
			"--csv)",
		.offset = AT(threshold),
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
	{
		.name = "format",
		.kind = OPTION_CHOICE,
		.argument = "FORMAT",
		.help = "(text)",
		.offset = AT(format),
		.choices = "text|json",
	},
	{ 0 },
};

/* Gaps of a table are told beside its changes. */
static void tell_missing(const struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		const struct history_series *series = &history->series[i];

		if (series->missing)
			fprintf(stderr,
				"mmgauge: %s: no value in %zu of %zu lines: "
				"left out\n",
				series->name, series->missing,
				series->missing + series->count);
	}
}

static int load_csv(struct history_report *report,
		    const struct history_options *options, struct error *err)
{
	struct history_csv csv = {
		.path = options->csv,
		.higher_is_better =
			options->better && !strcmp(options->better, "higher"),
	};
	int ret;

	if (options->from || options->range || options->order)
		return error_set(err, -EINVAL,
				 "history: --csv stands alone: leave out %s",
				 options->from	? "--from" :
				 options->range ? "--range" :
						  "--order");
	if (options->comma)
		csv.comma = !strcmp(options->comma, "group") ?
				    CSV_COMMA_GROUP :
				    CSV_COMMA_DECIMAL;
	ret = history_csv_load(&csv, &report->runs, &report->history, err);
	if (!ret)
		tell_missing(&report->history);
	return ret;
}

static enum history_order order_of(const struct history_options *options)
{
	return !options->order			 ? HISTORY_ANY :
	       !strcmp(options->order, "time")	 ? HISTORY_TIME :
	       !strcmp(options->order, "commit") ? HISTORY_COMMITS :
						   HISTORY_RELEASES;
}

static int load_folder(struct history_runs *runs,
		       const struct history_options *options,
		       const char *folder, struct error *err)
{
	const struct history_choice choice = {
		.folder = folder,
		.order = order_of(options),
		.repo = options->repo ? options->repo : ".",
		.range = options->range,
	};
	int ret;

	if (choice.order == HISTORY_COMMITS && !choice.range)
		return error_set(err, -EINVAL,
				 "history: --order commit: of which commits: "
				 "give --range A..B");
	ret = history_runs_of_folder(runs, &choice, err);
	if (!ret && runs->older)
		fprintf(stderr,
			"mmgauge: %zu older run%s of the same subjects left "
			"out: --order time takes all\n",
			runs->older, runs->older == 1 ? "" : "s");
	return ret;
}

static int load_runs(struct history_report *report,
		     const struct history_options *options, const char *folder,
		     struct error *err)
{
	struct history_runs *runs = &report->runs;
	char sweep[PATH_MAX];
	int ret;

	snprintf(sweep, sizeof(sweep), "%.4000s/sweep.json", folder);
	if (!options->range && !options->order && !access(sweep, R_OK))
		ret = history_runs_of_sweep(runs, folder, err);
	else
		ret = load_folder(runs, options, folder, err);
	if (!ret && runs->count < 2)
		ret = error_set(err, -ENODATA,
				"%s: %zu run%s: a history takes two: see "
				"`mmgauge sweep -h`",
				folder, runs->count,
				runs->count == 1 ? "" : "s");
	return ret;
}

static int make_series(struct history_report *report, struct error *err)
{
	const struct history_runs *runs = &report->runs;
	const struct result **results = calloc(runs->count, sizeof(*results));
	size_t left_out = 0;
	int ret = results ? 0 : -ENOMEM;

	for (size_t i = 0; i < runs->count && !ret; i++)
		results[i] = &runs->runs[i].result;
	if (!ret)
		ret = history_build(results, runs->count, &report->history,
				    &left_out);
	free(results);
	if (left_out)
		fprintf(stderr,
			"mmgauge: %zu run%s left out: another clock or machine "
			"than the first\n",
			left_out, left_out == 1 ? "" : "s");
	return ret ? error_set(err, ret, "history: out of memory") : 0;
}

/* @place: what the history is of, which acknowledgements lie beside. */
static int load(struct history_report *report,
		const struct history_options *options, char place[PATH_MAX],
		struct error *err)
{
	int ret = 0;

	if (options->csv) {
		snprintf(place, PATH_MAX, "%.4000s.acknowledged", options->csv);
		return load_csv(report, options, err);
	}
	if (options->from)
		snprintf(place, PATH_MAX, "%.4000s", options->from);
	else
		ret = store_runs(place, err);
	if (!ret)
		ret = load_runs(report, options, place, err);
	if (!ret)
		ret = make_series(report, err);
	snprintf(place + strlen(place), PATH_MAX - strlen(place),
		 "/acknowledged");
	return ret;
}

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

static int find_changes(struct history_report *report, struct error *err)
{
	struct history *history = &report->history;
	size_t short_ones = 0;
	int ret = 0;

	for (size_t i = 0; i < history->count && !ret; i++) {
		ret = history_find(&history->series[i], report->threshold);
		short_ones +=
			!history->series[i].exact &&
			history->series[i].count < 2 * CHANGES_SEGMENT_MIN;
	}
	if (short_ones)
		fprintf(stderr,
			"mmgauge: %zu series %s too short to tell change from "
			"noise: that takes %d points\n",
			short_ones, short_ones == 1 ? "is" : "are",
			2 * CHANGES_SEGMENT_MIN);
	return ret ? error_set(err, ret, "history: out of memory") : 0;
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

static int report_all(struct history_report *report,
		      const struct history_options *options, int argc,
		      char **argv, struct error *err)
{
	struct history_ack ack = { 0 };
	char place[PATH_MAX];
	int ret = load(report, options, place, err);

	report->threshold = options->threshold >= 0 ? options->threshold :
			    options->csv	    ? THRESHOLD_TABLE :
						      THRESHOLD_DEFAULT;
	choose_series(&report->history, argv, argc);
	if (!ret)
		ret = find_changes(report, err);
	if (!ret)
		ret = history_ack_load(&ack, place, &options->acknowledged,
				       err);
	report->acknowledged = ack.subjects;
	if (!ret && options->plots)
		ret = plot(report, options->plots, err);
	if (!ret) {
		if (options->format && !strcmp(options->format, "json"))
			history_print_json(report);
		else
			history_print_text(report);
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
		"six points on. The exit code is 1 when the last change of a "
		"series is a regression that is not acknowledged. "
		"Acknowledgements are kept in a file beside the runs, "
		"`acknowledged`, and what they cover is not told again.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct history_options),
	.defaults = &(struct history_options){ .threshold = -1 },
	.run = run_command,
};
