/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ran in a window, by instruction: of the CPU that reads the clock, or of
 * the others meanwhile.
 */
#ifndef MMGAUGE_PLUGIN_LEDGER_H
#define MMGAUGE_PLUGIN_LEDGER_H

#include "counts.h"

enum ledger_of { LEDGER_OWN, LEDGER_OTHERS, LEDGERS };

/* For so many of them, from the first on; -ENOMEM. */
int ledger_init(unsigned int count);

/* Executions by slot that QEMU adds to, of LEDGER_OWN; none unless told. */
void ledger_use(uint64_t *executions);

/* A block of @count slots from ledger_slot() on; NULL: there is no more room. */
struct block *ledger_block(uint64_t address, size_t count);
struct slot *ledger_slot(enum ledger_of of, const struct block *block,
			 size_t index);
/* That of @of, of what was LEDGER_OWN's. */
struct slot *ledger_slot_of(enum ledger_of of, struct slot *slot);

/* Which instruction one of its is. */
void ledger_place(const struct block *block, size_t index, uint32_t place);

/* The number of the window that is open. */
uint64_t ledger_window(enum ledger_of of);

/* @block is part of it: what it counted while nobody asked goes. */
void ledger_note(enum ledger_of of, struct block *block);

/* Its instructions from @first to before @end ran once more, or (-1) did not. */
void ledger_add(enum ledger_of of, const struct block *block, uint32_t first,
		uint32_t end, int times);

/* An access of a device. */
void ledger_reach(enum ledger_of of, uint32_t place, bool store,
		  bool interrupts);

/*
 * The window ends and the next begins: how many places it had, *@places with
 * their sums, and how many *@instructions.
 */
size_t ledger_close(enum ledger_of of, const uint32_t **places,
		    uint64_t *instructions);

#endif
