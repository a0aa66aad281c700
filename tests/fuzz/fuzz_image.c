// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel images: a header of offsets that someone else wrote. */
#include <string.h>

#include "runners/vm/image.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size, ".bzimage");
	char release[64];

	image_release(path, release, sizeof(release));
	image_extract(path, "/dev/null");
	return 0;
}
