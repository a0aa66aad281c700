/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel images: what is in a bzImage, a vmlinux, or an Image of arm64. */
#ifndef MMGAUGE_IMAGE_H
#define MMGAUGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The release ("6.1.0-56-amd64") of a bzImage, or of an ELF kernel that has a
 * PVH entry. -ENOEXEC when it is something else.
 */
int image_release(const char *image, char *release, size_t size);
int image_arm64_release(const char *image, char *release, size_t size);

/* The same by @reader, which gets the file in memory, of 616 bytes or more. */
typedef bool image_reader(const void *start, size_t length, char *release,
			  size_t size);
int image_release_by(image_reader *reader, const char *image, char *release,
		     size_t size);

/* The same of a kernel that is in memory, by its banner; false: it has none. */
bool image_banner(const void *start, size_t length, char *release, size_t size);

/*
 * Write the ELF kernel inside the bzImage @image to @elf. QEMU boots it by its
 * PVH entry, which saves the guest from unpacking itself, seconds when every
 * instruction is emulated. -ENOTSUP when the packing is unknown or there is
 * no such entry, -ENOEXEC when it is no bzImage: boot @image then.
 */
int image_extract(const char *image, const char *elf);

#endif
