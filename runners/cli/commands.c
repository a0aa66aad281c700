// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of commands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/base/text.h"
#include "commands.h"
#include "runners/base/suggest.h"

const struct command *const commands[] = {
	&cmd_list,   &cmd_run,	   &cmd_compare, &cmd_baseline,
	&cmd_report, &cmd_plot,	   &cmd_doctor,	 &cmd_tune,
	&cmd_kernel, &cmd_module,  &cmd_try,	 &cmd_bisect,
	&cmd_sweep,  &cmd_history, &cmd_help,	 NULL,
};

int command_error(const struct error *err)
{
	fprintf(stderr, "mmgauge: %s\n", err->text);
	return EXIT_ERROR;
}

bool command_wants_colour(void)
{
	const char *no_colour = getenv("NO_COLOR");

	return text_takes_escapes(STDOUT_FILENO) && !(no_colour && *no_colour);
}

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
