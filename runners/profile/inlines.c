// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "elf_file.h"
#include "inlines.h"
#include "inlines_unit.h"
#include "results/base/array.h"

struct range {
	uint64_t start, end;
};

/* One to a file: a kernel's segments may be anywhere, its percpu data at 0. */
struct source {
	struct source *next;
	char *path;
	struct section_address *places; /* of a module, else NULL */
	size_t place_count;
	struct range *texts; /* its code in the guest */
	size_t text_count;
	bool debug; /* it has DWARF */
	Dwfl *dwfl; /* NULL: not asked for yet */
	Dwfl_Module *module; /* NULL: it cannot be read */
	struct inlines_last last;
};

/* What was asked for: the same code runs in sample after sample. */
struct answer {
	uint64_t address;
	const char *name;
};

struct inlines {
	struct source *sources;
	void *answers; /* of tsearch(3) */
};

struct inlines *inlines_new(void)
{
	return calloc(1, sizeof(struct inlines));
}

static void source_free(struct source *source)
{
	if (source->dwfl)
		dwfl_end(source->dwfl);
	for (size_t i = 0; source->places && i < source->place_count; i++)
		free((char *)source->places[i].name);
	free(source->places);
	free(source->texts);
	free(source->path);
	free(source);
}

void inlines_free(struct inlines *inlines)
{
	struct source *source, *next;

	if (!inlines)
		return;
	for (source = inlines->sources; source; source = next) {
		next = source->next;
		source_free(source);
	}
	tdestroy(inlines->answers, free);
	free(inlines);
}

static int read_section(Elf_Scn *section, const GElf_Shdr *header,
			const char *name, void *data)
{
	struct source *source = data;
	struct range *texts;
	uint64_t address;

	(void)section;
	if (!strcmp(name, ".debug_info") || !strcmp(name, ".zdebug_info"))
		source->debug = true;
	if (!elf_section_is_text(header) ||
	    !elf_section_address(header, name, source->places,
				 source->place_count, &address))
		return 0;
	texts = array_grow(source->texts, source->text_count, sizeof(*texts));
	if (!texts)
		return -ENOMEM;
	source->texts = texts;
	texts[source->text_count++] =
		(struct range){ address, address + header->sh_size };
	return 0;
}

static int read_source(struct source *source, struct error *err)
{
	struct elf_file file;
	int ret = elf_file_open(&file, source->path, err);

	if (ret)
		return ret;
	if (!elf_file_is_elf(&file) ||
	    elf_file_is_object(&file) != !!source->places)
		ret = error_set(err, -ENOEXEC,
				"%s: another kind of file: give NAME.ko for a "
				"module, vmlinux for a kernel",
				source->path);
	else if (elf_file_sections(&file, read_section, source))
		ret = error_set(err, -ENOMEM, "%s: out of memory",
				source->path);
	else if (!source->debug)
		ret = error_set(err, -ENODATA,
				"%s: no debugging information: build it with "
				"CONFIG_DEBUG_INFO",
				source->path);
	elf_file_close(&file);
	return ret;
}

static int copy_places(struct source *source,
		       const struct section_address *places, size_t count)
{
	source->places = calloc(count + 1, sizeof(*places));
	if (!source->places)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		source->places[i] =
			(struct section_address){ strdup(places[i].name),
						  places[i].address };
		source->place_count++;
		if (!source->places[i].name)
			return -ENOMEM;
	}
	return 0;
}

static int add_source(struct inlines *inlines, const char *path,
		      const struct section_address *places, size_t count,
		      struct error *err)
{
	struct source *source = calloc(1, sizeof(*source));
	int ret = -ENOMEM;

	if (source)
		source->path = strdup(path);
	if (source && source->path)
		ret = places ? copy_places(source, places, count) : 0;
	if (ret)
		error_set(err, ret, "%s: out of memory", path);
	else
		ret = read_source(source, err);
	if (!ret) {
		source->next = inlines->sources;
		inlines->sources = source;
	} else if (source) {
		source_free(source);
	}
	return ret;
}

int inlines_add_elf(struct inlines *inlines, const char *path,
		    struct error *err)
{
	return add_source(inlines, path, NULL, 0, err);
}

int inlines_add_module(struct inlines *inlines, const char *path,
		       const struct section_address *sections, size_t count,
		       struct error *err)
{
	return add_source(inlines, path, sections, count, err);
}

static int open_module(Dwfl_Module *module, void **data, const char *name,
		       Dwarf_Addr base, char **path, Elf **elf)
{
	struct source *source = *data;

	(void)module;
	(void)name;
	(void)base;
	(void)elf;
	*path = strdup(source->path);
	return open(source->path, O_RDONLY | O_CLOEXEC);
}

/* Nothing is searched for, and no server asked, but the file we were given. */
static int open_no_other(Dwfl_Module *module, void **data, const char *name,
			 Dwarf_Addr base, const char *path, const char *link,
			 GElf_Word checksum, char **found)
{
	(void)module;
	(void)data;
	(void)name;
	(void)base;
	(void)path;
	(void)link;
	(void)checksum;
	(void)found;
	return -1;
}

static int place_section(Dwfl_Module *module, void **data, const char *name,
			 Dwarf_Addr base, const char *section, GElf_Word index,
			 const GElf_Shdr *header, Dwarf_Addr *address)
{
	struct source *source = *data;

	(void)module;
	(void)name;
	(void)base;
	(void)index;
	if (!elf_section_address(header, section, source->places,
				 source->place_count, address))
		*address = (Dwarf_Addr)-1; /* it is not there */
	return DWARF_CB_OK;
}

static void report(struct source *source)
{
	struct range all = { UINT64_MAX, 0 };
	void **data;

	for (size_t i = 0; i < source->text_count; i++) {
		const struct range *text = &source->texts[i];

		all.start = text->start < all.start ? text->start : all.start;
		all.end = text->end > all.end ? text->end : all.end;
	}
	if (!source->places)
		source->module = dwfl_report_elf(source->dwfl, "program",
						 source->path, -1, 0, true);
	else
		source->module = dwfl_report_module(source->dwfl, "module",
						    all.start, all.end);
	dwfl_report_end(source->dwfl, NULL, NULL);
	if (source->module) {
		dwfl_module_info(source->module, &data, NULL, NULL, NULL, NULL,
				 NULL, NULL);
		*data = source;
	}
}

static void open_source(struct source *source)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = open_module,
		.find_debuginfo = open_no_other,
		.section_address = place_section,
	};

	source->dwfl = dwfl_begin(&callbacks);
	if (source->dwfl)
		report(source);
}

static struct source *find_source(struct inlines *inlines, uint64_t address)
{
	for (struct source *source = inlines->sources; source;
	     source = source->next)
		for (size_t i = 0; i < source->text_count; i++)
			if (address >= source->texts[i].start &&
			    address < source->texts[i].end)
				return source;
	return NULL;
}

static const char *find(struct inlines *inlines, uint64_t address)
{
	struct source *source = find_source(inlines, address);

	if (!source)
		return NULL;
	if (!source->dwfl)
		open_source(source);
	if (!source->module)
		return NULL;
	return inlines_innermost(source->module, &source->last, address);
}

static int by_address(const void *a, const void *b)
{
	const struct answer *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

const char *inlines_find(struct inlines *inlines, uint64_t address)
{
	struct answer *answer = malloc(sizeof(*answer)), **known;

	if (!answer)
		return find(inlines, address);
	answer->address = address;
	known = tsearch(answer, &inlines->answers, by_address);
	if (!known || *known != answer)
		free(answer);
	else
		answer->name = find(inlines, address);
	return known ? (*known)->name : find(inlines, address);
}

static bool fits(const char *path, const char *code)
{
	struct elf_file files[2];
	const void *ids[2];
	ssize_t lengths[2];
	bool same = true;

	if (elf_file_open(&files[0], path, NULL))
		return false;
	if (!elf_file_open(&files[1], code, NULL)) {
		for (int i = 0; i < 2; i++)
			lengths[i] = elf_file_is_elf(&files[i]) ?
					     dwelf_elf_gnu_build_id(
						     files[i].elf, &ids[i]) :
					     0;
		same = lengths[0] <= 0 || lengths[1] <= 0 ||
		       (lengths[0] == lengths[1] &&
			!memcmp(ids[0], ids[1], (size_t)lengths[0]));
		elf_file_close(&files[1]);
	}
	elf_file_close(&files[0]);
	return same;
}

int inlines_check(const char *path, const char *code, struct error *err)
{
	struct inlines *inlines = inlines_new();
	int ret = inlines ? inlines_add_elf(inlines, path, err) :
			    error_set(err, -ENOMEM, "%s: out of memory", path);

	inlines_free(inlines);
	if (!ret && !fits(path, code))
		ret = error_set(err, -ESTALE,
				"%s: of another build than %s: build both "
				"again",
				path, code);
	return ret;
}
