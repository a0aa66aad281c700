// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "terminal.h"
#include "results/base/text.h"

int command_error(const struct error *err)
{
	fprintf(stderr, "mmgauge: %s\n", err->text);
	return EXIT_ERROR;
}

bool command_is_json(const char *format)
{
	return format && !strcmp(format, "json");
}

bool command_wants_colour(int fd)
{
	const char *no_colour = getenv("NO_COLOR");

	return text_takes_escapes(fd) && !(no_colour && *no_colour) &&
	       terminal_has_colours(fd);
}
