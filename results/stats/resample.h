/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws of one side's level, and the tables they are read from. */
#ifndef MMGAUGE_STATS_RESAMPLE_H
#define MMGAUGE_STATS_RESAMPLE_H

#include "level.h"
#include "stats.h"

/* Of a side's level; enough that 95 % intervals repeat to a few percent. */
#define STATS_DRAWS 4096

/* STATS_DRAWS outcomes of the level of a resample of @side into @draws. */
enum stats_status stats_resample(struct stats_plan *plan,
				 const struct stats_side *side,
				 const struct level *level, double *draws);

/*
 * The draw of the one side that draw @index of the other is paired with: a
 * fixed random order, since two sides with as many boots share their tables.
 */
size_t stats_partner(const struct stats_plan *plan, size_t index);

#endif
