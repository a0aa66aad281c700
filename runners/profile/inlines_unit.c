// SPDX-License-Identifier: GPL-2.0-or-later
#include <dwarf.h>

#include "inlines_unit.h"

struct search {
	struct inlines_last *last;
	Dwarf_Addr pc;
};

static int is_function_at(Dwarf_Die *function, void *data)
{
	struct search *search = data;

	if (dwarf_haspc(function, search->pc) <= 0)
		return DWARF_CB_OK;
	search->last->function = *function;
	search->last->known = true;
	return DWARF_CB_ABORT;
}

/* The unit at @address: clang writes no index of them. */
static Dwarf_Die *find_unit(Dwfl_Module *module, uint64_t address,
			    Dwarf_Addr *bias)
{
	Dwarf_Die *unit = dwfl_module_addrdie(module, address, bias);

	if (unit)
		return unit;
	while ((unit = dwfl_module_nextcu(module, unit, bias)))
		if (dwarf_haspc(unit, address - *bias) > 0)
			break;
	return unit;
}

static bool find_function(Dwfl_Module *module, struct inlines_last *last,
			  uint64_t address)
{
	struct search search = { .last = last };
	Dwarf_Die *unit;

	if (last->known &&
	    dwarf_haspc(&last->function, address - last->bias) > 0)
		return true;
	last->known = false;
	unit = find_unit(module, address, &last->bias);
	if (!unit)
		return false;
	search.pc = address - last->bias;
	dwarf_getfuncs(unit, is_function_at, &search, 0);
	return last->known;
}

/* The child of @die that holds @pc: inlined, or a block that may hold one. */
static bool descend(Dwarf_Die *die, Dwarf_Addr pc)
{
	Dwarf_Die child;
	int more = dwarf_child(die, &child);

	for (; more == 0; more = dwarf_siblingof(&child, &child)) {
		int tag = dwarf_tag(&child);

		if ((tag == DW_TAG_inlined_subroutine ||
		     tag == DW_TAG_lexical_block) &&
		    dwarf_haspc(&child, pc) > 0) {
			*die = child;
			return true;
		}
	}
	return false;
}

const char *inlines_innermost(Dwfl_Module *module, struct inlines_last *last,
			      uint64_t address)
{
	const char *name = NULL;
	Dwarf_Die die;

	if (!find_function(module, last, address))
		return NULL;
	die = last->function;
	while (descend(&die, address - last->bias))
		if (dwarf_tag(&die) == DW_TAG_inlined_subroutine)
			name = dwarf_diename(&die);
	return name;
}
