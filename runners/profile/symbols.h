/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function is at an address of a guest. All is read outside of it, from
 * files: reading /proc/kallsyms in a guest whose every instruction is counted
 * takes a minute.
 *
 * A function begins at a symbol in an executable section and ends at its size,
 * where that is known, or where the next symbol begins, and never beyond its
 * section. A label within a function is a function, too: kallsyms, which all
 * kernels have, knows no sizes and no types, and a kernel must give the same
 * names by each of its sources. Of several names for an address it is the
 * global one before a weak and a local one, then the shortest, then the first
 * by strcmp().
 */
#ifndef MMGAUGE_SYMBOLS_H
#define MMGAUGE_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "results/base/error.h"

struct symbol {
	const char *name; /* of the function */
	const char *module; /* "vmlinux", a module's name, "mmgauge-agent" */
	uint64_t start; /* its first byte in the guest */
	uint64_t size; /* in bytes */
};

/* A section of a module in the guest, as /sys/module/NAME/sections has it. */
struct section_address {
	const char *name; /* ".text" */
	uint64_t address;
};

struct symbols;

/* An empty table; NULL when out of memory. */
struct symbols *symbols_new(void);
void symbols_free(struct symbols *symbols);

/*
 * Add what a file has; the strings are copied. All return 0 or a negative errno
 * with a line, and then nothing was added: -ENODATA when the file has no
 * symbols, -EEXIST when they would lie over those of something else, -ENOEXEC
 * when it is damaged or another kind of file. Files may be packed (xz, zstd,
 * gzip).
 *
 * A program or a kernel that is not relocated: its symbol table. A kernel
 * without one, or an image that is no ELF file: its kallsyms (kallsyms.h).
 */
int symbols_add_elf(struct symbols *symbols, const char *path,
		    const char *module, struct error *err);

/*
 * A module's NAME.ko. Its .init.text is left out: it is given back once the
 * module is loaded, and another module may lie there later.
 */
int symbols_add_module(struct symbols *symbols, const char *path,
		       const char *module,
		       const struct section_address *sections, size_t count,
		       struct error *err);

/*
 * The function at @address; NULL: no symbol covers it. Valid until the next
 * symbols_add_*().
 */
const struct symbol *symbols_find(const struct symbols *symbols,
				  uint64_t address);

#endif
