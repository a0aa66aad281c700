/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From counted instructions to rows of functions with amounts of kinds. */
#ifndef MMGAUGE_PROFILE_FUNCTIONS_H
#define MMGAUGE_PROFILE_FUNCTIONS_H

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
	AMOUNTS = AMOUNT_KINDS + KINDS
};

/* Its name in files, "loads"; of a kind that of its row. */
const char *amount_name(unsigned int amount);

struct function_row {
	const struct symbol *symbol; /* NULL: no symbol covers it */
	uint64_t amounts[AMOUNTS];
};

/* By module and name; free() *rows. 0 or -ENOMEM. */
int functions_of(const struct profile_match *match,
		 const struct profile_log *log, const struct symbols *symbols,
		 struct kinds_decoder *decoder, struct function_row **rows,
		 size_t *count);

#endif
