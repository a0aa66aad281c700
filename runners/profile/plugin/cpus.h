/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each CPU has executed, shown to the guest in a device's memory: struct
 * mmg_cpus of kmod/mmgauge_uapi.h.
 *
 * All CPUs take turns on one thread of the host. QEMU 10.0 gives callbacks the
 * number of the CPU that code was translated for, whichever runs it: so the CPU
 * is QEMU's own current one.
 *
 * A block counts as a whole when it begins. Where a device or a fault cut it
 * short, translated code tells how far it came (cpus_progress). Where QEMU has
 * no means for that (inline.h) the next block tells where a device did, and
 * what a fault did counts as a whole.
 */
#ifndef MMGAUGE_PLUGIN_CPUS_H
#define MMGAUGE_PLUGIN_CPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest_code.h"

struct block;
struct cpus_block;

/* Whether this QEMU can. */
bool cpus_told(void);

/* @path is the file behind the memory; 0 or a negative errno. */
int cpus_open(const char *path);
bool cpus_wanted(void);

/* There are so many now. */
void cpus_grow(unsigned int count);

/* The number of the CPU whose turn it is. */
unsigned int cpus_turn(void);

/*
 * Where translated code writes which instruction of its block has begun, from
 * 1 on. Once somebody asked, all code must.
 */
uint64_t *cpus_progress(void);

/* The last instruction of the block has read or written memory. */
void cpus_accessed(void);

/*
 * A block of @count instructions at @address; NULL: no memory. @counts is what
 * the log knows it by, or NULL.
 */
struct cpus_block *cpus_block(uint64_t address, size_t count,
			      struct block *counts);

/* Its instructions in turn: @next is the address behind, where it may go @flow. */
void cpus_add(struct cpus_block *block, uint64_t address, uint64_t next,
	      struct code_flow flow);

void cpus_enter(struct cpus_block *block);

/*
 * The current CPU is about to read the clock, with instruction number @index of
 * its block.
 */
void cpus_read(struct cpus_block *block, uint32_t index);

#endif
