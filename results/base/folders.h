/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMGAUGE_FOLDERS_H
#define MMGAUGE_FOLDERS_H

#include <sys/types.h>

/*
 * Make the folder @path and those above it, as far as they are not there, with
 * @mode as of mkdir(). 0 or a negative errno.
 */
int make_folders(const char *path, mode_t mode);

/* All of it and below, as far as it can be; links are not followed. */
void remove_tree(const char *path);

#endif
