/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One readable line for what went wrong.
 *
 * Functions that can fail for a reason a user must act on take a struct error,
 * return a negative errno and leave a line of the form "what: why: what to do"
 * (no newline, no program name). Only commands print it.
 */
#ifndef MMGAUGE_ERROR_H
#define MMGAUGE_ERROR_H

struct error {
	char text[1024];
};

/*
 * Set the line, printf-like, and return @code so that a caller can write
 * `return error_set(err, -ENOENT, ...)`. @err may be NULL.
 */
int error_set(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
