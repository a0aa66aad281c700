/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small files of /proc and /sys. $MMGAUGE_ROOT, if set, stands before every
 * path: the tests' machines are folders.
 */
#ifndef MMGAUGE_SYSFILE_H
#define MMGAUGE_SYSFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* The path to open for @path; returns @buffer. */
const char *sysfile_path(const char *path, char buffer[PATH_MAX]);

/* The whole file without its last newlines, NULL if it cannot be read. free()
 * it. */
char *sysfile_read(const char *path);

/* Overwrite an existing file; 0 or a negative errno. */
int sysfile_write(const char *path, const char *text);

/* "always [madvise] never": the word in brackets, else the whole; in place. */
char *sysfile_chosen(char *text);

/*
 * Every path that matches a glob(7) @pattern, without the root, in order:
 * @each returns non-zero to stop, which is handed back.
 */
int sysfile_each(const char *pattern, int (*each)(const char *path, void *data),
		 void *data);

#endif
