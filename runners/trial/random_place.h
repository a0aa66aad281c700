/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a guest is in the numbers that its CPU's random number instruction
 * gives. Under -seed QEMU draws the same ones each time it is started, also when
 * it goes on from a snapshot: there they begin anew, while a guest that booted has
 * had some. What the kernel does with them, later on, is then not the same work.
 */
#ifndef MMGAUGE_RANDOM_PLACE_H
#define MMGAUGE_RANDOM_PLACE_H

#include <stdbool.h>
#include <stdint.h>

/* The next number; 0 where the CPU has none. */
uint64_t random_place(void);

/*
 * Where the numbers have begun @anew, draw until @place is the last one; takes as
 * many instructions where they have not. False: it is not among the first ones.
 */
bool random_place_again(uint64_t place, bool anew);

#endif
