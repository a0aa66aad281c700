/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between why.c and why_calls.c. */
#ifndef MMGAUGE_WHY_PARTS_H
#define MMGAUGE_WHY_PARTS_H

#include "results/base/profile.h"
#include "why.h"

/*
 * Where both profiles have calls: inclusive amounts, callers, and functions of
 * another name that take the same place.
 */
void why_add_calls(const struct profile *base, const struct profile *new,
		   struct why *why);

#endif
