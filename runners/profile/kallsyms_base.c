// SPDX-License-Identifier: GPL-2.0-or-later
#include "kallsyms_find.h"

#define RELATIVE 0x403u /* R_AARCH64_RELATIVE */
#define TOP 0xffu /* the first byte of any address of a kernel */
#define ALIGNED (2ull << 20)

static uint64_t double_word(const uint8_t *at)
{
	return kallsyms_word(at) | (uint64_t)kallsyms_word(at + 4) << 32;
}

/*
 * What it relocates itself by when it boots: where, R_AARCH64_RELATIVE, and what
 * to put there. Until then there are zeros. Whether there is one at @at.
 */
static bool read_relocation(const struct kallsyms_image *image, size_t at,
			    uint64_t *where, uint64_t *what)
{
	if (kallsyms_word(image->bytes + at + 8) != RELATIVE ||
	    kallsyms_word(image->bytes + at + 12))
		return false;
	*where = double_word(image->bytes + at);
	*what = double_word(image->bytes + at + 16);
	return *where >> 56 == TOP && *what >> 56 == TOP;
}

uint64_t kallsyms_image_base(const struct kallsyms_image *image)
{
	uint64_t lowest = UINT64_MAX, where, what;

	for (size_t at = 0; at + 24 <= image->length; at += 8) {
		if (!read_relocation(image, at, &where, &what))
			continue;
		lowest = where < lowest ? where : lowest;
		lowest = what < lowest ? what : lowest;
	}
	return lowest == UINT64_MAX ? 0 : lowest & ~(ALIGNED - 1);
}

uint64_t kallsyms_relocated(const struct kallsyms_image *image,
			    uint64_t address)
{
	uint64_t where, what;

	for (size_t at = 0; at + 24 <= image->length; at += 8)
		if (read_relocation(image, at, &where, &what) &&
		    where == address)
			return what;
	return 0;
}
