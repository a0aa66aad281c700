/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernels, modules and programs as files, through libelf. */
#ifndef MMGAUGE_ELF_FILE_H
#define MMGAUGE_ELF_FILE_H

#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>

#include "symbols.h"

struct elf_file {
	Elf *elf; /* also of what is no ELF file: its bytes, then */
	int fd;
	char *memory;
};

/*
 * Open @path, unpacking it (xz, zstd, gzip) when it is packed. 0 or a negative
 * errno with a line; what is no ELF file is opened as well.
 */
int elf_file_open(struct elf_file *file, const char *path, struct error *err);
void elf_file_close(struct elf_file *file);

bool elf_file_is_elf(const struct elf_file *file);
/* A module, or other code that has no address before it is loaded? */
bool elf_file_is_object(const struct elf_file *file);

/*
 * Each section of an ELF file, until @each returns non-zero, which is handed
 * back. @name is "" where it has none.
 */
int elf_file_sections(const struct elf_file *file,
		      int (*each)(Elf_Scn *section, const GElf_Shdr *header,
				  const char *name, void *data),
		      void *data);

/* Code that the guest executes? */
bool elf_section_is_text(const GElf_Shdr *header);

/*
 * Where a section is in the guest: as @places of a module say, or, without any
 * (NULL), as the file does. false: nowhere, or only until a module is loaded.
 */
bool elf_section_address(const GElf_Shdr *header, const char *name,
			 const struct section_address *places, size_t count,
			 uint64_t *address);

#endif
