// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "results/base/text.h"
#include "width.h"

#define INDENT 2

static bool is_plain(const char *word)
{
	const char *at = word;

	while (isalnum((unsigned char)*at) ||
	       (*at && strchr("_.:/@%+=,-", *at)))
		at++;
	return *word && !*at;
}

int mail_word(FILE *stream, const char *word)
{
	char *line = text_line(word);

	if (!line)
		return -ENOMEM;
	fputc(' ', stream);
	if (is_plain(line)) {
		fputs(line, stream);
	} else {
		fputc('\'', stream);
		for (const char *at = line; *at; at++)
			fputs(*at == '\'' ? "'\\''" : (char[]){ *at, 0 },
			      stream);
		fputc('\'', stream);
	}
	free(line);
	return 0;
}

/* The bytes before the next blank that is between words, not within quotes. */
static size_t word_of(const char *at)
{
	bool quoted = false;
	size_t length = 0;

	while (at[length] && (quoted || at[length] != ' ')) {
		quoted ^= at[length] == '\'';
		length++;
	}
	return length;
}

void mail_command(FILE *stream, const char *command)
{
	/* Room for the blank and the backslash. */
	const int room = MAIL_WIDTH - 2;
	int column = INDENT;

	fprintf(stream, "%*s", INDENT, "");
	while (*command) {
		size_t length = word_of(command);
		int width = (int)length;

		if (column > INDENT && column + 1 + width > room) {
			fprintf(stream, " \\\n%*s", 2 * INDENT, "");
			column = 2 * INDENT;
		} else if (column > INDENT) {
			fputc(' ', stream);
			column++;
		}
		/* A shell takes a word on two lines where nothing is between. */
		for (; width > room - column && width > room - 2 * INDENT;) {
			int part = room - column;

			fprintf(stream, "%.*s\\\n", part, command);
			command += part;
			width -= part;
			column = 0;
		}
		fprintf(stream, "%.*s", width, command);
		column += width;
		command += width;
		command += *command == ' ';
	}
	fputc('\n', stream);
}
