/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help, man page and shell completion, all from the tables. */
#ifndef MMGAUGE_HELP_H
#define MMGAUGE_HELP_H

#include <stdio.h>

#include "command.h"

/* @commands as in commands.h. Each returns EXIT_FINE. */
int help_overview(FILE *to, const struct command *const *commands);
int help_command(FILE *to, const struct command *command);
/* mmgauge(1) as roff. */
int help_man(FILE *to, const struct command *const *commands);
/* What makes "bash" (the default, ""), "zsh" or "fish" complete. */
int help_completion(FILE *to, const char *shell);
/* The words that figures are told in. */
int help_terms(FILE *to);

#endif
