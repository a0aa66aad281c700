/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many guests of the exact clock run side by side on this machine, over all
 * runs that share a cache: one for each CPU, and for which there is memory.
 */
#ifndef MMGAUGE_GUEST_PLACES_H
#define MMGAUGE_GUEST_PLACES_H

#include "target.h"

/* A place for a guest of @target, to be given back by close(); -1: all taken. */
int guest_place(const struct target *target);

#endif
