/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From counted instructions to rows of functions with amounts of kinds. */
#ifndef MMGAUGE_PROFILE_FUNCTIONS_H
#define MMGAUGE_PROFILE_FUNCTIONS_H

#include "inlines.h"
#include "kinds.h"
#include "match.h"
#include "symbols.h"

/* What is counted, before the kinds that the bytes tell. */
enum amount {
	AMOUNT_INSTRUCTIONS,
	AMOUNT_LOADS,
	AMOUNT_STORES,
	AMOUNT_TAKEN, /* conditional branches that were */
	AMOUNT_KINDS, /* + enum kind */
	AMOUNT_DEVICES = AMOUNT_KINDS + KINDS,
	AMOUNT_INTERRUPTS,
	AMOUNT_LINES, /* + enum profile_touch */
	AMOUNTS = AMOUNT_LINES + PROFILE_TOUCHES
};

/* Its name in files, "loads"; of a kind that of its row. */
const char *amount_name(unsigned int amount);

/*
 * Those that a profile with these @parts (enum profile_part) has on @arch, in
 * the order of the output; how many.
 */
size_t amounts_of(const char *arch, unsigned int parts,
		  unsigned int amounts[AMOUNTS]);

struct function_row {
	const struct symbol *symbol; /* NULL: no symbol covers it */
	const char *inlined; /* the function within it; NULL: its own */
	uint64_t amounts[AMOUNTS];
};

/* One function called another in the sample. */
struct call_row {
	bool interrupt; /* nobody called: then @from is NULL */
	const struct symbol *from, *to; /* NULL: no symbol covers it */
	uint64_t calls, inclusive; /* see profile_call */
};

/*
 * A row of each two functions. One that was only jumped to (a call in tail
 * position) has what it and its calls ran as the first jump's instructions;
 * free() *rows. 0 or -ENOMEM.
 */
int functions_calls(const struct profile_match *match,
		    const struct profile_log *log,
		    const struct symbols *symbols,
		    struct kinds_decoder *decoder, struct call_row **rows,
		    size_t *count);

/*
 * By module and name, one that no symbol covers first. Static functions of one
 * name are one: nothing tells them apart.
 */
int symbol_order(const struct symbol *x, const struct symbol *y);

/*
 * By module and name; free() *rows. What was inlined is in rows apart as far as
 * @inlines, NULL for none, know it. 0 or -ENOMEM.
 */
int functions_of(const struct profile_match *match,
		 const struct profile_log *log, const struct symbols *symbols,
		 struct inlines *inlines, struct kinds_decoder *decoder,
		 struct function_row **rows, size_t *count);

#endif
