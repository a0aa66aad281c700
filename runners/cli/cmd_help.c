// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "commands.h"
#include "help.h"

struct help_options {
	bool man;
	bool completion;
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
		.kind = OPTION_FLAG,
		.help = "print the completion for bash",
		.offset = offsetof(struct help_options, completion),
	},
	{ 0 },
};

static int run(void *data, int argc, char **argv)
{
	const struct help_options *options = data;
	const struct command *command;
	struct error err;

	if (options->man)
		return help_man(stdout);
	if (options->completion)
		return help_completion(stdout);
	if (!argc)
		return help_overview(stdout);
	command = command_find(argv[0], &err);
	return command ? help_command(stdout, command) : command_error(&err);
}

const struct command cmd_help = {
	.name = "help",
	.summary = "help on a command, the man page, shell completion",
	.arguments = "[COMMAND]",
	.max_arguments = 1,
	.options = rows,
	.options_size = sizeof(struct help_options),
	.defaults = &(struct help_options){ 0 },
	.run = run,
};
