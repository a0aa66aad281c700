// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/site/site.h"
#include "results/base/threshold.h"
#include "commands.h"
#include "history_load.h"
#include "runners/many/history_ack.h"
#include "signals.h"

struct site_options {
	struct history_options history;
	const char *output;
	const char *commit_url;
	const char *title;
};

#define AT(field) offsetof(struct site_options, field)

static const struct option_row rows[] = {
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_TEXT,
	  .argument = "DIR",
	  .help = "the folder to write: new, empty, or an earlier site",
	  .offset = AT(output) },
	{ .name = "from",
	  .kind = OPTION_TEXT,
	  .argument = "DIR",
	  .help = "the folder of a sweep, or of result files (the store)",
	  .offset = AT(history.from) },
	{ .name = "order",
	  .kind = OPTION_CHOICE,
	  .argument = "KIND",
	  .help = "as of history",
	  .offset = AT(history.order),
	  .choices = "time|release|commit" },
	{ .name = "repo",
	  .kind = OPTION_TEXT,
	  .argument = "DIR",
	  .help = "the git tree that --range is of (the current folder)",
	  .offset = AT(history.repo) },
	{ .name = "range",
	  .kind = OPTION_TEXT,
	  .argument = "A..B",
	  .help = "the runs of these commits",
	  .offset = AT(history.range) },
	{ .name = "like",
	  .kind = OPTION_TEXT,
	  .argument = "RUN",
	  .help = "as of history",
	  .offset = AT(history.like) },
	{ .name = "threshold",
	  .kind = OPTION_PERCENT,
	  .argument = "P%",
	  .help = "what is less than that is no change",
	  .offset = AT(history.threshold) },
	{ .name = "commit-url",
	  .kind = OPTION_TEXT,
	  .argument = "URL",
	  .help = "where commits are to be looked at, with {commit} in it",
	  .offset = AT(commit_url) },
	{ .name = "title",
	  .kind = OPTION_TEXT,
	  .argument = "TEXT",
	  .help = "the heading of the overview (the folder)",
	  .offset = AT(title) },
	{ 0 },
};

static bool is_acknowledged(const struct history_series *series,
			    const struct history_change *change,
			    const void *data)
{
	return history_is_acknowledged(data, series, change);
}

static struct site_run *list_runs(const struct history_report *report)
{
	struct site_run *runs = calloc(report->runs.count + 1, sizeof(*runs));

	for (size_t i = 0; runs && i < report->runs.count; i++) {
		const struct history_run *from = &report->runs.runs[i];

		runs[i] = (struct site_run){
			.name = from->name,
			.id = from->run->id,
			.commit = from->commit,
			.title = from->title,
			.started = from->run->started,
			.release = from->run->release,
			.file = from->run->file,
			.cells = from->run->cells,
			.measured = from->run->measured,
			.profile = from->run->profile,
		};
	}
	return runs;
}

/* @folder is that of the results. */
static int write_site(const struct history_report *report,
		      const struct site_options *options, const char *folder,
		      struct error *err)
{
	struct site_run *runs = list_runs(report);
	const struct site site = {
		.title = options->title ? options->title : folder,
		.results = folder,
		.order = report->runs.order,
		.threshold = report->threshold,
		.commit_url = options->commit_url,
		.runs = runs,
		.run_count = report->runs.count,
		.history = &report->history,
		.events = &report->events,
		.acknowledged = is_acknowledged,
		.data = report,
	};
	struct site_done done;
	int ret = runs ? site_write(&site, options->output, &done, err) :
			 error_set(err, -ENOMEM, "site: out of memory");

	free(runs);
	if (ret)
		return ret;
	fprintf(stderr,
		"mmgauge: %s: %zu pages written, %zu as they were, %zu "
		"removed\n",
		options->output, done.written, done.kept, done.removed);
	printf("%s/index.html\n", options->output);
	return 0;
}

static int check(const struct site_options *options, struct error *err)
{
	if (!options->output)
		return error_set(err, -EINVAL,
				 "site: no place to write to: give -o DIR");
	if (options->commit_url && !site_is_commit_url(options->commit_url))
		return error_set(err, -EINVAL,
				 "site: --commit-url '%s': no https:// address "
				 "with {commit} in it: give one like "
				 "https://git.kernel.org/linus/{commit}",
				 options->commit_url);
	return 0;
}

static int make(struct history_report *report,
		const struct site_options *options, struct error *err)
{
	const struct text_list none = { 0 };
	struct history_ack ack = { 0 };
	char place[PATH_MAX];
	int ret = check(options, err);

	if (!ret)
		ret = history_load(report, &options->history, place, err);
	report->threshold = options->history.threshold;
	if (!ret)
		ret = history_changes(report, err);
	if (!ret)
		ret = history_ack_load(&ack, place, &none, err);
	report->acknowledged = ack.subjects;
	if (!ret) {
		/* Acknowledgements lie beside the results. */
		*strrchr(place, '/') = '\0';
		ret = write_site(report, options, place, err);
	}
	history_ack_free(&ack);
	return ret;
}

static int run(void *data, int argc, char **argv)
{
	struct history_report report = { 0 };
	struct error err = { "" };
	int ret;

	signals_catch();
	ret = make(&report, data, &err);

	(void)argc;
	(void)argv;
	history_events_free(&report.events);
	history_free(&report.history);
	history_runs_free(&report.runs);
	return ret ? command_error(&err) : EXIT_FINE;
}

const struct command cmd_site = {
	.name = "site",
	.summary = "static pages: every series over runs, and its changes",
	.arguments = "",
	.details =
		"Writes a folder of pages that need no server and nothing from "
		"elsewhere: an overview with the last change of every series, "
		"to be sorted and filtered, a page for each series with its "
		"changes and values, and one for each subject. Runs and "
		"changes are those of `mmgauge history`, and what is "
		"acknowledged there is marked. Where both runs were measured "
		"with --profile, each change has the functions that make it. "
		"Written again, only pages that change are. A folder that "
		"holds anything else is left alone. Needs gnuplot. The path "
		"of the overview goes to stdout.",
	.options = rows,
	.options_size = sizeof(struct site_options),
	.defaults =
		&(const struct site_options){
			.history = { .threshold = THRESHOLD_DEFAULT },
		},
	.run = run,
};
