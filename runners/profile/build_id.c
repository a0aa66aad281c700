// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "build_id.h"
#include "elf_file.h"

#define DIGITS_MAX 128 /* it is a hash */

/* A section's, into @data; 1 ends the search. */
static int read_notes(Elf_Scn *section, const GElf_Shdr *header,
		      const char *section_name, void *data)
{
	Elf_Data *notes;
	GElf_Nhdr note;
	size_t at = 0, next, name, text;
	char *digits = data;

	(void)section_name;
	notes = header->sh_type == SHT_NOTE ? elf_getdata(section, NULL) : NULL;
	while (notes && (next = gelf_getnote(notes, at, &note, &name, &text))) {
		const char *bytes = notes->d_buf;

		at = next;
		if (note.n_type != NT_GNU_BUILD_ID ||
		    note.n_namesz != sizeof(ELF_NOTE_GNU) ||
		    memcmp(bytes + name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)))
			continue;
		for (size_t i = 0; i < note.n_descsz && i < DIGITS_MAX / 2; i++)
			snprintf(digits + 2 * i, 3, "%02x",
				 (unsigned char)bytes[text + i]);
		return 1;
	}
	return 0;
}

int build_id_check(const char *path, const char *running, struct error *err)
{
	char digits[DIGITS_MAX + 1] = "";
	struct elf_file file;
	int ret;

	if (!running)
		return 0;
	ret = elf_file_open(&file, path, err);
	if (ret)
		return ret;
	if (elf_file_is_elf(&file))
		elf_file_sections(&file, read_notes, digits);
	elf_file_close(&file);
	if (!*digits || !strcmp(digits, running))
		return 0;
	return error_set(err, -ESTALE,
			 "%s: not what runs in the guest (build id %.12s, not "
			 "%.12s): it was replaced meanwhile: run again",
			 path, digits, running);
}
