/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own table of its symbols, read out of an unpacked image. That
 * table has no header: it is found by its parts holding each other up. As
 * scripts/kallsyms.c writes it, each part aligned to 8 bytes, since 7.0 to 4:
 *
 *	before 6.4	offsets, relative base, number, names, markers,
 *			[order of names, since 6.2], tokens, token index
 *	since 6.4	number, names, markers, tokens, token index, offsets,
 *			relative base, order of names
 *	since 7.0	the same without the base
 *
 * names: per symbol a length (two bytes from 128 on, since 6.1) and as many
 * bytes, each an index into the 256 tokens; the first letter is nm's type.
 * markers: where every 256th name begins. offsets, 32 bits each: from the base
 * up; or, with CONFIG_KALLSYMS_ABSOLUTE_PERCPU, absolute if not negative and
 * else from the base up as -1 - offset; or from where the offset itself lies.
 *
 * An arm64 Image has zeros where there will be addresses: its base, which is
 * where it begins, is told by what it relocates itself with.
 */
#ifndef MMGAUGE_KALLSYMS_H
#define MMGAUGE_KALLSYMS_H

#include <stddef.h>
#include <stdint.h>

/* A stretch of the image and where the kernel has it. */
struct kallsyms_segment {
	uint64_t offset, length; /* in the image */
	uint64_t address;
};

struct kallsyms_image {
	const uint8_t *bytes;
	size_t length;
	const struct kallsyms_segment
		*segments; /* needed since 7.0; NULL: an Image */
	size_t segment_count;
};

/*
 * Hand every symbol to @each: its address, nm's letter for its type, and its
 * name, which has @length bytes and a NUL. Non-zero from @each ends it and is
 * handed back. -ENODATA when there is no such table.
 */
int kallsyms_read(const struct kallsyms_image *image,
		  int (*each)(uint64_t address, char type, const char *name,
			      size_t length, void *data),
		  void *data);

#endif
