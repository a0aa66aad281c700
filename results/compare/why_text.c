// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/text.h"
#include "why.h"

/* Without --all: what is below is told as a sum. */
#define FUNCTIONS_SHOWN 10
/* Two amounts that are less apart may be written the same. */
#define LEAST_SHOWN 0.01

char *why_amount(double value, char text[32])
{
	snprintf(text, 32, fabs(value) < 1e5 ? "%.2f" : "%.0f", value);
	return text;
}

static char *side(double value, bool there, char text[32])
{
	return there ? why_amount(value, text) : strcpy(text, "-");
}

static void print_callers(FILE *stream, const struct why_function *function)
{
	size_t count = function->caller_count;

	for (size_t i = 0; i < count && i < WHY_CALLERS; i++) {
		fputs(i ? ", " : "  < ", stream);
		text_line_print(stream, function->callers[i]);
	}
	if (count > WHY_CALLERS)
		fprintf(stream, " and %zu more", count - WHY_CALLERS);
}

const char *why_function_label(const struct why_function *function,
			       char *buffer, size_t size)
{
	bool module =
		*function->module && strcmp(function->module, "vmlinux") != 0;

	snprintf(buffer, size, "%s%s%s%s%s%s",
		 function->was ? function->was : "",
		 function->was ? " -> " : "",
		 *function->name ? function->name : "(no symbol covers it)",
		 module ? " [" : "", module ? function->module : "",
		 module ? "]" : "");
	return buffer;
}

static void print_function(FILE *stream, const struct why_function *function,
			   bool calls)
{
	const struct why_pair *pair = &function->instructions;
	char base[32], new[32], label[1024];

	fprintf(stream, "  %11s %11s %+11.2f  ",
		side(pair->base, function->in_base, base),
		side(pair->new, function->in_new, new), why_change(pair));
	if (calls)
		fprintf(stream, "%+11.2f  ", why_change(&function->inclusive));
	text_line_print(stream,
			why_function_label(function, label, sizeof(label)));
	print_callers(stream, function);
	fputc('\n', stream);
}

static void print_functions(FILE *stream, const struct why *why, bool all)
{
	struct why_split split = why_split(why, FUNCTIONS_SHOWN);

	if (all) {
		split.shown += split.more;
		split.more = 0;
	}
	fprintf(stream, "  %11s %11s %11s  ", "base", "new", "change");
	fputs(why->calls ? "  inclusive  function  < its callers\n" :
			   "function\n",
	      stream);
	for (size_t i = 0; i < split.shown; i++)
		print_function(stream, &why->functions[i], why->calls);
	if (split.more)
		fprintf(stream, "  %11s %11s %+11.2f  in %zu more\n", "", "",
			split.rest, split.more);
}

bool why_kind_shows(const struct why_kind *kind)
{
	return fabs(why_change(&kind->amount)) >= LEAST_SHOWN;
}

/* Wrapped at 78 columns. */
static void print_kinds(FILE *stream, const struct why *why)
{
	int column = 0;

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
		if (column && column + 2 + length > 78) {
			fputs(",\n  ", stream);
			column = 2;
		} else {
			fputs(column ? ", " : "  ", stream);
			column += 2;
		}
		text_line_print(stream, item);
		column += length;
	}
	if (column)
		fputc('\n', stream);
}

static void print_one(FILE *stream, const struct why *why, bool all)
{
	struct why_pair level = why_level(why);
	char label[512], first[32], second[32];

	fputc('\n', stream);
	text_line_print(stream,
			cell_label(why->row->base_cell, label, sizeof(label)));
	fprintf(stream, "\n  %s: %s -> %s %s", why->row->metric,
		why_amount(level.base, first), why_amount(level.new, second),
		why->row->unit);
	if (level.base > 0)
		fprintf(stream, ", %+.2f %%",
			100 * why_change(&level) / level.base);
	fputc('\n', stream);
	print_functions(stream, why, all);
	print_kinds(stream, why);
}

#define FUNCTIONS_NAMED 3

char *why_functions_text(const struct why *why)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < why->function_count && i < FUNCTIONS_NAMED;
	     i++) {
		const struct why_function *function = &why->functions[i];
		double change = why_change(&function->instructions);

		if (change != 0)
			fprintf(stream, "%s%s %+.2f", i ? ", " : "",
				*function->name ? function->name :
						  "(no symbol)",
				change);
	}
	return fclose(stream) ? NULL : text;
}

/* By more than the threshold, and visibly. */
static bool kind_changed(const struct why_kind *kind, double threshold)
{
	return fabs(why_change(&kind->amount)) >
	       fmax(threshold * kind->amount.base, LEAST_SHOWN);
}

bool why_is_told(const struct why *why, double threshold)
{
	if (why->row->verdict != VERDICT_UNCHANGED)
		return verdict_is_of_cost(why->row->verdict);
	for (size_t i = 0; i < why->kind_count; i++)
		if (kind_changed(&why->kinds[i], threshold))
			return true;
	return false;
}

char *why_kinds_text(const struct why *why, double threshold)
{
	char *text = NULL, base[32], new[32];
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	bool any = false;

	if (!stream)
		return NULL;
	for (size_t i = 0; i < why->kind_count; i++) {
		const struct why_kind *kind = &why->kinds[i];

		if (!kind_changed(kind, threshold))
			continue;
		fprintf(stream, "%s%s %s -> %s", any ? ", " : "", kind->name,
			why_amount(kind->amount.base, base),
			why_amount(kind->amount.new, new));
		any = true;
	}
	return fclose(stream) ? NULL : text;
}

void why_print(FILE *stream, const struct why_list *list, bool all)
{
	for (size_t i = 0; i < list->count; i++)
		print_one(stream, &list->items[i], all);
	fprintf(stream,
		"%s%zu changed, %zu unchanged to the last instruction "
		"and kind",
		list->count ? "\n" : "", list->count, list->unchanged);
	if (list->unknown)
		fprintf(stream, ", %zu changed without a profile of both runs",
			list->unknown);
	fputc('\n', stream);
	if (list->by_symbol)
		fputs("by symbol: only one of the runs knows inlined "
		      "functions: measure both with --profile=inlined\n",
		      stream);
}
