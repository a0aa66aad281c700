// SPDX-License-Identifier: GPL-2.0-or-later
/* An arm64 Image: the kernel as it lies in memory, behind a header. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"

/* Documentation/arch/arm64/booting.rst */
#define MAGIC_OFFSET 0x38
#define MAGIC "ARM\x64"

static int find_release(const char *bytes, size_t length, char *release,
			size_t size)
{
	static const char banner[] = "Linux version ";
	const size_t skip = sizeof(banner) - 1;
	const char *end = bytes + length, *at = bytes;
	size_t count;

	if (length < MAGIC_OFFSET + 4 ||
	    memcmp(bytes + MAGIC_OFFSET, MAGIC, 4) != 0)
		return -ENOEXEC;
	/* A format, "Linux version %s", may come first. */
	while ((at = memmem(at, (size_t)(end - at), banner, skip))) {
		const char *space;

		at += skip;
		space = memchr(at, ' ', (size_t)(end - at));
		count = space ? (size_t)(space - at) : 0;
		if (count && count < size && *at >= '0' && *at <= '9') {
			memcpy(release, at, count);
			release[count] = '\0';
			return 0;
		}
	}
	return -ENOEXEC;
}

int image_arm64_release(const char *image, char *release, size_t size)
{
	int fd = open(image, O_RDONLY | O_CLOEXEC), ret = -ENOEXEC;
	struct stat info;
	char *bytes;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &info) < 0) {
		ret = -errno;
	} else if (info.st_size > MAGIC_OFFSET) {
		bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE,
			     fd, 0);
		if (bytes == MAP_FAILED) {
			ret = -errno;
		} else {
			ret = find_release(bytes, (size_t)info.st_size, release,
					   size);
			munmap(bytes, (size_t)info.st_size);
		}
	}
	close(fd);
	return ret;
}
