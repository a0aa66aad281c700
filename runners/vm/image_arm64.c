// SPDX-License-Identifier: GPL-2.0-or-later
/* An arm64 Image: the kernel as it lies in memory, behind a header. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"

/* Documentation/arch/arm64/booting.rst */
#define MAGIC_OFFSET 0x38
#define MAGIC "ARM\x64"

static bool has_release(const char *bytes, size_t length, char *release,
			size_t size)
{
	return length >= MAGIC_OFFSET + 4 &&
	       !memcmp(bytes + MAGIC_OFFSET, MAGIC, 4) &&
	       image_banner(bytes, length, release, size);
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
			if (has_release(bytes, (size_t)info.st_size, release,
					size))
				ret = 0;
			munmap(bytes, (size_t)info.st_size);
		}
	}
	close(fd);
	return ret;
}
