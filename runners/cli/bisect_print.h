/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a bisection came to, for people. */
#ifndef MMGAUGE_BISECT_PRINT_H
#define MMGAUGE_BISECT_PRINT_H

#include <stdio.h>

#include "runners/many/bisect_search.h"

const char *bisect_mark_name(enum bisect_mark mark);

/* The commits tested, and the first bad one, or those it is among. */
void bisect_print(FILE *stream, const struct search *search,
		  const struct bisect *bisect, int width);

/*
 * The same for a mail of 75 columns, ahead of what compares the culprit with the
 * commit before it. It begins with the culprit's tag, which tools read and is
 * one line, however long.
 */
void bisect_print_mail(FILE *stream, const struct search *search,
		       const struct bisect *bisect);

#endif
