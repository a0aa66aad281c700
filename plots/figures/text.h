/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from result files, which may come from strangers, on its way into the
 * formats of others.
 */
#ifndef MMGAUGE_TEXT_H
#define MMGAUGE_TEXT_H

#include <stddef.h>
#include <stdio.h>

/*
 * A field of a TSV file for gnuplot: control characters become spaces, a
 * double quote (gnuplot would look for its partner) a single one, a backslash
 * (it would start an escape sequence) two. Longer than @limit characters, it
 * loses its middle, since both ends tell it from others. Never empty.
 */
void text_tsv(FILE *stream, const char *text, size_t limit);

/*
 * Content or a quoted attribute of HTML. Characters that HTML forbids, or that
 * reorder the text around them, become U+FFFD.
 */
void text_html(FILE *stream, const char *text);

/* In characters. */
size_t text_width(const char *text);

/* @text with a minus sign (U+2212) wherever a hyphen precedes a digit. */
char *text_signed(const char *text, char *buffer, size_t size);

#endif
