// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"

/* Documentation/arch/x86/boot.rst; offsets in the file. */
#define SETUP_SECTORS 0x1f1
#define HEADER_MAGIC 0x202 /* "HdrS" */
#define KERNEL_VERSION 0x20e
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define HEADER_END 0x268
#define SECTOR 512u

#define PVH_NOTE 18 /* XEN_ELFNOTE_PHYS32_ENTRY */

#define IMAGE_MAX (4ul << 30) /* vmlinux with all its debug information */
#define KERNEL_MAX (1024u << 20)

struct bytes {
	const uint8_t *start;
	size_t length;
};

/* A file in memory; start is NULL, with errno set, when it is no image. */
static struct bytes map_file(const char *path)
{
	struct bytes file = { NULL, 0 };
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	void *start;

	if (fd < 0)
		return file;
	if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) ||
	    info.st_size < HEADER_END || (size_t)info.st_size > IMAGE_MAX) {
		errno = ENOEXEC;
	} else {
		start = mmap(NULL, info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (start != MAP_FAILED)
			file = (struct bytes){ start, info.st_size };
	}
	close(fd);
	return file;
}

static void unmap(struct bytes *file)
{
	munmap((void *)file->start, file->length);
}

static uint32_t little32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool is_bzimage(const struct bytes *file)
{
	return !memcmp(file->start + HEADER_MAGIC, "HdrS", 4);
}

/* The packed kernel within a bzImage. */
static bool find_payload(const struct bytes *file, struct bytes *payload)
{
	size_t sectors = file->start[SETUP_SECTORS];
	size_t setup = ((sectors ? sectors : 4) + 1) * SECTOR;
	size_t offset = setup + little32(file->start + PAYLOAD_OFFSET);
	size_t length = little32(file->start + PAYLOAD_LENGTH);

	if (!is_bzimage(file) || !length || offset >= file->length ||
	    length > file->length - offset)
		return false;
	*payload = (struct bytes){ file->start + offset, length };
	return true;
}

/* Does one note segment hold the PVH entry? */
static bool has_pvh_note(const uint8_t *note, size_t length)
{
	while (length >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr header;
		size_t name, total;

		memcpy(&header, note, sizeof(header));
		name = sizeof(header) + ((header.n_namesz + 3ul) & ~3ul);
		total = name + ((header.n_descsz + 3ul) & ~3ul);
		if (total > length)
			return false;
		if (header.n_type == PVH_NOTE && header.n_namesz == 4 &&
		    !memcmp(note + sizeof(header), "Xen", 4))
			return true;
		note += total;
		length -= total;
	}
	return false;
}

/* A whole ELF file that QEMU can enter? */
static bool is_bootable(const uint8_t *elf, size_t length)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	bool entry = false;

	if (length < sizeof(header) || memcmp(elf, ELFMAG, SELFMAG) ||
	    elf[EI_CLASS] != ELFCLASS64)
		return false;
	memcpy(&header, elf, sizeof(header));
	for (unsigned int i = 0; i < header.e_phnum; i++) {
		uint64_t at = header.e_phoff + i * sizeof(segment);

		if (at > length - sizeof(segment))
			return false;
		memcpy(&segment, elf + at, sizeof(segment));
		if (segment.p_offset > length ||
		    segment.p_filesz > length - segment.p_offset)
			return false;
		if (segment.p_type == PT_NOTE)
			entry |= has_pvh_note(elf + segment.p_offset,
					      segment.p_filesz);
	}
	return entry;
}

/* "6.1.0-56-amd64 (debian-kernel@...) #1 SMP ..." */
static bool read_release(const struct bytes *file, size_t at, char *release,
			 size_t size)
{
	size_t length = 0;

	while (at + length < file->length && file->start[at + length] > ' ' &&
	       file->start[at + length] < 0x7f)
		length++;
	if (!length || length >= size)
		return false;
	snprintf(release, size, "%.*s", (int)length, file->start + at);
	return true;
}

/* linux_banner (init/version.c); a format, "... %s", may come first. */
bool image_banner(const void *start, size_t length, char *release, size_t size)
{
	static const char banner[] = "Linux version ";
	const size_t skip = sizeof(banner) - 1;
	const struct bytes file = { start, length };
	const uint8_t *at = start, *end = at + length;

	while ((at = memmem(at, end - at, banner, skip))) {
		at += skip;
		if (at < end && *at >= '0' && *at <= '9')
			return read_release(&file, at - file.start, release,
					    size);
	}
	return false;
}

static bool has_release(const void *start, size_t length, char *release,
			size_t size)
{
	const struct bytes file = { start, length };
	size_t at = file.start[KERNEL_VERSION] | file.start[KERNEL_VERSION + 1]
							 << 8;

	if (is_bzimage(&file))
		return at && read_release(&file, at + SECTOR, release, size);
	return is_bootable(start, length) &&
	       image_banner(start, length, release, size);
}

int image_release_by(image_reader *reader, const char *image, char *release,
		     size_t size)
{
	struct bytes file = map_file(image);
	int ret;

	if (!file.start)
		return -errno;
	ret = reader(file.start, file.length, release, size) ? 0 : -ENOEXEC;
	unmap(&file);
	return ret;
}

int image_release(const char *image, char *release, size_t size)
{
	return image_release_by(has_release, image, release, size);
}

/* Unpack into memory, up to an error: the caller judges what came of it. */
static int unpack(const struct bytes *payload, uint8_t **kernel, size_t *length)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	size_t size = payload->length * 4;
	ssize_t got = 0;

	*length = 0;
	*kernel = NULL;
	if (!archive)
		return -ENOMEM;
	archive_read_support_filter_all(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_memory(archive, payload->start,
				     payload->length) == ARCHIVE_OK &&
	    archive_read_next_header(archive, &entry) == ARCHIVE_OK)
		got = 1;
	while (got > 0 && *length < KERNEL_MAX) {
		if (!*kernel || *length == size) {
			uint8_t *grown = realloc(*kernel, size *= 2);

			if (!grown)
				break;
			*kernel = grown;
		}
		got = archive_read_data(archive, *kernel + *length,
					size - *length);
		if (got > 0)
			*length += got;
	}
	archive_read_free(archive);
	return *length ? 0 : -ENOTSUP;
}

static int write_file(const char *path, const uint8_t *bytes, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int ret = 0;

	if (fd < 0)
		return -errno;
	while (length && !ret) {
		ssize_t written = write(fd, bytes, length);

		if (written > 0) {
			bytes += written;
			length -= written;
		} else if (errno != EINTR) {
			ret = -errno;
		}
	}
	if (close(fd) < 0 && !ret)
		ret = -errno;
	if (ret)
		unlink(path);
	return ret;
}

/*
 * All packers but gzip have the kernel's size appended (size_append in
 * scripts/Makefile.lib), four bytes that libarchive must not see.
 */
static int unpack_bootable(const struct bytes *payload, uint8_t **kernel,
			   size_t *length)
{
	for (int appended = 4; appended >= 0; appended -= 4) {
		struct bytes packed = { payload->start,
					payload->length - appended };

		if (payload->length <= 4)
			break;
		if (!unpack(&packed, kernel, length) &&
		    is_bootable(*kernel, *length))
			return 0;
		free(*kernel);
	}
	return -ENOTSUP;
}

int image_extract(const char *image, const char *elf)
{
	struct bytes file = map_file(image), payload;
	uint8_t *kernel;
	size_t length;
	int ret;

	if (!file.start)
		return -errno;
	if (find_payload(&file, &payload))
		ret = unpack_bootable(&payload, &kernel, &length);
	else
		ret = -ENOTSUP;
	if (!ret) {
		ret = write_file(elf, kernel, length);
		free(kernel);
	}
	unmap(&file);
	return ret;
}
