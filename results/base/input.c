// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"

static bool is_of_shell(const char *path)
{
	return !strncmp(path, "/dev/", 5) || !strncmp(path, "/proc/", 6);
}

/* Opened without waiting for a writer: wait for what it writes. */
static int await_writer(int fd)
{
	struct pollfd pipe = { .fd = fd, .events = POLLIN };
	int ready = poll(&pipe, 1, INPUT_SECONDS * 1000);

	if (ready < 0)
		return -errno;
	if (!ready)
		return -ETIMEDOUT;
	return fcntl(fd, F_SETFL, O_RDONLY) < 0 ? -errno : 0;
}

int input_open(const char *path)
{
	struct stat status;
	int fd, ret;

	if (stat(path, &status))
		return -errno;
	if (!S_ISFIFO(status.st_mode) || is_of_shell(path)) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	ret = await_writer(fd);
	if (ret)
		close(fd);
	return ret ? ret : fd;
}

const char *input_reason(int error)
{
	return error == ETIMEDOUT ? "a pipe that nobody writes to" :
				    strerror(error);
}

int input_refused(const char *path, const json_error_t *why, const char *remedy,
		  struct error *err)
{
	int error = errno;

	/* jansson has no memory for its own words, either. */
	if (error == ENOMEM || why->line < 0)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	if (error == EIO)
		return error_set(err, -EIO, "%s: cannot read: %s", path,
				 strerror(EIO));
	return error_set(err, -EINVAL, "%s:%d:%d: %s: %s", path, why->line,
			 why->column, why->text, remedy);
}
