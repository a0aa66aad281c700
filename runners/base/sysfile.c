// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sysfile.h"

static const char *root(void)
{
	const char *root = getenv("MMGAUGE_ROOT");

	return root ? root : "";
}

const char *sysfile_path(const char *path, char buffer[PATH_MAX])
{
	snprintf(buffer, PATH_MAX, "%s%s", root(), path);
	return buffer;
}

/* These files have no size to ask for, and may be long: read to the end. */
static char *read_all(int fd)
{
	size_t length = 0, room = 0;
	char *text = NULL;

	for (;;) {
		ssize_t got;

		if (room - length < 2) {
			char *more =
				realloc(text, room = room ? 2 * room : 4096);

			if (!more)
				break;
			text = more;
		}
		got = read(fd, text + length, room - length - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		if (got == 0) {
			while (length && text[length - 1] == '\n')
				length--;
			text[length] = '\0';
			return text;
		}
		length += (size_t)got;
	}
	free(text);
	return NULL;
}

char *sysfile_read(const char *path)
{
	char full[PATH_MAX];
	int fd = open(sysfile_path(path, full), O_RDONLY | O_CLOEXEC);
	char *text;

	if (fd < 0)
		return NULL;
	text = read_all(fd);
	close(fd);
	return text;
}

int sysfile_write(const char *path, const char *text)
{
	char full[PATH_MAX];
	int fd = open(sysfile_path(path, full), O_WRONLY | O_TRUNC | O_CLOEXEC);
	size_t length = strlen(text);
	int ret = 0;

	if (fd < 0)
		return -errno;
	/* One write(): a setting of the kernel has no halves. */
	if (write(fd, text, length) != (ssize_t)length)
		ret = errno ? -errno : -EIO;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

char *sysfile_chosen(char *text)
{
	char *open = text ? strchr(text, '[') : NULL;
	char *shut = open ? strchr(open, ']') : NULL;

	if (!shut)
		return text;
	*shut = '\0';
	return memmove(text, open + 1, strlen(open + 1) + 1);
}

int sysfile_each(const char *pattern, int (*each)(const char *path, void *data),
		 void *data)
{
	char full[PATH_MAX];
	glob_t found;
	int ret = 0;

	if (glob(sysfile_path(pattern, full), 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc && !ret; i++)
		ret = each(found.gl_pathv[i] + strlen(root()), data);
	globfree(&found);
	return ret;
}
