// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "history_load.h"
#include "results/history/history_family.h"
#include "results/history/history_index.h"
#include "results/stats/changes.h"
#include "results/store/store.h"
#include "runners/many/history_csv.h"

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

	if (options->from || options->range || options->order || options->like)
		return error_set(err, -EINVAL,
				 "history: --csv stands alone: leave out %s",
				 options->from	? "--from" :
				 options->range ? "--range" :
				 options->order ? "--order" :
						  "--like");
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

static void tell_left_out(const struct history_runs *runs, const char *folder)
{
	if (runs->foreign)
		fprintf(stderr,
			"mmgauge: %s: %zu file%s no result%s: left out\n",
			folder, runs->foreign,
			runs->foreign == 1 ? " is" : "s are",
			runs->foreign == 1 ? "" : "s");
	if (runs->others)
		fprintf(stderr,
			"mmgauge: %zu run%s of another clock, machine or "
			"configuration left out: --like RUN takes those of its "
			"kind\n",
			runs->others, runs->others == 1 ? "" : "s");
	if (runs->older)
		fprintf(stderr,
			"mmgauge: %zu older run%s of the same subjects left "
			"out: --order time takes all\n",
			runs->older, runs->older == 1 ? "" : "s");
}

static int load_runs(struct history_report *report,
		     const struct history_options *options, const char *folder,
		     struct error *err)
{
	const struct history_choice choice = {
		.folder = folder,
		.like = options->like,
		.order = order_of(options),
		.repo = options->repo ? options->repo : ".",
		.range = options->range,
	};
	struct history_runs *runs = &report->runs;
	char sweep[PATH_MAX];
	int ret;

	if (choice.order == HISTORY_COMMITS && !choice.range)
		return error_set(err, -EINVAL,
				 "history: --order commit: of which commits: "
				 "give --range A..B");
	snprintf(sweep, sizeof(sweep), "%.4000s/sweep.json", folder);
	if (!options->range && !options->order && !access(sweep, R_OK))
		ret = history_runs_of_sweep(runs, &choice, err);
	else
		ret = history_runs_of_folder(runs, &choice, err);
	if (!ret)
		tell_left_out(runs, folder);
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
	size_t *places = calloc(runs->count + 1, sizeof(*places));
	const struct history_order_of order = { runs->index, places,
						runs->count };
	size_t left_out; /* none: they are all of a kind */
	int ret;

	if (!places)
		return error_set(err, -ENOMEM, "history: out of memory");
	for (size_t i = 0; i < runs->count; i++)
		places[i] = runs->runs[i].place;
	ret = history_build_indexed(&order, NULL, NULL, &report->history,
				    &left_out, err);
	if (!ret)
		ret = history_events_indexed(&order, &report->events, err);
	free(places);
	return ret;
}

int history_load(struct history_report *report,
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

/* What the series say of each other. */
static int weigh_changes(struct history_report *report)
{
	struct history *history = &report->history;
	int ret = 0;

	history_control(history, report->online ? HISTORY_FDR / HISTORY_LOOKS :
						  HISTORY_FDR);
	/* That several looks find places together is not allowed for. */
	if (!report->online)
		ret = history_place(history, report->runs.count,
				    report->threshold);
	history_mark_back(history);
	return ret;
}

int history_changes(struct history_report *report, struct error *err)
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
	if (!ret)
		ret = weigh_changes(report);
	if (short_ones)
		fprintf(stderr,
			"mmgauge: %zu series %s too short to tell change from "
			"noise: that takes %d points\n",
			short_ones, short_ones == 1 ? "is" : "are",
			2 * CHANGES_SEGMENT_MIN);
	return ret ? error_set(err, ret, "history: out of memory") : 0;
}
