// SPDX-License-Identifier: GPL-2.0-or-later
/* An arm64 Image: the kernel as it lies in memory, behind a header. */
#include <string.h>

#include "image.h"

/* Documentation/arch/arm64/booting.rst */
#define MAGIC_OFFSET 0x38
#define MAGIC "ARM\x64"

static bool has_release(const void *start, size_t length, char *release,
			size_t size)
{
	return !memcmp((const char *)start + MAGIC_OFFSET, MAGIC, 4) &&
	       image_banner(start, length, release, size);
}

int image_arm64_release(const char *image, char *release, size_t size)
{
	return image_release_by(has_release, image, release, size);
}
