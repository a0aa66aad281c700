// SPDX-License-Identifier: GPL-2.0-or-later
/* What the words of a report mean: `help terms`, and links to it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/terms.h"
#include "html.h"
#include "plots/figures/text.h"
#include "sections.h"

/* "hit, miss" are two words of one entry. */
static size_t word_length(const char *name)
{
	return strcspn(name, ",");
}

static const char *next_word(const char *name)
{
	name += word_length(name);
	return *name ? name + strspn(name, ", ") : name;
}

/* The words of an entry that @text begins with; their length. */
static size_t begins_with(const char *text, const struct term *term)
{
	for (const char *word = term->name; *word; word = next_word(word)) {
		size_t length = word_length(word);

		if (!strncmp(text, word, length) &&
		    !isalnum((unsigned char)text[length]) &&
		    text[length] != '_')
			return length;
	}
	return 0;
}

static const struct term *term_at(const char *text, size_t *length)
{
	for (const struct term *term = terms; term->name; term++) {
		*length = term->in_figures ? begins_with(text, term) : 0;
		if (*length)
			return term;
	}
	return NULL;
}

static void write_id(FILE *stream, const struct term *term)
{
	fputs("term-", stream);
	for (const char *c = term->name; *c && *c != ','; c++)
		fputc(isalnum((unsigned char)*c) ? *c : '-', stream);
}

/* Whole, for a character may take several bytes. */
static void write_plain(FILE *stream, const char *from, const char *to)
{
	char *text = strndup(from, (size_t)(to - from));

	if (text)
		text_html(stream, text);
	free(text);
}

void html_words(FILE *stream, const char *text)
{
	const char *plain = text;
	bool within = false;

	while (*text) {
		size_t length = 0;
		const struct term *term =
			within ? NULL : term_at(text, &length);

		if (term) {
			write_plain(stream, plain, text);
			fputs("<a href=\"#", stream);
			write_id(stream, term);
			fprintf(stream, "\">%.*s</a>", (int)length, text);
			plain = text += length;
			continue;
		}
		within = isalnum((unsigned char)*text) || *text == '_';
		text++;
	}
	write_plain(stream, plain, text);
}

void section_words(FILE *stream)
{
	fputs("<h2 id=\"terms\">What the words mean</h2>\n<dl>\n", stream);
	for (const struct term *term = terms; term->name; term++) {
		fputs("<dt id=\"", stream);
		write_id(stream, term);
		html_print(stream, "\">%s</dt><dd>%s.</dd>\n", term->name,
			   term->meaning);
	}
	fputs("</dl>\n", stream);
}
