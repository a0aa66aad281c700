// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../results/format.h"
#include "../results/history.h"
#include "../results/store.h"
#include "commands.h"
#include "history_runs.h"

/*
 * Two boots of one kernel agree to this on the exact clock, whatever order the
 * cells ran in (`mmgauge run --verify-determinism`).
 */
#define DEFAULT_THRESHOLD 0.001

struct history_options {
	const char *from;
	const char *repo;
	const char *range;
	double threshold;
	struct text_list acknowledged;
	const char *format;
};

#define AT(field) offsetof(struct history_options, field)

static const struct option_row rows[] = {
	{ "from", 0, OPTION_TEXT, "DIR",
	  "the folder of a sweep, or of result files (the store)", AT(from), 0,
	  0, NULL },
	{ "repo", 0, OPTION_TEXT, "DIR",
	  "the git tree that --range is of (the current folder)", AT(repo), 0,
	  0, NULL },
	{ "range", 0, OPTION_TEXT, "A..B",
	  "the newest run of each of these commits, in their order", AT(range),
	  0, 0, NULL },
	{ "threshold", 0, OPTION_PERCENT, "P%",
	  "what is less than that is no change (0.1%)", AT(threshold), 0, 0,
	  NULL },
	{ "acknowledge", 0, OPTION_LIST, "SUBJECT",
	  "a release, or the first digits of a commit, whose regressions are "
	  "known",
	  AT(acknowledged), 0, 0, NULL },
	{ "format", 0, OPTION_CHOICE, "FORMAT", "(text)", AT(format), 0, 0,
	  "text|json" },
	{ 0 },
};

struct report {
	const struct history_options *options;
	struct history_runs runs;
	struct history history;
	int argc;
	char **argv; /* globs of cases */
};

/* "[case[axes] metric" is wanted when a glob matches it or its case. */
static bool is_wanted(const struct report *report,
		      const struct history_series *series)
{
	char name[128];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(series->name, "["),
		 series->name);
	for (int i = 0; i < report->argc; i++)
		if (!fnmatch(report->argv[i], name, 0) ||
		    !strcmp(report->argv[i], series->name))
			return true;
	return !report->argc;
}

static const struct history_run *run_of(const struct report *report,
					const struct history_series *series,
					const struct history_change *change)
{
	return &report->runs.runs[series->runs[change->index]];
}

static bool is_acknowledged(const struct report *report, const char *subject)
{
	const struct text_list *list = &report->options->acknowledged;

	for (size_t i = 0; i < list->count; i++)
		if (!strncmp(subject, list->items[i],
			     strlen(subject) < strlen(list->items[i]) ?
				     strlen(subject) :
				     strlen(list->items[i])))
			return true;
	return false;
}

/* Whether the newest change is one to worry about. */
static bool ends_badly(const struct report *report,
		       const struct history_series *series)
{
	const struct history_change *last;

	if (!series->change_count)
		return false;
	last = &series->changes[series->change_count - 1];
	return last->regression &&
	       !is_acknowledged(report, run_of(report, series, last)->name);
}

static void print_change(const struct report *report,
			 const struct history_series *series,
			 const struct history_change *change)
{
	const struct history_run *run = run_of(report, series, change);
	const struct history_run *before =
		&report->runs.runs[series->runs[change->index - 1]];
	char ratio[64];

	printf("  %s -> %s: %.9g -> %.9g %s, %s: %s%s%s\n", before->name,
	       run->name, change->before, change->after, series->unit,
	       format_change(change->after / change->before, ratio,
			     sizeof(ratio)),
	       !change->regression		  ? "improvement" :
	       is_acknowledged(report, run->name) ? "regression, acknowledged" :
						    "regression",
	       *run->title ? ": " : "", run->title);
}

static void print_text(const struct report *report)
{
	size_t changed = 0, wanted = 0;

	for (size_t i = 0; i < report->history.count; i++) {
		const struct history_series *series =
			&report->history.series[i];

		if (!is_wanted(report, series))
			continue;
		wanted++;
		changed += series->change_count > 0;
		if (series->change_count)
			printf("%s (%zu points)\n", series->name,
			       series->count);
		for (size_t j = 0; j < series->change_count; j++)
			print_change(report, series, &series->changes[j]);
	}
	printf("%zu of %zu series changed over %zu runs\n", changed, wanted,
	       report->runs.count);
}

static json_t *change_json(const struct report *report,
			   const struct history_series *series,
			   const struct history_change *change)
{
	return json_pack("{s:i, s:s, s:f, s:f, s:[f, f], s:f, s:s}", "index",
			 (int)change->index, "subject",
			 run_of(report, series, change)->name, "before",
			 change->before, "after", change->after, "interval",
			 change->low, change->high, "probability",
			 change->probability, "verdict",
			 change->regression ? "regression" : "improvement");
}

static json_t *series_json(const struct report *report,
			   const struct history_series *series)
{
	json_t *points = json_array(), *subjects = json_array();
	json_t *changes = json_array();

	for (size_t i = 0; i < series->count; i++) {
		json_array_append_new(points, json_real(series->points[i]));
		json_array_append_new(
			subjects,
			json_string(report->runs.runs[series->runs[i]].name));
	}
	for (size_t i = 0; i < series->change_count; i++)
		json_array_append_new(
			changes,
			change_json(report, series, &series->changes[i]));
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", series->name,
			 "unit", series->unit, "points", points, "subjects",
			 subjects, "change_points", changes);
}

static void print_json(const struct report *report)
{
	json_t *list = json_array(), *document;

	for (size_t i = 0; i < report->history.count; i++)
		if (is_wanted(report, &report->history.series[i]))
			json_array_append_new(
				list, series_json(report,
						  &report->history.series[i]));
	document = json_pack("{s:o}", "series", list);
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}

static int load(struct report *report, struct error *err)
{
	const struct history_options *options = report->options;
	char folder[PATH_MAX], sweep[PATH_MAX];
	int ret = 0;

	if (options->from)
		snprintf(folder, sizeof(folder), "%s", options->from);
	else
		ret = store_runs(folder, err);
	if (ret)
		return ret;
	snprintf(sweep, sizeof(sweep), "%.4000s/sweep.json", folder);
	if (!options->range && !access(sweep, R_OK))
		ret = history_runs_of_sweep(&report->runs, folder, err);
	else
		ret = history_runs_of_folder(&report->runs, folder,
					     options->repo ? options->repo :
							     ".",
					     options->range, err);
	if (!ret && report->runs.count < 2)
		ret = error_set(err, -ENODATA,
				"%s: %zu runs: a history takes two: see "
				"`mmgauge sweep -h`",
				folder, report->runs.count);
	return ret;
}

static int find_changes(struct report *report, struct error *err)
{
	const struct result **results =
		calloc(report->runs.count, sizeof(*results));
	size_t left_out = 0;
	int ret = results ? 0 : -ENOMEM;

	for (size_t i = 0; i < report->runs.count && !ret; i++)
		results[i] = &report->runs.runs[i].result;
	if (!ret)
		ret = history_build(results, report->runs.count,
				    &report->history, &left_out);
	free(results);
	if (left_out)
		fprintf(stderr,
			"mmgauge: %zu runs are left out: another clock or "
			"machine than the first\n",
			left_out);
	for (size_t i = 0; i < report->history.count && !ret; i++)
		/* Noise has no rule as simple as this one. */
		if (report->history.series[i].exact)
			ret = history_steps(&report->history.series[i],
					    report->options->threshold);
	return ret ? error_set(err, ret, "history: out of memory") : 0;
}

static int run_command(void *data, int argc, char **argv)
{
	struct report report = { .options = data, .argc = argc, .argv = argv };
	const char *format = report.options->format;
	struct error err = { "" };
	int ret = load(&report, &err);

	if (!ret)
		ret = find_changes(&report, &err);
	if (ret) {
		ret = command_error(&err);
	} else {
		if (format && !strcmp(format, "json"))
			print_json(&report);
		else
			print_text(&report);
		for (size_t i = 0; i < report.history.count; i++)
			if (is_wanted(&report, &report.history.series[i]) &&
			    ends_badly(&report, &report.history.series[i]))
				ret = EXIT_FOUND;
	}
	history_free(&report.history);
	history_runs_free(&report.runs);
	return ret;
}

const struct command cmd_history = {
	.name = "history",
	.summary = "what changed from run to run, and where",
	.arguments = "[GLOB...]",
	.details =
		"Puts runs into the order of history, of a sweep, a range of "
		"commits or of releases, and says where the cases that a GLOB "
		"matches (all when none is given) became slower or faster. The "
		"exit code is 1 when the last change of a series is a "
		"regression that is not acknowledged. On the exact clock every "
		"step beyond the threshold is a change; wall-clock series have "
		"no verdict yet.",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct history_options),
	.defaults = &(struct history_options){ .threshold = DEFAULT_THRESHOLD },
	.run = run_command,
};
