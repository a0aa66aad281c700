/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which pages of the guest are page tables: those of the address space that is
 * in use when a window begins. Tables that it makes are found in the next one.
 * Only where QEMU lets a plugin read registers and memory, from 9.2 on.
 */
#ifndef MMGAUGE_PLUGIN_TABLES_H
#define MMGAUGE_PLUGIN_TABLES_H

#include <stdbool.h>
#include <stdint.h>

/* Whether this QEMU can tell. */
bool tables_told(void);

/* The CPU is there. 0 or -ENOMEM. */
int tables_open(void);

/* In the callback of an instruction that may read registers. */
void tables_walk(void);

/* Whether this address lay in one at the last walk. */
bool tables_have(uint64_t physical);

#endif
