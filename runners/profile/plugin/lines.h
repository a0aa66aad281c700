/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which cache lines windows touch, and what of it misses stated caches.
 *
 * A line counts once in a system call, be it of several in a window, or else in
 * a window, for the instruction that touches it first.
 * Data lines are those of physical addresses, lines of code those of virtual
 * ones, which is all that a plugin is told. Caches go on from window to window
 * and see what lies between as well.
 */
#ifndef MMGAUGE_PLUGIN_LINES_H
#define MMGAUGE_PLUGIN_LINES_H

#include "counts.h"
#include "runners/base/tell.h"
#include "runners/profile/log_format.h"

/* Sizes as cache_init() has them; -EINVAL, -ENOMEM. */
int lines_init(const char *l1d, const char *l1i, const char *l2);
extern bool lines_are_wanted; /* it was called */

static inline bool lines_wanted(void)
{
	return lines_are_wanted;
}

void lines_data(uint32_t place, uint64_t physical, unsigned int size);
void lines_code(const struct block *block); /* it begins to run */
void lines_table(uint32_t place, bool store); /* an entry of a page table */

/* A system call begins: all lines count again. */
void lines_anew(void);

/* A window begins, for which nothing has been touched yet. */
void lines_open(void);

/* It has ended. */
void lines_close(uint32_t from, uint32_t to, enum tell_part part);

/* A sample begins. */
void lines_forget(void);

/*
 * What its windows touched, those between the same two reads together: one
 * after the other until there is none, NULL.
 */
struct lines_sum {
	uint32_t from, to, place;
	enum tell_part part;
	uint32_t amounts[PROFILE_TOUCHES];
};

const struct lines_sum *lines_next(size_t *position);

#endif
