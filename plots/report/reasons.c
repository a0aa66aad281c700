// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's account of what makes a change. */
#include "html.h"
#include "sections.h"

static void write_amount(FILE *stream, double amount, bool there)
{
	char text[32];

	html_number(stream, there ? why_amount(amount, text) : "\xe2\x80\x93");
}

static void write_change(FILE *stream, double change)
{
	char text[64];

	snprintf(text, sizeof(text), "%+.2f", change);
	html_number(stream, text);
	fputs("</tr>\n", stream);
}

static void write_functions(FILE *stream, const struct why *why)
{
	struct why_split split = why_split(why, REASON_FUNCTIONS);
	char label[1024];

	for (size_t i = 0; i < split.shown; i++) {
		const struct why_function *function = &why->functions[i];
		const struct why_pair *pair = &function->instructions;

		html_print(stream, "<tr><th scope=\"row\">%s</th>",
			   why_function_label(function, label, sizeof(label)));
		write_amount(stream, pair->base, function->in_base);
		write_amount(stream, pair->new, function->in_new);
		write_change(stream, why_change(pair));
	}
	if (!split.more)
		return;
	html_print(stream,
		   "<tr><th scope=\"row\">%zu more</th><td></td><td></td>",
		   split.more);
	write_change(stream, split.rest);
}

static void write_kinds(FILE *stream, const struct why *why)
{
	for (size_t i = 0, shown = 0;
	     i < why->kind_count && shown < REASON_KINDS; i++) {
		const struct why_kind *kind = &why->kinds[i];

		if (!why_kind_shows(kind))
			continue;
		html_print(stream, "<tr><th scope=\"row\">%s</th>", kind->name);
		write_amount(stream, kind->amount.base, true);
		write_amount(stream, kind->amount.new, true);
		write_change(stream, why_change(&kind->amount));
		shown++;
	}
}

void section_reason(FILE *stream, const struct why *why)
{
	html_print(
		stream,
		"<details><summary>The same in figures</summary>\n"
		"<div class=\"wide\"><table>\n"
		"<caption>Functions and kinds of work, per unit of the "
		"metric.</caption>\n"
		"<thead><tr><th scope=\"col\">function, kind</th>"
		"<th scope=\"col\" class=\"number\">base</th>"
		"<th scope=\"col\" class=\"number\">new</th>"
		"<th scope=\"col\" class=\"number\">change</th></tr></thead>\n"
		"<tbody>\n");
	write_functions(stream, why);
	fputs("</tbody>\n<tbody>\n", stream);
	write_kinds(stream, why);
	fputs("</tbody>\n</table></div></details>\n", stream);
}
