// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "results/base/text.h"
#include "results/compare/compare.h"
#include "results/format.h"
#include "history_report.h"
#include "results/base/utf8.h"

static const struct history_run *run_at(const struct history_report *report,
					const struct history_series *series,
					size_t index)
{
	return &report->runs.runs[series->runs[index]];
}

/* More points can move a change in noise: any place it may have will do. */
static bool is_acknowledged(const struct history_report *report,
			    const struct history_series *series,
			    const struct history_change *change)
{
	size_t last = change->last > change->end ? change->last : change->end;
	const struct text_list *list = &report->acknowledged;

	for (size_t i = change->first; i <= last; i++)
		for (size_t j = 0; j < list->count; j++)
			if (history_run_is(run_at(report, series, i),
					   list->items[j]))
				return true;
	return false;
}

static bool is_known(const struct history_report *report,
		     const struct history_event *event)
{
	const struct history_run *run = &report->runs.runs[event->at];

	for (size_t i = 0; i < report->acknowledged.count; i++)
		if (history_run_is(run, report->acknowledged.items[i]))
			return true;
	return false;
}

bool history_ends_badly(const struct history_report *report)
{
	for (size_t i = 0; i < report->events.count; i++) {
		const struct history_event *event = &report->events.items[i];

		if (event->last && !event->mended && !is_known(report, event))
			return true;
	}
	for (size_t i = 0; i < report->history.count; i++) {
		const struct history_series *series =
			&report->history.series[i];
		const struct history_change *last;

		if (!series->change_count)
			continue;
		last = &series->changes[series->change_count - 1];
		if (last->regression && !is_acknowledged(report, series, last))
			return true;
	}
	return false;
}

static const char *verdict(const struct history_change *change)
{
	return change->regression ? "regression" : "improvement";
}

/* The change and its interval, in percent where that means something. */
static void print_size(const struct history_series *series,
		       const struct history_change *change)
{
	char ratio[64], interval[64];

	printf("%.9g -> %.9g%s", change->before, change->after,
	       *series->unit ? " " : "");
	text_line_print(stdout, series->unit);
	if (change->before <= 0 || change->after <= 0)
		return;
	printf(", %s", format_change(change->after / change->before, ratio,
				     sizeof(ratio)));
	if (change->low < change->high)
		printf(" %s", format_interval(1 + change->low / change->before,
					      1 + change->high / change->before,
					      interval, sizeof(interval)));
}

static void print_change(const struct history_report *report,
			 const struct history_series *series,
			 const struct history_change *change)
{
	const struct history_run *from =
		run_at(report, series, change->first ? change->first - 1 : 0);
	const struct history_run *at = run_at(report, series, change->index);

	if (change->drift)
		printf("  drift from %s to %s: ", at->name,
		       run_at(report, series, change->end)->name);
	else if (change->first == change->last)
		printf("  %s -> %s: ", from->name, at->name);
	else
		printf("  at %s, within %s..%s: ", at->name, from->name,
		       run_at(report, series, change->last)->name);
	print_size(series, change);
	printf(": %s", verdict(change));
	if (change->probability < 1)
		printf(", probability %.4g", change->probability);
	printf("%s%s\n", *at->title && !change->drift ? ": " : "",
	       change->drift ? "" : at->title);
}

/* What is acknowledged is not told again; how many of them. */
static size_t print_series(const struct history_report *report,
			   const struct history_series *series)
{
	size_t hidden = 0;

	for (size_t i = 0; i < series->change_count; i++)
		hidden += is_acknowledged(report, series, &series->changes[i]);
	if (hidden < series->change_count)
		printf("%s (%zu points)\n", series->name, series->count);
	for (size_t i = 0; i < series->change_count; i++)
		if (!is_acknowledged(report, series, &series->changes[i]))
			print_change(report, series, &series->changes[i]);
	return hidden;
}

static const char *event_verdict(const struct history_event *event)
{
	return verdict_name(event->broken ? VERDICT_BROKEN : VERDICT_BEHAVES);
}

/* How many are acknowledged, and not told again. */
static size_t print_events(const struct history_report *report)
{
	size_t hidden = 0;

	for (size_t i = 0; i < report->events.count; i++) {
		const struct history_event *event = &report->events.items[i];
		const struct history_run *runs = report->runs.runs;

		if (is_known(report, event)) {
			hidden++;
			continue;
		}
		printf("%s: ", event->mended ? "mended" : event_verdict(event));
		text_line_print(stdout, runs[event->before].name);
		fputs(" -> ", stdout);
		text_line_print(stdout, runs[event->at].name);
		fputs(": ", stdout);
		text_line_print(stdout, event->cell);
		fputs(": ", stdout);
		text_line_print(stdout, event->text);
		if (*runs[event->at].title)
			fputs(": ", stdout);
		text_line_print(stdout, runs[event->at].title);
		putchar('\n');
	}
	return hidden;
}

void history_print_text(const struct history_report *report)
{
	size_t changed = 0, hidden = print_events(report), below = 0;

	for (size_t i = 0; i < report->history.count; i++) {
		const struct history_series *series =
			&report->history.series[i];

		changed += series->change_count > 0;
		hidden += print_series(report, series);
		below += series->below;
	}
	printf("%zu of %zu series changed over %zu run%s in order of %s, "
	       "threshold %g %%",
	       changed, report->history.count, report->runs.count,
	       report->runs.count == 1 ? "" : "s", report->runs.order,
	       report->threshold * 100);
	if (below)
		printf(", %zu more by less", below);
	if (hidden)
		printf(", %zu change%s acknowledged", hidden,
		       hidden == 1 ? " is" : "s are");
	putchar('\n');
}

static json_t *change_json(const struct history_report *report,
			   const struct history_series *series,
			   const struct history_change *change)
{
	size_t before = change->first ? change->first - 1 : 0;
	const char *subject = run_at(report, series, change->index)->name;

	return json_pack(
		"{s:s, s:I, s:o, s:f, s:f, s:[f, f], s:f, s:s, s:I, s:[o, o], s:b}",
		"kind", change->drift ? "drift" : "step", "index",
		(json_int_t)change->index, "subject", utf8_json(subject),
		"before", change->before, "after", change->after, "interval",
		change->low, change->high, "probability", change->probability,
		"verdict", verdict(change), "end", (json_int_t)change->end,
		"range", utf8_json(run_at(report, series, before)->name),
		utf8_json(run_at(report, series,
				 change->drift ? change->end : change->last)
				  ->name),
		"acknowledged", is_acknowledged(report, series, change));
}

static json_t *series_json(const struct history_report *report,
			   const struct history_series *series)
{
	json_t *points = json_array(), *subjects = json_array();
	json_t *changes = json_array();

	for (size_t i = 0; i < series->count; i++) {
		json_array_append_new(points, json_real(series->points[i]));
		json_array_append_new(
			subjects, utf8_json(run_at(report, series, i)->name));
	}
	for (size_t i = 0; i < series->change_count; i++)
		json_array_append_new(
			changes,
			change_json(report, series, &series->changes[i]));
	return json_pack("{s:s, s:s, s:o, s:o, s:I, s:o, s:b}", "name",
			 series->name, "unit", series->unit, "points", points,
			 "subjects", subjects, "missing",
			 (json_int_t)series->missing, "change_points", changes,
			 "below_threshold", series->below);
}

static json_t *events_json(const struct history_report *report)
{
	json_t *list = json_array();

	for (size_t i = 0; i < report->events.count; i++) {
		const struct history_event *event = &report->events.items[i];
		const struct history_run *runs = report->runs.runs;

		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:o, s:s, s:o, s:b, s:b}", "cell",
				  utf8_json(event->cell), "before",
				  utf8_json(runs[event->before].name),
				  "subject", utf8_json(runs[event->at].name),
				  "verdict", event_verdict(event), "reason",
				  utf8_json(event->text), "mended",
				  event->mended, "acknowledged",
				  is_known(report, event)));
	}
	return list;
}

void history_print_json(const struct history_report *report)
{
	json_t *list = json_array(), *document;

	for (size_t i = 0; i < report->history.count; i++)
		json_array_append_new(
			list, series_json(report, &report->history.series[i]));
	document = json_pack("{s:s, s:f, s:o, s:o}", "order",
			     report->runs.order, "threshold", report->threshold,
			     "events", events_json(report), "series", list);
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}
