// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What makes the changes, for people: those explained alike together, in as many
 * lines as there are.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare_lines.h"
#include "compare_output.h"
#include "results/base/text.h"
#include "results/format.h"
#include "results/width.h"
#include "why.h"

/* Of each explanation; what is below is told as a sum. */
struct detail {
	size_t functions;
	bool kinds;
};

static const struct detail details[] = {
	{ 10, true }, { 6, true },  { 4, true },
	{ 4, false }, { 2, false }, { 1, false },
};

#define DETAILS (sizeof(details) / sizeof(*details))

static const struct detail everything = { SIZE_MAX, true };

struct screen {
	FILE *stream;
	const struct why_list *list;
	const size_t *first; /* of those explained as each item is */
	const struct axes_said *said;
	int width; /* 0: as wide as it gets */
	size_t groups; /* at most so many explanations */
	struct detail detail;
};

static char *side(double value, bool there, char text[32])
{
	return there ? why_amount(value, text) : strcpy(text, "-");
}

static void append_callers(FILE *stream, const struct why_function *function)
{
	size_t count = function->caller_count;

	for (size_t i = 0; i < count && i < WHY_CALLERS; i++)
		fprintf(stream, "%s%s", i ? ", " : "  < ",
			function->callers[i]);
	if (count > WHY_CALLERS)
		fprintf(stream, " and %zu more", count - WHY_CALLERS);
}

static void print_function(const struct screen *screen,
			   const struct why_function *function, bool calls)
{
	const struct why_pair *pair = &function->instructions;
	char base[32], new[32], label[1024], cut[8192], *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return;
	fprintf(stream, "  %10s %10s %+10.2f  ",
		side(pair->base, function->in_base, base),
		side(pair->new, function->in_new, new), why_change(pair));
	if (calls)
		fprintf(stream, "%+10.2f  ", why_change(&function->inclusive));
	fputs(why_function_label(function, label, sizeof(label)), stream);
	append_callers(stream, function);
	if (!text_finish(stream, &text))
		text_line_print(screen->stream,
				screen->width ? width_cut(cut, sizeof(cut),
							  screen->width, text) :
						text);
	fputc('\n', screen->stream);
	free(text);
}

static void print_functions(const struct screen *screen, const struct why *why)
{
	struct why_split split = why_split(why, screen->detail.functions);

	if (screen->detail.functions == SIZE_MAX) {
		split.shown += split.more;
		split.more = 0;
	}
	fprintf(screen->stream, "  %10s %10s %10s  ", "base", "new", "change");
	fputs(why->calls ? " inclusive  function  < its callers\n" :
			   "function\n",
	      screen->stream);
	for (size_t i = 0; i < split.shown; i++)
		print_function(screen, &why->functions[i], why->calls);
	if (split.more)
		fprintf(screen->stream, "  %10s %10s %+10.2f  in %zu more\n",
			"", "", split.rest, split.more);
}

/* Wrapped between them. */
static void print_kinds(const struct screen *screen, const struct why *why)
{
	int column = 0, width = screen->width ? screen->width : 80;

	for (size_t i = 0; i < why->kind_count; i++) {
		const struct why_kind *kind = &why->kinds[i];
		char item[128], base[32], new[32];
		int length;

		if (!why_kind_shows(kind))
			continue;
		length = snprintf(item, sizeof(item), "%.60s %s -> %s",
				  kind->name,
				  why_amount(kind->amount.base, base),
				  why_amount(kind->amount.new, new));
		if (column && column + 3 + length > width) {
			fputs(",\n  ", screen->stream);
			column = 2;
		} else {
			fputs(column ? ", " : "  ", screen->stream);
			column += 2;
		}
		text_line_print(screen->stream, item);
		column += length;
	}
	if (column)
		fputc('\n', screen->stream);
}

/* ", +6.72 %", or "" where there is nothing that it is of. */
static const char *change_text(const struct why *why, char text[64])
{
	struct why_pair level = why_level(why);

	*text = '\0';
	if (level.base > 0)
		snprintf(text, 64, " %+.2f %%",
			 100 * why_change(&level) / level.base);
	return text;
}

static bool is_same_metric(const struct why *a, const struct why *b)
{
	return !strcmp(a->row->base_cell->name, b->row->base_cell->name) &&
	       !strcmp(a->row->metric, b->row->metric);
}

/* Of the metric of @list->items[@at], from there on. */
static size_t count_metric(const struct screen *screen, size_t at)
{
	const struct why *items = screen->list->items;
	size_t count = 0;

	for (size_t i = at; i < screen->list->count; i++)
		count += screen->first[i] == screen->first[at] &&
			 is_same_metric(&items[i], &items[at]);
	return count;
}

static bool is_named(const struct screen *screen, size_t group, size_t at)
{
	for (size_t i = group + 1; i < at; i++)
		if (screen->first[i] == group &&
		    is_same_metric(&screen->list->items[i],
				   &screen->list->items[at]))
			return true;
	return false;
}

/* "pin.fast unpin +5.59 % and 3 more": what the group's first one stands for. */
static void print_alike(const struct screen *screen, size_t group)
{
	const struct why *items = screen->list->items;
	char change[64], *text = NULL;
	size_t size, count;
	FILE *stream = text_begin(&text, &size);

	if (!stream)
		return;
	for (size_t i = group + 1; i < screen->list->count; i++) {
		if (screen->first[i] != group || is_named(screen, group, i))
			continue;
		fprintf(stream, "%s%s %s%s", ftell(stream) ? ", " : "",
			items[i].row->base_cell->name, items[i].row->metric,
			change_text(&items[i], change));
		count = count_metric(screen, i);
		if (count > 1)
			fprintf(stream, " and %zu more", count - 1);
	}
	if (!text_finish(stream, &text) && *text)
		width_wrap(screen->stream, "  alike: ", 4,
			   screen->width ? screen->width : INT32_MAX, text);
	free(text);
}

static void print_group(const struct screen *screen, size_t group)
{
	const struct why *why = &screen->list->items[group];
	struct why_pair level = why_level(why);
	char first[32], second[32], change[64], *label;

	label = axes_label_of(screen->said, why->row->base_cell, true);
	fputc('\n', screen->stream);
	if (label)
		width_wrap(screen->stream, "", 2,
			   screen->width ? screen->width : INT32_MAX, label);
	free(label);
	change_text(why, change);
	fprintf(screen->stream, "  %s: %s -> %s %s%s%s\n", why->row->metric,
		why_amount(level.base, first), why_amount(level.new, second),
		why->row->unit, *change ? "," : "", change);
	print_functions(screen, why);
	if (screen->detail.kinds)
		print_kinds(screen, why);
	print_alike(screen, group);
}

static void print_end(const struct screen *screen, size_t left)
{
	const struct why_list *list = screen->list;

	if (left)
		fprintf(screen->stream,
			"\n%zu more explanations: see mmgauge why of the two "
			"runs",
			left);
	fprintf(screen->stream,
		"%s%zu changed, %zu unchanged to the last instruction "
		"and kind",
		list->count ? "\n" : "", list->count, list->unchanged);
	if (list->unknown)
		fprintf(screen->stream,
			", %zu changed without a profile of both runs",
			list->unknown);
	fputc('\n', screen->stream);
	if (list->by_symbol)
		fputs("by symbol: only one of the runs knows inlined "
		      "functions: measure both with --profile=inlined\n",
		      screen->stream);
}

static void print_all(const struct screen *screen)
{
	size_t groups = 0, left = 0;

	for (size_t i = 0; i < screen->list->count; i++) {
		if (screen->first[i] != i)
			continue;
		if (groups++ < screen->groups)
			print_group(screen, i);
		else
			left++;
	}
	print_end(screen, left);
}

/* As much of each function, where it makes a visible part of the change. */
static bool is_alike(const struct why *a, const struct why *b)
{
	struct why_split x = why_split(a, everything.functions);
	struct why_split y = why_split(b, everything.functions);

	if (x.shown != y.shown || !x.shown ||
	    strcmp(a->row->unit, b->row->unit))
		return false;
	for (size_t i = 0; i < x.shown; i++) {
		const struct why_function *f = &a->functions[i];
		const struct why_function *g = &b->functions[i];
		double off = why_change(&f->instructions) -
			     why_change(&g->instructions);

		if (strcmp(f->name, g->name) || strcmp(f->module, g->module) ||
		    fabs(off) > 0.01 * fabs(why_change(&f->instructions)))
			return false;
	}
	return true;
}

static size_t *find_firsts(const struct why_list *list, bool all)
{
	size_t *first = calloc(list->count + 1, sizeof(*first));

	for (size_t i = 0; first && i < list->count; i++) {
		first[i] = i;
		for (size_t j = 0; j < i && !all && first[i] == i; j++)
			if (first[j] == j &&
			    is_alike(&list->items[j], &list->items[i]))
				first[i] = j;
	}
	return first;
}

/* Printed to nowhere. */
static size_t count_lines(const struct screen *screen)
{
	struct screen copy = *screen;
	char *text = NULL;
	size_t size, count = 0;

	copy.stream = text_begin(&text, &size);
	if (!copy.stream)
		return 0;
	print_all(&copy);
	text_finish(copy.stream, &text);
	for (const char *at = text; at && *at; at++)
		count += *at == '\n';
	free(text);
	return count;
}

static void fit(struct screen *screen, size_t lines)
{
	screen->groups = screen->list->count;
	for (size_t i = 0; i < DETAILS; i++) {
		screen->detail = details[i];
		if (!lines || count_lines(screen) <= lines)
			return;
	}
	screen->detail.functions = 2;
	while (screen->groups > 1 && count_lines(screen) > lines)
		screen->groups--;
}

int why_print(FILE *stream, const struct why_list *list,
	      const struct compare_style *style)
{
	const struct compare_report *report = list->report;
	bool all = report->options.all;
	struct axes_said said = { .is_default = style->is_default };
	size_t *first = find_firsts(list, all);
	struct screen screen = {
		.stream = stream,
		.list = list,
		.first = first,
		.said = &said,
		.width = all	      ? 0 :
			 style->width ? style->width :
					80,
		.groups = list->count,
		.detail = everything,
	};
	int ret = first ? axes_said_add(&said, report->base) : -ENOMEM;

	if (!ret) {
		if (!all)
			fit(&screen, style->lines);
		print_all(&screen);
	}
	axes_said_free(&said);
	free(first);
	return ret;
}
