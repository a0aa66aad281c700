/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that hold results have in common with the store. */
#ifndef MMGAUGE_RESULT_FILE_H
#define MMGAUGE_RESULT_FILE_H

#include <stddef.h>

#include "results/base/error.h"

/*
 * The whole file, unpacked where it is gzip's, into a new buffer. 0, or a
 * negative errno and a line.
 */
int file_read(const char *path, char **text, size_t *length, struct error *err);

/* The length of the file's name before ".json" or ".json.gz"; 0: neither. */
size_t result_stem(const char *name);

/* Flush the folder that holds @path; file systems that cannot are forgiven. */
void file_sync_folder(const char *path);

#endif
