/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a sample executes in a guest of several CPUs: the windows of the CPU
 * that takes it, as counts.h has them, and what all others do in handlers of
 * interrupts and faults (cpus.h says when they are in one) from the sample's
 * first read of the clock to the first one behind its end.
 *
 * A block counts as a whole when it begins; what of it turns out not to have
 * run is taken back.
 */
#ifndef MMGAUGE_PLUGIN_SEVERAL_H
#define MMGAUGE_PLUGIN_SEVERAL_H

#include "ledger.h"

/* Whose the block is that a CPU is in. */
struct share {
	bool counts; /* else nobody's */
	enum ledger_of of;
	uint64_t window; /* of it */
	uint32_t split; /* its first instructions, which another window has */
	uint32_t reaching; /* place of a device's access, the last it did */
};

/* CPU number @cpu is the one that takes the sample which begins. */
void several_sample(unsigned int cpu);

/* What it times begins: so does the next read of the clock. */
void several_run(void);

void several_enter(struct share *share, unsigned int cpu, bool handler,
		   struct block *block);

/* Of its block those from @first to before @end did not run. */
void several_cut(const struct share *share, const struct block *block,
		 uint32_t first, uint32_t end);

/* Of its block @from the first @ran have run when it goes on with @to. */
void several_follow(struct share *share, const struct block *from, uint32_t ran,
		    struct block *to);

/* Instruction number @index of @block, which CPU @cpu is in, reads the clock. */
void several_marker(struct share *share, unsigned int cpu, struct block *block,
		    uint32_t index);

/* The slot for an access of the running CPU; NULL: nobody's. */
struct slot *several_slot(struct slot *slot);

/* It has written or read its stack: calls_stack(). */
void several_stack(uint64_t address);

/* As counts_device(). */
void several_device(uint32_t place, bool store, bool interrupts);

#endif
