/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help, man page and shell completion, all from the tables. */
#ifndef MMGAUGE_HELP_H
#define MMGAUGE_HELP_H

#include <stdio.h>

#include "command.h"

/* @commands as in commands.h. Each returns EXIT_FINE. */
int help_overview(FILE *to, const struct command *const *commands);
int help_command(FILE *to, const struct command *command);
/* mmgauge(1) as roff, and completion for bash. */
int help_man(FILE *to, const struct command *const *commands);
int help_completion(FILE *to, const struct command *const *commands);

#endif
