// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <string.h>

#include "complete.h"
#include "complete_sources.h"
#include "options.h"

/* "text|markdown|json" */
static void offer_choices(const struct completion *completion,
			  const char *choices)
{
	while (choices && *choices) {
		size_t length = strcspn(choices, "|");
		char word[64];

		snprintf(word, sizeof(word), "%.*s", (int)length, choices);
		complete_offer(completion, word, NULL);
		choices += length + (choices[length] == '|');
	}
}

static bool takes_value(const struct option_row *row)
{
	return row->kind != OPTION_FLAG && row->kind != OPTION_SHORT &&
	       row->kind != OPTION_SET;
}

/* Also the parts before the last comma of what is a list. */
static void offer_value(const struct completion *completion,
			const struct option_row *row)
{
	if (row->kind == OPTION_CHOICE || row->kind == OPTION_SET)
		offer_choices(completion, option_choices(row));
	else if (row->argument)
		complete_argument(completion, row->argument);
}

/* The row of "--name", "--name=..." or "-n"; NULL: none. */
static const struct option_row *find_row(const struct command *command,
					 const char *word)
{
	const struct option_row *row = command->options;
	size_t length = strcspn(word, "=");

	for (; row && row->name; row++) {
		if (row->letter && word[0] == '-' && word[1] == row->letter &&
		    !word[2])
			return row;
		if (!strncmp(word, "--", 2) &&
		    length == strlen(row->name) + 2 &&
		    !strncmp(word + 2, row->name, length - 2))
			return row;
	}
	return NULL;
}

static void offer_options(const struct completion *completion,
			  const struct command *command)
{
	const struct option_row *row = command->options;
	char name[80];

	for (; row && row->name; row++) {
		snprintf(name, sizeof(name), "--%s", row->name);
		complete_offer(completion, name, row->help);
	}
	complete_offer(completion, "--help", "what the command does");
}

/* "--format=te": what may follow the equals sign. */
static void offer_attached(struct completion completion,
			   const struct command *command, const char *word)
{
	const struct option_row *row = find_row(command, word);
	size_t length = strcspn(word, "=") + 1;
	char before[256];

	snprintf(before, sizeof(before), "%.*s", (int)length, word);
	completion.before = before;
	completion.begun = word + length;
	if (row)
		offer_value(&completion, row);
}

/* Operands of "save NAME RUN... | list | rm NAME": actions, then theirs. */
static void offer_action(const struct completion *completion,
			 const char *arguments, const char *action)
{
	for (const char *at = arguments; *at;) {
		size_t length = strcspn(at, " |"); /* of the action */
		size_t all = strcspn(at, "|");
		char text[128];

		if (!action) {
			snprintf(text, sizeof(text), "%.*s", (int)length, at);
			complete_offer(completion, text, NULL);
		} else if (strlen(action) == length &&
			   !strncmp(action, at, length)) {
			snprintf(text, sizeof(text), "%.*s", (int)all, at);
			complete_argument(completion, text);
		}
		at += all;
		at += strspn(at, "| ");
	}
}

static void offer_commands(const struct completion *completion,
			   const struct command *const *commands)
{
	for (; *commands; commands++)
		complete_offer(completion, (*commands)->name,
			       (*commands)->summary);
}

/* @first: the operand before, NULL where there is none yet. */
static void offer_operand(const struct completion *completion,
			  const struct command *command, const char *first)
{
	const char *arguments = command->arguments;

	if (*arguments >= 'a' && *arguments <= 'z')
		offer_action(completion, arguments, first);
	else
		complete_argument(completion, arguments);
}

static void complete_word(const struct completion *completion,
			  const struct command *command, int count,
			  char **words)
{
	const char *word = words[count - 1], *first = NULL;
	const struct option_row *row = NULL;

	for (int i = 1; i < count - 1; i++) {
		const struct option_row *before = row;

		row = before ? NULL : find_row(command, words[i]);
		if (row && (!takes_value(row) || strchr(words[i], '=')))
			row = NULL;
		else if (!before && !row && *words[i] != '-' && !first)
			first = words[i];
	}
	if (row)
		offer_value(completion, row);
	else if (!strncmp(word, "--", 2) && strchr(word, '='))
		offer_attached(*completion, command, word);
	else if (*word == '-')
		offer_options(completion, command);
	else
		offer_operand(completion, command, first);
}

int complete(FILE *to, const struct command *const *commands, int count,
	     char **words)
{
	struct completion completion = { .to = to, .before = "" };
	const struct command *const *at;

	if (!count)
		return EXIT_FINE;
	completion.begun = words[count - 1];
	if (count == 1)
		offer_commands(&completion, commands);
	for (at = commands; count > 1 && *at; at++)
		if (!strcmp((*at)->name, words[0]))
			complete_word(&completion, *at, count, words);
	/* Help on whatever there is. */
	if (count == 2 && !strcmp(words[0], "help")) {
		offer_commands(&completion, commands);
		complete_offer(&completion, "terms", "what words mean");
	}
	return EXIT_FINE;
}
