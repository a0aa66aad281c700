/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file's DWARF; for this room only. */
#ifndef MMGAUGE_INLINES_UNIT_H
#define MMGAUGE_INLINES_UNIT_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdint.h>

/* The function that was asked for last: the next address is likely its, too. */
struct inlines_last {
	bool known;
	Dwarf_Die function;
	Dwarf_Addr bias;
};

/* As inlines_find(). */
const char *inlines_innermost(Dwfl_Module *module, struct inlines_last *last,
			      uint64_t address);

#endif
