// SPDX-License-Identifier: GPL-2.0-or-later
/* Symbol tables of ELF files, and kallsyms of those that have none. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf_file.h"
#include "kallsyms.h"
#include "symbol_drafts.h"
#include "results/base/array.h"

/* What is known of a section: is it code, and how far its symbols are off. */
struct section {
	bool code;
	uint64_t shift; /* of a module: the symbols count from the section */
};

struct reader {
	const struct elf_file *file;
	struct symbol_drafts drafts;
	struct section *sections; /* by their index in the file */
	size_t section_count;
	struct kallsyms_segment *segments;
	size_t segment_count;

	/* Of a module; NULL: it is where its sections say. */
	const struct section_address *places;
	size_t place_count;
};

static int add_segment(struct reader *reader, const GElf_Shdr *header)
{
	struct kallsyms_segment *list = array_grow(
		reader->segments, reader->segment_count, sizeof(*list));

	if (!list)
		return -ENOMEM;
	reader->segments = list;
	list[reader->segment_count++] =
		(struct kallsyms_segment){ header->sh_offset, header->sh_size,
					   header->sh_addr };
	return 0;
}

static int read_section(Elf_Scn *scn, const GElf_Shdr *header, const char *name,
			void *data)
{
	struct reader *reader = data;
	size_t index = elf_ndxscn(scn);
	struct section *section;
	uint64_t address;

	if (header->sh_type == SHT_PROGBITS && header->sh_flags & SHF_ALLOC &&
	    add_segment(reader, header))
		return -ENOMEM;
	if (!elf_section_is_text(header) || index >= reader->section_count ||
	    !elf_section_address(header, name, reader->places,
				 reader->place_count, &address))
		return 0;
	section = &reader->sections[index];
	section->shift = reader->places ? address : 0;
	section->code = true;
	return drafts_add_text(&reader->drafts, address, header->sh_size);
}

static enum symbol_bind bind_of(const GElf_Sym *symbol)
{
	switch (GELF_ST_BIND(symbol->st_info)) {
	case STB_LOCAL:
		return SYMBOL_LOCAL;
	case STB_WEAK:
		return SYMBOL_WEAK;
	default:
		return SYMBOL_GLOBAL;
	}
}

static int add_symbol(struct reader *reader, const GElf_Sym *symbol,
		      const char *name)
{
	unsigned int type = GELF_ST_TYPE(symbol->st_info);
	const struct section *section;
	struct symbol_draft draft;

	/* $x and $d say where there is code, where data: labels of arm64's. */
	if (symbol->st_shndx >= reader->section_count ||
	    symbol->st_shndx >= SHN_LORESERVE || *name == '$')
		return 0;
	section = &reader->sections[symbol->st_shndx];
	if (!section->code || type == STT_SECTION || type == STT_FILE)
		return 0;
	draft = (struct symbol_draft){
		.start = symbol->st_value + section->shift,
		.size = symbol->st_size,
		.bind = bind_of(symbol),
		.code = type == STT_FUNC || type == STT_NOTYPE ||
			type == STT_GNU_IFUNC,
	};
	return drafts_add(&reader->drafts, &draft, name, strlen(name));
}

static int read_table(Elf_Scn *section, const GElf_Shdr *header,
		      const char *section_name, void *data)
{
	struct reader *reader = data;
	Elf_Data *table;
	GElf_Sym symbol;

	(void)section_name;
	if (header->sh_type != SHT_SYMTAB)
		return 0;
	table = elf_getdata(section, NULL);
	for (int i = 1; table && gelf_getsym(table, i, &symbol); i++) {
		const char *name = elf_strptr(reader->file->elf,
					      header->sh_link, symbol.st_name);

		if (name && add_symbol(reader, &symbol, name))
			return -ENOMEM;
	}
	return 0;
}

static int add_kallsyms(uint64_t address, char type, const char *name,
			size_t length, void *data)
{
	struct reader *reader = data;
	struct symbol_draft draft = {
		.start = address,
		.bind = type == 'T' ? SYMBOL_GLOBAL :
			type == 'W' ? SYMBOL_WEAK :
				      SYMBOL_LOCAL,
		.code = strchr("TtWw", type),
	};

	return drafts_add(&reader->drafts, &draft, name, length);
}

static int read_kallsyms(struct reader *reader)
{
	struct kallsyms_image image = { .segments = reader->segments,
					.segment_count =
						reader->segment_count };

	image.bytes =
		(const uint8_t *)elf_rawfile(reader->file->elf, &image.length);
	return image.bytes ? kallsyms_read(&image, add_kallsyms, reader) :
			     -ENODATA;
}

static int read_sections(struct reader *reader)
{
	size_t count;

	if (elf_getshdrnum(reader->file->elf, &count))
		return -ENOEXEC;
	/* A damaged file may say any number; a symbol has 16 bits for it. */
	reader->section_count = count < SHN_LORESERVE ? count : SHN_LORESERVE;
	reader->sections =
		calloc(reader->section_count + 1, sizeof(*reader->sections));
	if (!reader->sections)
		return -ENOMEM;
	return elf_file_sections(reader->file, read_section, reader);
}

static int read_symbols(struct reader *reader)
{
	bool elf = elf_file_is_elf(reader->file);
	int ret = 0;

	if (reader->places ? !elf : elf && elf_file_is_object(reader->file))
		return -ENOEXEC;
	if (elf)
		ret = read_sections(reader);
	if (!ret && elf)
		ret = elf_file_sections(reader->file, read_table, reader);
	if (!ret && !reader->drafts.count && !reader->places)
		ret = read_kallsyms(reader);
	return ret;
}

static int read_error(int code, const char *path, struct error *err)
{
	switch (code) {
	case -ENODATA:
		return error_set(err, code,
				 "%s: no symbols of code, neither a symbol "
				 "table nor kallsyms: give the file before it "
				 "was stripped, or one with CONFIG_KALLSYMS",
				 path);
	case -EEXIST:
		return error_set(err, code,
				 "%s: its code lies where other code is: "
				 "check the addresses it was loaded to",
				 path);
	case -ENOEXEC:
		return error_set(err, code,
				 "%s: damaged, or another kind of file: give "
				 "NAME.ko for a module, vmlinux for a kernel",
				 path);
	default:
		return error_set(err, code, "%s: %s", path, strerror(-code));
	}
}

static int add_file(struct symbols *symbols, struct reader *reader,
		    const char *path, const char *module, struct error *err)
{
	struct elf_file file;
	int ret = elf_file_open(&file, path, err);

	if (ret)
		return ret;
	reader->file = &file;
	ret = read_symbols(reader);
	if (!ret)
		ret = symbols_take(symbols, &reader->drafts, module);
	if (ret)
		read_error(ret, path, err);
	drafts_free(&reader->drafts);
	free(reader->sections);
	free(reader->segments);
	elf_file_close(&file);
	return ret;
}

int symbols_add_elf(struct symbols *symbols, const char *path,
		    const char *module, struct error *err)
{
	struct reader reader = { 0 };

	return add_file(symbols, &reader, path, module, err);
}

int symbols_add_module(struct symbols *symbols, const char *path,
		       const char *module,
		       const struct section_address *sections, size_t count,
		       struct error *err)
{
	struct reader reader = { .places = sections, .place_count = count };

	if (!count)
		return error_set(err, -ENODATA,
				 "%s: no address of any section: read "
				 "sections/ of the loaded module",
				 path);
	return add_file(symbols, &reader, path, module, err);
}
