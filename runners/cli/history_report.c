// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
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
bool history_is_acknowledged(const struct history_report *report,
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

static bool is_news(const struct history_report *report,
		    const struct history_series *series,
		    const struct history_change *change)
{
	return !change->told &&
	       !history_is_acknowledged(report, series, change);
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
		if (last->regression && is_news(report, series, last))
			return true;
	}
	return false;
}

static const char *verdict(const struct history_change *change)
{
	return change->regression ? "regression" : "improvement";
}

/* The change and its interval, in percent where that means something. */
static void print_size(FILE *stream, const struct history_series *series,
		       const struct history_change *change)
{
	char ratio[64], interval[64];

	fprintf(stream, "%.9g -> %.9g%s", change->before, change->after,
		*series->unit ? " " : "");
	text_line_print(stream, series->unit);
	if (change->before <= 0 || change->after <= 0)
		return;
	fprintf(stream, ", %s",
		format_change(change->after / change->before, ratio,
			      sizeof(ratio)));
	if (change->low < change->high)
		fprintf(stream, " %s",
			format_interval(1 + change->low / change->before,
					1 + change->high / change->before,
					interval, sizeof(interval)));
}

static void print_change(FILE *stream, const struct history_report *report,
			 const struct history_series *series,
			 const struct history_change *change)
{
	const struct history_run *from =
		run_at(report, series, change->first ? change->first - 1 : 0);
	const struct history_run *at = run_at(report, series, change->index);

	fprintf(stream, "  %s: ", series->name);
	if (change->drift)
		fprintf(stream, "drift from %s to %s: ", at->name,
			run_at(report, series, change->end)->name);
	else if (change->first == change->last)
		fprintf(stream, "%s -> %s: ", from->name, at->name);
	else
		fprintf(stream, "at %s, within %s..%s: ", at->name, from->name,
			run_at(report, series, change->last)->name);
	print_size(stream, series, change);
	fprintf(stream, ": %s", verdict(change));
	if (change->probability < 1)
		fprintf(stream, ", probability %.4g", change->probability);
	if (change->back_after)
		fprintf(stream, ", went back after %zu", change->back_after);
	if (series->wandering)
		fprintf(stream, ", or strongly autocorrelated noise");
	fputc('\n', stream);
}

/* A change that is news, and the run it is at. */
struct item {
	size_t run;
	const struct history_series *series;
	const struct history_change *change;
};

static int by_run(const void *a, const void *b)
{
	const struct item *first = a, *second = b;

	if (first->run != second->run)
		return first->run > second->run ? 1 : -1;
	return (first->series > second->series) -
	       (first->series < second->series);
}

/* What is news, by run; NULL without any, or any memory. */
static struct item *list_news(const struct history_report *report,
			      size_t *count)
{
	const struct history *history = &report->history;
	struct item *items;
	size_t most = 0;

	*count = 0;
	for (size_t i = 0; i < history->count; i++)
		most += history->series[i].change_count;
	items = calloc(most + 1, sizeof(*items));
	for (size_t i = 0; items && i < history->count; i++) {
		const struct history_series *series = &history->series[i];

		for (size_t j = 0; j < series->change_count; j++) {
			const struct history_change *change =
				&series->changes[j];

			if (is_news(report, series, change))
				items[(*count)++] = (struct item){
					series->runs[change->index], series,
					change
				};
		}
	}
	if (items)
		qsort(items, *count, sizeof(*items), by_run);
	return items;
}

/* How many of @items from @first on are at one run. */
static size_t at_one_run(const struct item *items, size_t first, size_t count)
{
	size_t end = first;

	while (end < count && items[end].run == items[first].run)
		end++;
	return end - first;
}

static void print_news(FILE *stream, const struct history_report *report)
{
	size_t count, here;
	struct item *items = list_news(report, &count);

	for (size_t i = 0; items && i < count; i += here) {
		const struct history_run *run =
			&report->runs.runs[items[i].run];

		here = at_one_run(items, i, count);
		fprintf(stream, "%s: %zu series%s%s\n", run->name, here,
			*run->title ? ": " : "", run->title);
		for (size_t j = i; j < i + here; j++)
			print_change(stream, report, items[j].series,
				     items[j].change);
	}
	free(items);
}

static const char *event_verdict(const struct history_event *event)
{
	return verdict_name(event->broken ? VERDICT_BROKEN : VERDICT_BEHAVES);
}

/* How many are acknowledged, and not told again. */
static size_t print_events(FILE *stream, const struct history_report *report)
{
	size_t hidden = 0;

	for (size_t i = 0; i < report->events.count; i++) {
		const struct history_event *event = &report->events.items[i];
		const struct history_run *runs = report->runs.runs;

		if (is_known(report, event)) {
			hidden++;
			continue;
		}
		fprintf(stream, "%s: ",
			event->mended ? "mended" : event_verdict(event));
		text_line_print(stream, runs[event->before].name);
		fputs(" -> ", stream);
		text_line_print(stream, runs[event->at].name);
		fputs(": ", stream);
		text_line_print(stream, event->cell);
		fputs(": ", stream);
		text_line_print(stream, event->text);
		if (*runs[event->at].title)
			fputs(": ", stream);
		text_line_print(stream, runs[event->at].title);
		fputc('\n', stream);
	}
	return hidden;
}

void history_print_text(FILE *stream, const struct history_report *report)
{
	size_t changed = 0, hidden = print_events(stream, report), below = 0;
	size_t told = 0, by_chance = 0;

	print_news(stream, report);
	for (size_t i = 0; i < report->history.count; i++) {
		const struct history_series *series =
			&report->history.series[i];

		changed += series->change_count > 0;
		below += series->below;
		by_chance += series->by_chance;
		for (size_t j = 0; j < series->change_count; j++) {
			hidden += history_is_acknowledged(report, series,
							  &series->changes[j]);
			told += series->changes[j].told;
		}
	}
	fprintf(stream,
		"%zu of %zu series changed over %zu run%s in order of %s, "
		"threshold %g %%",
		changed, report->history.count, report->runs.count,
		report->runs.count == 1 ? "" : "s", report->runs.order,
		report->threshold * 100);
	if (below)
		fprintf(stream, ", %zu more by less", below);
	if (hidden)
		fprintf(stream, ", %zu change%s acknowledged", hidden,
			hidden == 1 ? " is" : "s are");
	if (told)
		fprintf(stream, ", %zu told before", told);
	if (by_chance)
		fprintf(stream, ", %zu may be chance among so many %s",
			by_chance, report->online ? "looks" : "series");
	fputc('\n', stream);
}

static json_t *change_json(const struct history_report *report,
			   const struct history_series *series,
			   const struct history_change *change)
{
	size_t before = change->first ? change->first - 1 : 0;
	const char *subject = run_at(report, series, change->index)->name;

	return json_pack(
		"{s:s, s:I, s:o, s:f, s:f, s:[f, f], s:f, s:s, s:I, s:[o, o], s:b, s:b, s:o}",
		"kind", change->drift ? "drift" : "step", "index",
		(json_int_t)change->index, "subject", utf8_json(subject),
		"before", change->before, "after", change->after, "interval",
		change->low, change->high, "probability", change->probability,
		"verdict", verdict(change), "end", (json_int_t)change->end,
		"range", utf8_json(run_at(report, series, before)->name),
		utf8_json(run_at(report, series,
				 change->drift ? change->end : change->last)
				  ->name),
		"acknowledged", history_is_acknowledged(report, series, change),
		"told", change->told, "back_after",
		change->back_after ?
			json_integer((json_int_t)change->back_after) :
			json_null());
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
	return json_pack("{s:s, s:s, s:o, s:o, s:I, s:o, s:b, s:I, s:b}",
			 "name", series->name, "unit", series->unit, "points",
			 points, "subjects", subjects, "missing",
			 (json_int_t)series->missing, "change_points", changes,
			 "below_threshold", series->below, "by_chance",
			 (json_int_t)series->by_chance,
			 "strongly_autocorrelated", series->wandering);
}

/* What is news, by run: the commit first, the series below it. */
static json_t *commits_json(const struct history_report *report)
{
	size_t count, here;
	struct item *items = list_news(report, &count);
	json_t *list = json_array();

	for (size_t i = 0; items && i < count; i += here) {
		const struct history_run *run =
			&report->runs.runs[items[i].run];
		json_t *names = json_array();
		size_t regressions = 0;

		here = at_one_run(items, i, count);
		for (size_t j = i; j < i + here; j++) {
			regressions += items[j].change->regression;
			json_array_append_new(names,
					      utf8_json(items[j].series->name));
		}
		json_array_append_new(
			list, json_pack("{s:o, s:o, s:I, s:I, s:o}", "subject",
					utf8_json(run->name), "title",
					utf8_json(run->title), "regressions",
					(json_int_t)regressions, "improvements",
					(json_int_t)(here - regressions),
					"series", names));
	}
	free(items);
	return list;
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
	document = json_pack("{s:s, s:f, s:b, s:o, s:o, s:o}", "order",
			     report->runs.order, "threshold", report->threshold,
			     "online", report->online, "events",
			     events_json(report), "commits",
			     commits_json(report), "series", list);
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}
