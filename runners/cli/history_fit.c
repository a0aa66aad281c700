// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "history_fit.h"
#include "results/width.h"
#include "style.h"
#include "results/base/text.h"

#define INDENT 4 /* of what a line goes on with */

/* The values of @list, "axis=value,...", that have to be said. */
static void copy_axes(FILE *to, const char *name, char *list)
{
	char *rest = list, *word;
	const char *before = "[";

	while ((word = strsep(&rest, ","))) {
		char *value = strchr(word, '=');
		struct axis_value axis = { .axis = word };

		if (value) {
			*value = '\0';
			axis.text = value + 1;
			if (style_is_default(name, &axis))
				continue;
			*value = '=';
		}
		fprintf(to, "%s%s", before, word);
		before = ",";
	}
	if (*before == ',')
		fputc(']', to);
}

/* Up to the end of the first cell of @line there may be; the rest stays. */
static char *copy_cell(FILE *to, char *line)
{
	char *open = strchr(line, '['), *close, *name;
	size_t blanks = strspn(line, " ");

	close = open ? strchr(open, ']') : NULL;
	if (!close)
		return line;
	*open = *close = '\0';
	name = strrchr(line + blanks, ' ');
	name = name ? name + 1 : line + blanks;
	fputs(line, to);
	copy_axes(to, name, open + 1);
	return close + 1;
}

static void fit_line(FILE *stream, char *line, int width)
{
	size_t size, blanks = strspn(line, " ");
	char first[INDENT + 1] = "", *text = NULL;
	FILE *to = text_begin(&text, &size);

	if (!to)
		return;
	if (blanks > INDENT)
		blanks = INDENT;
	memset(first, ' ', blanks);
	fputs(copy_cell(to, line), to);
	if (!text_finish(to, &text))
		width_wrap(stream, first, INDENT, width, text + blanks);
	free(text);
}

void history_fit(FILE *stream, const char *text, int width)
{
	char *copy = strdup(text), *rest = copy, *line;

	while (copy && (line = strsep(&rest, "\n")))
		if (rest) /* the last is not ended: there is none */
			fit_line(stream, line, width);
	free(copy);
}
