/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each CPU has executed, shown to the guest in a device's memory: struct
 * mmg_cpus of kmod/mmgauge_uapi.h.
 *
 * All CPUs take turns on one thread of the host. QEMU 10.0 gives callbacks the
 * number of the CPU that code was translated for, whichever runs it, and its
 * counters per CPU crash: so the CPU is QEMU's own current one.
 *
 * A block counts when it begins. Where a device cut it short the next one tells
 * where; where a fault did, which nothing tells, it counts as a whole.
 */
#ifndef MMGAUGE_PLUGIN_CPUS_H
#define MMGAUGE_PLUGIN_CPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest_code.h"

struct cpus_block;

/* Whether this QEMU can. */
bool cpus_told(void);

/* @path is the file behind the memory; 0 or a negative errno. */
int cpus_open(const char *path);
bool cpus_wanted(void);

/* There are so many now. */
void cpus_grow(unsigned int count);

/* A block of @count instructions at @address; NULL: no memory. */
struct cpus_block *cpus_block(uint64_t address, size_t count);

/* Its instructions in turn: @next is the address behind, where it may go @flow. */
void cpus_add(struct cpus_block *block, uint64_t address, uint64_t next,
	      struct code_flow flow);

void cpus_enter(struct cpus_block *block);

/* The current CPU is about to read the clock. */
void cpus_show(void);

#endif
