/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A history's lines on a terminal; where they go to a program they are whole. */
#ifndef MMGAUGE_HISTORY_FIT_H
#define MMGAUGE_HISTORY_FIT_H

#include <stdio.h>

/*
 * @text, line by line, in at most @width columns: without the values that the
 * cases "case[axis=value,...]" in it have anyway, and broken at blanks.
 */
void history_fit(FILE *stream, const char *text, int width);

#endif
