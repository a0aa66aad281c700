/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help, man page and shell completion, all from the tables. */
#ifndef MMGAUGE_HELP_H
#define MMGAUGE_HELP_H

#include <stdio.h>

#include "command.h"

/* Each returns EXIT_FINE. */
int help_overview(FILE *to);
int help_command(FILE *to, const struct command *command);
int help_man(FILE *to); /* mmgauge(1) as roff */
int help_completion(FILE *to); /* for bash */

#endif
