/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of others: titles of commits, paths, consoles, what the firmware calls
 * itself. JSON takes nothing but UTF-8, and jansson drops whatever holds a byte
 * that is none: such text goes through here.
 */
#ifndef MMGAUGE_UTF8_H
#define MMGAUGE_UTF8_H

#include <jansson.h>
#include <stddef.h>

/*
 * Copy @from to @to, of @size bytes: a byte that is no UTF-8 becomes U+FFFD,
 * and what does not fit is cut off between two characters.
 */
void utf8_copy(char *to, size_t size, const char *from);

/* A JSON string of any text; NULL only without memory. */
json_t *utf8_json(const char *text);

#endif
