/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The chain in one file's DWARF; for this room only. */
#ifndef MMGAUGE_INLINES_CHAIN_H
#define MMGAUGE_INLINES_CHAIN_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>

#include "inlines.h"

/* The function that was asked for last. */
struct inlines_last {
	bool known;
	Dwarf_Die unit, function;
	Dwarf_Addr bias;
};

/* As inlines_find(). */
size_t inlines_chain(Dwfl_Module *module, struct inlines_last *last,
		     uint64_t address,
		     struct inline_step steps[INLINE_STEPS_MAX]);

#endif
