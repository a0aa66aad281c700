// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of commands; and `help`, the one that reads it. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "results/base/text.h"
#include "commands.h"
#include "complete.h"
#include "help.h"
#include "runners/base/suggest.h"

struct help_options {
	bool man;
	const char *completion;
	bool complete;
};

static const struct option_row rows[] = {
	{
		.name = "man",
		.kind = OPTION_FLAG,
		.help = "print the man page as roff",
		.offset = offsetof(struct help_options, man),
	},
	{
		.name = "completion",
		.kind = OPTION_SET,
		.argument = "SHELL",
		.help = "print the completion for a shell (bash)",
		.choices = "bash|zsh|fish",
		.offset = offsetof(struct help_options, completion),
	},
	{
		.name = "complete",
		.kind = OPTION_FLAG,
		.help = "print what the last WORD can be, as shells ask at a "
			"tab",
		.offset = offsetof(struct help_options, complete),
	},
	{ 0 },
};

static int run(void *data, int argc, char **argv)
{
	const struct help_options *options = data;
	const struct command *command;
	struct error err;

	if (options->man)
		return help_man(stdout, commands);
	if (options->completion)
		return help_completion(stdout, options->completion);
	if (options->complete)
		return complete(stdout, commands, argc, argv);
	if (argc > 1) {
		error_set(&err, -EINVAL,
			  "help: too many arguments: usage: mmgauge help "
			  "[COMMAND]");
		return command_error(&err);
	}
	if (!argc)
		return help_overview(stdout, commands);
	if (!strcmp(argv[0], "terms"))
		return help_terms(stdout);
	command = command_find(argv[0], &err);
	return command ? help_command(stdout, command) : command_error(&err);
}

static const struct command cmd_help = {
	.name = "help",
	.summary = "help on a command, terms, the man page, completion",
	.arguments = "[COMMAND|terms | --complete -- WORD...]",
	.max_arguments = -1,
	.options = rows,
	.options_size = sizeof(struct help_options),
	.defaults = &(struct help_options){ 0 },
	.run = run,
};

#define ROW(name) &cmd_##name,

const struct command *const commands[] = {
	COMMANDS(ROW) & cmd_help,
	NULL,
};

const struct command *command_find(const char *name, struct error *err)
{
	struct suggestion nearest = { 0 };

	for (const struct command *const *at = commands; *at; at++) {
		if (!strcmp((*at)->name, name))
			return *at;
		suggest(&nearest, name, (*at)->name);
	}
	if (nearest.name)
		error_set(err, -EINVAL,
			  "unknown command '%s': did you mean `mmgauge %s`?",
			  name, nearest.name);
	else
		error_set(err, -EINVAL,
			  "unknown command '%s': see `mmgauge help`", name);
	return NULL;
}
