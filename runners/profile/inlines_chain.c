// SPDX-License-Identifier: GPL-2.0-or-later
#include <dwarf.h>
#include <string.h>

#include "inlines_chain.h"

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
	last->unit = *unit;
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

static Dwarf_Word read_number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word number = 0;

	if (dwarf_attr(die, name, &attribute))
		dwarf_formudata(&attribute, &number);
	return number;
}

/* Where the inlined function @die is called. */
static void read_call(struct inlines_last *last, Dwarf_Die *die,
		      struct inline_step *caller)
{
	Dwarf_Word file = read_number(die, DW_AT_call_file);
	Dwarf_Files *files;
	size_t count;

	caller->line = (int)read_number(die, DW_AT_call_line);
	if (!dwarf_getsrcfiles(&last->unit, &files, &count) && file < count)
		caller->file = dwarf_filesrc(files, file, NULL, NULL);
}

static void read_line(Dwfl_Module *module, uint64_t address,
		      struct inline_step *step)
{
	Dwfl_Line *line = dwfl_module_getsrc(module, address);

	if (line)
		step->file = dwfl_lineinfo(line, NULL, &step->line, NULL, NULL,
					   NULL);
}

static void reverse(struct inline_step *steps, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct inline_step step = steps[i];

		steps[i] = steps[count - 1 - i];
		steps[count - 1 - i] = step;
	}
}

size_t inlines_chain(Dwfl_Module *module, struct inlines_last *last,
		     uint64_t address,
		     struct inline_step steps[INLINE_STEPS_MAX])
{
	size_t count = 1;
	Dwarf_Die die;

	if (!find_function(module, last, address))
		return 0;
	die = last->function;
	steps[0] = (struct inline_step){ .function = dwarf_diename(&die) };
	while (count < INLINE_STEPS_MAX &&
	       descend(&die, address - last->bias)) {
		if (dwarf_tag(&die) != DW_TAG_inlined_subroutine)
			continue;
		read_call(last, &die, &steps[count - 1]);
		steps[count++] =
			(struct inline_step){ .function = dwarf_diename(&die) };
	}
	read_line(module, address, &steps[count - 1]);
	reverse(steps, count);
	return steps[count - 1].function ? count : 0;
}
