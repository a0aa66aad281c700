/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function was inlined at an address of a guest, from DWARF
 * (CONFIG_DEBUG_INFO, -dbg packages), through elfutils. Nothing is read before
 * it is asked for, and of a kernel only the units that hold what is asked for.
 */
#ifndef MMGAUGE_INLINES_H
#define MMGAUGE_INLINES_H

#include "symbols.h"

struct inlines;

/* NULL when out of memory. */
struct inlines *inlines_new(void);
void inlines_free(struct inlines *inlines);

/*
 * Whether @path has DWARF of the ELF file @code, by their build ids where both
 * have one: 0, or a negative errno with a line: -ENODATA without DWARF, -ESTALE
 * of another build, -ENOEXEC when it is damaged or another kind of file.
 */
int inlines_check(const char *path, const char *code, struct error *err);

/*
 * Add a kernel or a program that is not relocated; a module. Both 0, or an
 * errno as above. A file that only has the DWARF of another will do.
 */
int inlines_add_elf(struct inlines *inlines, const char *path,
		    struct error *err);
int inlines_add_module(struct inlines *inlines, const char *path,
		       const struct section_address *sections, size_t count,
		       struct error *err);

/*
 * The innermost function that was inlined at @address, as the source calls it;
 * NULL: it is of the function that the symbol names, or nothing is known. Good
 * as long as @inlines.
 */
const char *inlines_find(struct inlines *inlines, uint64_t address);

#endif
