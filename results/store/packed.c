// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "packed.h"

bool packed_name(const char *path)
{
	size_t length = strlen(path);

	return length > 3 && !strcmp(path + length - 3, ".gz");
}

/* zlib's codes; Z_BUF_ERROR is a file that is cut off. */
static int error_of(int code)
{
	switch (code) {
	case Z_OK:
	case Z_STREAM_END:
		return 0;
	case Z_ERRNO:
		return errno ? -errno : -EIO;
	case Z_MEM_ERROR:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
}

static int read_all(gzFile file, char **text, size_t *length)
{
	size_t room = 1 << 16;
	char *grown;
	int got, code;

	while (true) {
		grown = realloc(*text, room);
		if (!grown)
			return -ENOMEM;
		*text = grown;
		got = gzread(file, *text + *length,
			     (unsigned int)(room - *length));
		if (got <= 0)
			break;
		*length += (size_t)got;
		if (*length == PACKED_BYTES_MAX)
			return -EFBIG;
		if (*length == room)
			room *= 2;
	}
	gzerror(file, &code);
	return error_of(code);
}

int packed_read(int fd, char **text, size_t *length)
{
	gzFile file = gzdopen(fd, "rb");
	int ret, code;

	*text = NULL;
	*length = 0;
	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	errno = 0;
	ret = read_all(file, text, length);
	code = gzclose_r(file);
	return ret ? ret : error_of(code);
}

static ssize_t pack(void *file, const char *bytes, size_t count)
{
	return gzwrite(file, bytes, (unsigned int)count);
}

static int end(void *file)
{
	return gzclose_w(file) == Z_OK ? 0 : -1;
}

FILE *packed_stream(int fd)
{
	static const cookie_io_functions_t calls = { .write = pack,
						     .close = end };
	int copy = dup(fd);
	gzFile file = copy < 0 ? NULL : gzdopen(copy, "wb");
	FILE *stream = file ? fopencookie(file, "w", calls) : NULL;

	if (file && !stream)
		gzclose_w(file);
	else if (!file && copy >= 0)
		close(copy);
	return stream;
}
