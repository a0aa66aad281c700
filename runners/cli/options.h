/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines from the option tables of command.h. */
#ifndef MMGAUGE_OPTIONS_H
#define MMGAUGE_OPTIONS_H

#include "command.h"

/*
 * Parse @argv (argv[0] is the command's name) into @options, a copy of the
 * command's defaults; operands end up in argv[1..*operands]. -EINVAL with the
 * line to print; 1 when help was asked for. Lists must be freed with
 * options_free().
 */
int options_parse(const struct command *command, int argc, char **argv,
		  void *options, int *operands, struct error *err);
/* "text|json" of an OPTION_CHOICE. */
const char *option_choices(const struct option_row *row);
void options_free(const struct command *command, void *options);

#endif
