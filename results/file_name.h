/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one way from a text to the name of a file. What names a case, a kernel or
 * a machine in somebody's file may hold slashes, dots and anything else; none
 * of it may choose a path.
 */
#ifndef MMGAUGE_FILE_NAME_H
#define MMGAUGE_FILE_NAME_H

#include <stdbool.h>

#define FILE_NAME_SIZE 128

/*
 * @text as a file name, returned. Up to 100 letters, digits and "._+-" that do
 * not begin with '.' or '-' are their own name. Anything else keeps what it can
 * of itself before '~' and 16 hex digits of its SHA-256, so that two texts
 * never share a name, and a second time has the same one.
 */
char *file_name(const char *text, char name[FILE_NAME_SIZE]);

/* Whether @text is its own. */
bool file_name_is_plain(const char *text);

/*
 * Whether @text may have been made of such names: for what a file says about
 * the name of another one in its folder.
 */
bool file_name_is_made(const char *text);

#endif
