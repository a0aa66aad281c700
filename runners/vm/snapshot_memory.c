// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "snapshot_memory.h"

/* Of the stream: what a section begins and ends with, and what a page does. */
#define SECTION_END 0x03
#define SECTION_FOOTER 0x7e
#define RECORD_PAGE 0x08
#define RECORD_EOS 0x10
#define RECORD_CONTINUE 0x20
#define PAGE 4096

/* The end of the section of all memory, which has none but its own end. */
struct end {
	uint8_t type;
	uint32_t section;
	uint64_t eos;
	uint8_t footer;
	uint32_t again;
} __attribute__((packed));

struct stream {
	char *bytes;
	size_t size;
};

static int read_stream(struct stream *stream, const char *path)
{
	FILE *file = fopen(path, "re");
	struct stat info;
	int ret = 0;

	if (!file)
		return -errno;
	if (fstat(fileno(file), &info) || !info.st_size)
		ret = -EPROTO;
	else
		stream->size = (size_t)info.st_size;
	stream->bytes = ret ? NULL : malloc(stream->size);
	if (!ret && !stream->bytes)
		ret = -ENOMEM;
	if (!ret && fread(stream->bytes, 1, stream->size, file) != stream->size)
		ret = -EIO;
	fclose(file);
	return ret;
}

/* Where the pages belong: before the mark of the end. NULL: not found once. */
static char *find_place(const struct stream *stream)
{
	char *found = NULL;

	for (size_t i = 0; i + sizeof(struct end) <= stream->size; i++) {
		const struct end *end = (const void *)(stream->bytes + i);

		if (end->type != SECTION_END || end->footer != SECTION_FOOTER ||
		    end->section != end->again ||
		    be64toh(end->eos) != RECORD_EOS)
			continue;
		if (found)
			return NULL;
		found = stream->bytes + i + offsetof(struct end, eos);
	}
	return found;
}

/* As the stream calls the memory of the object @name, its length first. */
static bool find_name(const struct stream *stream, const char *name,
		      char block[64])
{
	static const char *const forms[] = { "/objects/%.32s", "%.32s" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		int length = snprintf(block + 1, 63, forms[i], name);

		block[0] = (char)length;
		if (memmem(stream->bytes, stream->size, block,
			   (size_t)length + 1))
			return true;
	}
	return false;
}

static void put_page(FILE *to, const char *block, uint64_t address,
		     const char *page, bool first)
{
	uint64_t head =
		htobe64(address | RECORD_PAGE | (first ? 0 : RECORD_CONTINUE));

	fwrite(&head, sizeof(head), 1, to);
	if (first)
		fwrite(block, (size_t)block[0] + 1, 1, to);
	fwrite(page, PAGE, 1, to);
}

/* The pages from @at to @end, which are no hole. */
static int put_extent(FILE *to, int from, const char *block, off_t at,
		      off_t end, bool *first)
{
	static const char zero[PAGE];
	char page[PAGE];

	for (at -= at % PAGE; at < end; at += PAGE) {
		if (pread(from, page, PAGE, at) != PAGE)
			return -EIO;
		if (!memcmp(page, zero, PAGE))
			continue;
		put_page(to, block, (uint64_t)at, page, *first);
		*first = false;
	}
	return 0;
}

static int put_file(FILE *to, const char *path, const char *block)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;
	bool first = true;
	off_t end = 0, at;

	if (fd < 0)
		return -errno;
	while (!ret && (at = lseek(fd, end, SEEK_DATA)) >= 0) {
		end = lseek(fd, at, SEEK_HOLE);
		ret = put_extent(to, fd, block, at, end, &first);
	}
	close(fd);
	return ret;
}

static int put_all(FILE *to, const struct stream *stream,
		   const char *const *names, const char *const *files)
{
	char *place = find_place(stream), block[64];
	size_t before = place ? (size_t)(place - stream->bytes) : 0;
	int ret = place ? 0 : -EPROTO;

	fwrite(stream->bytes, 1, before, to);
	for (; *names && !ret; names++, files++)
		ret = find_name(stream, *names, block) ?
			      put_file(to, *files, block) :
			      -EPROTO;
	fwrite(stream->bytes + before, 1, stream->size - before, to);
	return ret;
}

int snapshot_memory_add(const char *state, const char *full,
			const char *const *names, const char *const *files,
			struct error *err)
{
	struct stream stream = { 0 };
	FILE *to = fopen(full, "we");
	int ret = to ? read_stream(&stream, state) : -errno;

	if (!ret)
		ret = put_all(to, &stream, names, files);
	/* What could not be written long ago is no error of the last write. */
	if (!ret && (fflush(to) || ferror(to)))
		ret = errno ? -errno : -EIO;
	if (to)
		fclose(to);
	free(stream.bytes);
	if (ret == -EPROTO)
		return error_set(err, ret,
				 "QEMU: its state is not written as known: "
				 "give --no-snapshot");
	return ret ? cache_write_error(err, ret, full) : 0;
}
