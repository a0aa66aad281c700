// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "build_id.h"
#include "elf_file.h"

/* Every linker's note begins so: 4 bytes of name, NT_GNU_BUILD_ID. */
struct note {
	uint32_t name_length;
	uint32_t length;
	uint32_t type;
	char name[4];
};

static int take(struct build_id *id, const void *bytes, size_t length)
{
	*id = (struct build_id){ .length = length };
	if (!length || length > BUILD_ID_MAX)
		return -ENODATA;
	memcpy(id->bytes, bytes, length);
	return 0;
}

/* The id of the note at @at, if it is one. */
static int read_note(const uint8_t *at, size_t left, struct build_id *id)
{
	struct note note;

	if (left < sizeof(note))
		return -ENODATA;
	memcpy(&note, at, sizeof(note));
	if (note.name_length != sizeof(note.name) ||
	    note.type != NT_GNU_BUILD_ID || memcmp(note.name, "GNU", 4) ||
	    note.length > left - sizeof(note))
		return -ENODATA;
	return take(id, at + sizeof(note), note.length);
}

/*
 * Notes are searched for, not walked: a kernel image that is no ELF file does
 * not say where they begin, and everywhere they begin at a multiple of 4.
 */
int build_id_of_notes(const void *notes, size_t length, struct build_id *id)
{
	const uint8_t *at = notes;

	*id = (struct build_id){ 0 };
	for (size_t i = 0; i < length; i += 4)
		if (!read_note(at + i, length - i, id))
			return 0;
	return -ENODATA;
}

static int read_file(const struct elf_file *file, struct build_id *id)
{
	const void *bytes;
	size_t size;
	ssize_t length;

	*id = (struct build_id){ 0 };
	if (!elf_file_is_elf(file)) {
		bytes = elf_rawfile(file->elf, &size);
		return bytes ? build_id_of_notes(bytes, size, id) : -ENODATA;
	}
	length = dwelf_elf_gnu_build_id(file->elf, &bytes);
	return length > 0 ? take(id, bytes, (size_t)length) : -ENODATA;
}

int build_id_of_file(const char *path, struct build_id *id, struct error *err)
{
	struct elf_file file;
	int ret = elf_file_open(&file, path, err);

	if (ret)
		return ret;
	ret = read_file(&file, id);
	elf_file_close(&file);
	if (ret)
		error_set(err, ret,
			  "%s: has no build id: link it with --build-id, as "
			  "kernels are",
			  path);
	return ret;
}

bool build_id_equal(const struct build_id *a, const struct build_id *b)
{
	return a->length == b->length && !memcmp(a->bytes, b->bytes, a->length);
}

char *build_id_text(const struct build_id *id, char text[2 * BUILD_ID_MAX + 1])
{
	text[0] = '\0';
	for (size_t i = 0; i < id->length; i++)
		sprintf(text + 2 * i, "%02x", id->bytes[i]);
	return text;
}

int build_id_check(const char *path, const struct build_id *running,
		   struct error *err)
{
	char theirs[2 * BUILD_ID_MAX + 1], ours[2 * BUILD_ID_MAX + 1];
	struct build_id id;
	int ret = build_id_of_file(path, &id, err);

	if (ret || build_id_equal(&id, running))
		return ret;
	return error_set(err, -ESTALE,
			 "%s: symbols of another build: its id is %s, what "
			 "runs has %s: give the file it was booted from",
			 path, build_id_text(&id, theirs),
			 build_id_text(running, ours));
}
