// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/text.h"
#include "why.h"

/* Two amounts that are less apart may be written the same. */
#define LEAST_SHOWN 0.01

char *why_amount(double value, char text[32])
{
	snprintf(text, 32, fabs(value) < 1e5 ? "%.2f" : "%.0f", value);
	return text;
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

bool why_kind_shows(const struct why_kind *kind)
{
	return fabs(why_change(&kind->amount)) >= LEAST_SHOWN;
}

#define FUNCTIONS_NAMED 3

char *why_functions_text(const struct why *why)
{
	char *text = NULL;
	size_t size;
	FILE *stream = text_begin(&text, &size);

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
	return text_finish(stream, &text) ? NULL : text;
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
	FILE *stream = text_begin(&text, &size);
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
	return text_finish(stream, &text) ? NULL : text;
}
