/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Result files by zlib: packed ones are a tenth of the size. */
#ifndef MMGAUGE_PACKED_H
#define MMGAUGE_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Files are read to this size, unpacked: what is packed may swell. */
#define PACKED_BYTES_MAX ((size_t)2 << 30)

/* Whether the name ends in ".gz". */
bool packed_name(const char *path);

/*
 * All of @fd, unpacked where it is gzip's, into a new buffer; closes @fd. 0, or
 * a negative errno: -EBADMSG for damage, -EFBIG.
 */
int packed_read(int fd, char **text, size_t *length);

/* A stream whose bytes are packed into @fd, which stays open; NULL: errno. */
FILE *packed_stream(int fd);

#endif
