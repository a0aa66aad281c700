/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The symbols of one file on their way into the table; for this room only. */
#ifndef MMGAUGE_SYMBOL_DRAFTS_H
#define MMGAUGE_SYMBOL_DRAFTS_H

#include <stdbool.h>

#include "symbols.h"

/* In the order of preference for a name. */
enum symbol_bind { SYMBOL_GLOBAL, SYMBOL_WEAK, SYMBOL_LOCAL };

struct symbol_draft {
	uint64_t start;
	uint64_t size; /* 0: not known */
	size_t name; /* within names */
	enum symbol_bind bind;
	bool code; /* otherwise it only ends what is before it */
};

struct text_range {
	uint64_t start;
	uint64_t end;
};

struct symbol_drafts {
	struct symbol_draft *drafts;
	size_t count;
	char *names; /* one after the other, each with its NUL */
	size_t length, size;
	struct text_range *texts; /* none: anywhere */
	size_t text_count;
};

/* Both 0 or -ENOMEM. Names that are no symbol's own (".L12") are dropped. */
int drafts_add(struct symbol_drafts *drafts, const struct symbol_draft *draft,
	       const char *name, size_t length);
int drafts_add_text(struct symbol_drafts *drafts, uint64_t start,
		    uint64_t size);
void drafts_free(struct symbol_drafts *drafts);

/*
 * Make functions of the drafts, as symbols.h has it, and add them. 0, -ENODATA
 * when there is none, -EEXIST, -ENOMEM. The drafts are the caller's, changed.
 */
int symbols_take(struct symbols *symbols, struct symbol_drafts *drafts,
		 const char *module);

#endif
