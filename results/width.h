/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in columns: how wide it is, wrapped, cut. */
#ifndef MMGAUGE_RESULTS_WIDTH_H
#define MMGAUGE_RESULTS_WIDTH_H

#include <stdio.h>

/* In characters: UTF-8 continuation bytes take no room. */
int width_of(const char *text);

/* @text in a field of @width, at its right end or its left. */
void width_pad(FILE *stream, const char *text, int width, int right);

/*
 * @text behind @first, in one line as text_line() makes it, broken at blanks
 * before @width; the lines below begin with @indent blanks. A word that is
 * wider than a line is broken as well.
 */
void width_wrap(FILE *stream, const char *first, int indent, int width,
		const char *text);

/* @text, or what fits of it and "..."; @size bytes at least 4 * @width + 4. */
char *width_cut(char *buffer, size_t size, int width, const char *text);

#endif
