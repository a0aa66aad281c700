/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can stand at a place of a command line, for the shells' completion. */
#ifndef MMGAUGE_COMPLETE_H
#define MMGAUGE_COMPLETE_H

#include <stdio.h>

#include "command.h"

/*
 * What the last of @words, which may be empty or begun, can be, a line each:
 * the word, and behind a tab what it is. From the tables of commands and
 * options, and by what the text of an argument says it takes: TARGET, RUN,
 * GLOB and so on. Nothing where files are meant. An exit code.
 */
int complete(FILE *to, const struct command *const *commands, int count,
	     char **words);

#endif
