/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of what was inlined: "folio_test_large in gup_fast_pte_range". */
#ifndef MMGAUGE_PROFILE_INLINED_H
#define MMGAUGE_PROFILE_INLINED_H

#include <string.h>

#include "profile.h"

/* No symbol has a blank. */
#define PROFILE_INLINED_IN " in "

/* The symbol that a row's code is in: all of @name, or what ends it. */
static inline const char *profile_symbol(const char *name)
{
	const char *in = strstr(name, PROFILE_INLINED_IN);

	return in ? in + strlen(PROFILE_INLINED_IN) : name;
}

/*
 * Add what was inlined to its symbol, so that there is a row for each symbol
 * as without DWARF. 0 or -ENOMEM.
 */
int profile_fold(struct profile *profile);

#endif
