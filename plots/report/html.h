/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing HTML; whether all of it was taken is left to ferror(). */
#ifndef MMGAUGE_HTML_H
#define MMGAUGE_HTML_H

#include <stdbool.h>
#include <stdio.h>

/*
 * printf-like: the format is HTML, what %s stands for is text and escaped. %u,
 * %zu and %% are the only other conversions.
 */
void html_print(FILE *stream, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* <td class="number">, with a proper minus sign. */
void html_number(FILE *stream, const char *text);

/*
 * A cell of a heat map that shows @text: deeper the further @ratio is from 1,
 * from 5 % and from 20 % on; NAN: there was nothing before.
 */
void html_heat(FILE *stream, double ratio, bool worse, const char *text);

/* A page up to its title, which is the caller's. */
void html_begin(FILE *stream);

#endif
