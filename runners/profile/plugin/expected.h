/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a block goes when nothing interrupts it. */
#ifndef MMGAUGE_PLUGIN_EXPECTED_H
#define MMGAUGE_PLUGIN_EXPECTED_H

#include "counts.h"

/*
 * Whether @to may be next: of a block that has run to its end (@whole), or to
 * before the instruction at @resume.
 */
bool expected_to(const struct block *from, bool whole, uint64_t resume,
		 const struct block *to);

/* Where an interrupt is to return to. */
uint64_t expected_of(const struct block *from, bool whole, uint64_t resume);

#endif
