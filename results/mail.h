/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plain text mail takes: 75 columns, and commands that can be pasted. */
#ifndef MMGAUGE_RESULTS_MAIL_H
#define MMGAUGE_RESULTS_MAIL_H

#include <stdio.h>

#define MAIL_WIDTH 75

/* A blank and @word as a shell takes it, quoted where it has to. 0, -ENOMEM. */
int mail_word(FILE *stream, const char *word);

/* A command on lines of a mail, each but the last ending with a backslash. */
void mail_command(FILE *stream, const char *command);

#endif
