/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often every guest instruction ran between two reads of the clock, where
 * there is one CPU (several.h: more).
 *
 * A block is what QEMU translates at once; each of its instructions has a slot.
 * A window lies between two reads of the clock (markers) and ends with what ran
 * in it handed to the log. Two windows in which the same ran are one to it.
 */
#ifndef MMGAUGE_PROFILE_COUNTS_H
#define MMGAUGE_PROFILE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest_code.h"

#define COUNTS_SLOTS (1u << 22)

struct slot {
	uint32_t place; /* which instruction, see places.h */
	uint32_t loads, stores, taken; /* in this window */
	uint32_t runs; /* that QEMU's own counter doesn't have */
};

struct block {
	uint64_t address;
	uint64_t next; /* behind it */
	uint64_t taken; /* where it goes when its branch is taken */
	struct code_flow flow;
	uint32_t first, last, count; /* slots */
	uint32_t first_place, last_place;
	bool interrupts; /* it is where an interrupt or a fault goes */
	uint32_t split; /* its first @split instructions are another window's */
	uint64_t window[2]; /* that it was last seen in, by enum ledger_of */
};

/* It begins to run; every instruction that follows is its own. */
void counts_enter(struct block *block);

/* As ledger_use(). */
void counts_use(uint64_t *executions);

/*
 * The instruction at @place has reached a device, and did not fault. QEMU does
 * that in a block of its own that never begins, so it is not for its slots.
 */
void counts_device(uint32_t place, bool store, bool interrupts);

/* Its instruction number @index reads the clock. */
void counts_marker(struct block *block, size_t index);

/* Forget what ran: the next marker of a sample begins its first window. */
void counts_forget(void);

#endif
