// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's command lines. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "sections.h"
#include "results/base/text.h"

#define PLAIN                        \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789_-+=./:,@%"

/* As a shell wants it: between single quotes unless it is harmless. */
static void write_word(FILE *stream, const char *word)
{
	if (*word && !word[strspn(word, PLAIN)]) {
		fputs(word, stream);
		return;
	}
	fputc('\'', stream);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", stream);
		else
			fputc(*word, stream);
	}
	fputc('\'', stream);
}

static void write_words(FILE *stream, const json_t *words)
{
	const json_t *word;
	size_t i;

	json_array_foreach (words, i, word) {
		if (i)
			fputc(' ', stream);
		if (json_is_string(word))
			write_word(stream, json_string_value(word));
	}
}

static void write_comparison(FILE *stream, const struct group *group,
			     size_t comparison)
{
	const struct compare_report *report = &group->comparisons[comparison];
	const char *base = result_text(report->base, "run/id");
	const char *new = result_text(report->new, "run/id");

	fputs("mmgauge compare ", stream);
	write_word(stream, base ? base : "BASE");
	fputc(' ', stream);
	write_word(stream, new ? new : "NEW");
	fprintf(stream, " --threshold %g%%", report->options.threshold * 100);
	if (report->options.seed != 1)
		fprintf(stream, " --seed %ju", (uintmax_t)report->options.seed);
}

/* One block of the page from what was written to a stream of its own. */
struct command {
	char *text;
	size_t size;
	FILE *stream;
};

static int command_begin(struct command *command)
{
	*command = (struct command){ 0 };
	command->stream = text_begin(&command->text, &command->size);
	return command->stream ? 0 : -ENOMEM;
}

static int command_end(struct command *command, FILE *page)
{
	int ret = text_finish(command->stream, &command->text) ? -ENOMEM : 0;

	if (!ret && command->size)
		html_print(page, "<pre><code>%s</code></pre>\n", command->text);
	free(command->text);
	return ret;
}

static int write_run(FILE *page, const struct result *result)
{
	const json_t *line = result_value(result, "run/command_line");
	struct command command;
	int ret = command_begin(&command);

	if (ret)
		return ret;
	if (json_is_string(line))
		fputs(json_string_value(line), command.stream);
	else
		write_words(command.stream, line);
	return command_end(&command, page);
}

/* One command line makes a result for each of its targets. */
static bool made_before(const struct group *group, size_t index)
{
	const json_t *line =
		result_value(group->results[index], "run/command_line");

	for (size_t i = 0; i < index; i++)
		if (json_equal(line, result_value(group->results[i],
						  "run/command_line")))
			return true;
	return false;
}

int section_reproduce(FILE *page, const struct group *group)
{
	struct command command;
	int ret = 0;

	fputs("<h3>How to reproduce</h3>\n", page);
	for (size_t i = 0; i < group->count && !ret; i++)
		if (!made_before(group, i))
			ret = write_run(page, group->results[i]);
	for (size_t i = 1; i < group->count && !ret; i++) {
		ret = command_begin(&command);
		if (ret)
			break;
		write_comparison(command.stream, group, i - 1);
		ret = command_end(&command, page);
	}
	return ret;
}
