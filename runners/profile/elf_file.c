// SPDX-License-Identifier: GPL-2.0-or-later
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf_file.h"

/* A kernel with all its debugging information is 1 GiB. */
#define UNPACKED_MAX (2048ul << 20)

/* All that comes of @archive; -EFBIG, -ENOMEM, -ENOEXEC when damaged. */
static int read_all(struct archive *archive, char **bytes, size_t *length)
{
	size_t size = 1 << 20;
	char *grown = malloc(size);
	la_ssize_t got = 1;

	*bytes = grown;
	*length = 0;
	while (grown && got > 0 && *length < UNPACKED_MAX) {
		got = archive_read_data(archive, grown + *length,
					size - *length);
		if (got > 0)
			*length += (size_t)got;
		if (*length < size)
			continue;
		grown = realloc(*bytes, size *= 2);
		if (grown)
			*bytes = grown;
	}
	if (grown && !got)
		return 0;
	free(*bytes);
	*bytes = NULL;
	return !grown ? -ENOMEM : got < 0 ? -ENOEXEC : -EFBIG;
}

/* 0 with *@bytes, NULL when the file is not packed. */
static int unpack(int fd, char **bytes, size_t *length)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	int ret = 0;

	*bytes = NULL;
	*length = 0;
	if (!archive)
		return -ENOMEM;
	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_zstd(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_fd(archive, fd, 65536) != ARCHIVE_OK)
		ret = -ENOEXEC; /* packed, but it unpacks to nothing */
	else if (archive_filter_code(archive, 0) != ARCHIVE_FILTER_NONE)
		ret = archive_read_next_header(archive, &entry) == ARCHIVE_OK ?
			      read_all(archive, bytes, length) :
			      -ENOEXEC;
	archive_read_free(archive);
	return ret;
}

static int open_packed(struct elf_file *file)
{
	size_t length;
	int ret = unpack(file->fd, &file->memory, &length);

	if (ret || !file->memory)
		return ret;
	elf_end(file->elf);
	file->elf = elf_memory(file->memory, length);
	return file->elf ? 0 : -ENOEXEC;
}

int elf_file_open(struct elf_file *file, const char *path, struct error *err)
{
	int ret = 0;

	elf_version(EV_CURRENT);
	*file = (struct elf_file){ .fd = open(path, O_RDONLY | O_CLOEXEC) };
	if (file->fd < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	file->elf = elf_begin(file->fd, ELF_C_READ_MMAP, NULL);
	if (!file->elf)
		ret = -ENOEXEC;
	else if (!elf_file_is_elf(file))
		ret = open_packed(file);
	if (!ret)
		return 0;
	error_set(err, ret, "%s: %s: give another file", path,
		  ret == -ENOEXEC ? "damaged" : strerror(-ret));
	elf_file_close(file);
	return ret;
}

void elf_file_close(struct elf_file *file)
{
	elf_end(file->elf);
	free(file->memory);
	if (file->fd >= 0)
		close(file->fd);
	*file = (struct elf_file){ .fd = -1 };
}

bool elf_file_is_elf(const struct elf_file *file)
{
	return elf_kind(file->elf) == ELF_K_ELF;
}

bool elf_file_is_object(const struct elf_file *file)
{
	GElf_Ehdr header;

	return gelf_getehdr(file->elf, &header) && header.e_type == ET_REL;
}

int elf_file_sections(const struct elf_file *file,
		      int (*each)(Elf_Scn *section, const GElf_Shdr *header,
				  const char *name, void *data),
		      void *data)
{
	Elf_Scn *section = NULL;
	size_t names;
	int ret = 0;

	if (elf_getshdrstrndx(file->elf, &names))
		return 0;
	while (!ret && (section = elf_nextscn(file->elf, section))) {
		GElf_Shdr header;
		const char *name;

		if (!gelf_getshdr(section, &header))
			continue;
		name = elf_strptr(file->elf, names, header.sh_name);
		ret = each(section, &header, name ? name : "", data);
	}
	return ret;
}

bool elf_section_is_text(const GElf_Shdr *header)
{
	const GElf_Xword both = SHF_ALLOC | SHF_EXECINSTR;

	return (header->sh_flags & both) == both;
}

bool elf_section_address(const GElf_Shdr *header, const char *name,
			 const struct section_address *places, size_t count,
			 uint64_t *address)
{
	*address = header->sh_addr;
	if (!places)
		return true;
	if (!strncmp(name, ".init", 5))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(places[i].name, name))
			continue;
		*address = places[i].address;
		return true;
	}
	return false;
}
