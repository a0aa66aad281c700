/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which functions were inlined at an address, and its line, from DWARF
 * (CONFIG_DEBUG_INFO, -dbg packages). Nothing is read before it is asked for.
 */
#ifndef MMGAUGE_INLINES_H
#define MMGAUGE_INLINES_H

#include "symbols.h"

struct inline_step {
	const char *function;
	const char *file; /* as it was compiled; NULL: not known */
	int line; /* of the address, or of the call of the step before */
};

#define INLINE_STEPS_MAX 32 /* what is deeper is left out */

struct inlines;

/* NULL when out of memory. */
struct inlines *inlines_new(void);
void inlines_free(struct inlines *inlines);

/*
 * Add a kernel or a program that is not relocated; a module. Both 0, or a
 * negative errno with a line: -ENODATA when the file has no DWARF, -ENOEXEC as
 * symbols_add_*() have it. A file that only has the DWARF of another will do.
 */
int inlines_add_elf(struct inlines *inlines, const char *path,
		    struct error *err);
int inlines_add_module(struct inlines *inlines, const char *path,
		       const struct section_address *sections, size_t count,
		       struct error *err);

/*
 * The chain at @address, the innermost first; the last is the function that
 * symbols_find() gives, as the compiler calls it. Its length; 0 when nothing is
 * known of @address. The strings last as long as @inlines. Addresses of one
 * function after another are found much faster than others.
 */
size_t inlines_find(struct inlines *inlines, uint64_t address,
		    struct inline_step steps[INLINE_STEPS_MAX]);

#endif
