/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who called whom in a window, and what it cost.
 *
 * A shadow stack: a call is open until the return that reads the address which
 * it pushed; or, where that is in a register, until one to that address. Stacks
 * are told apart by where they lie; a call on another stack
 * goes on with what called (interrupt stacks), a return on another stack is a
 * switch of tasks, and what another task runs is no part of a call. Interrupts
 * and faults are calls of nobody, and no part of what they interrupt. Each
 * window begins with nothing open.
 */
#ifndef MMGAUGE_PLUGIN_CALLS_H
#define MMGAUGE_PLUGIN_CALLS_H

#include "counts.h"
#include "runners/profile/log_format.h"

struct call_edge {
	uint32_t site; /* place of the calling instruction, or PROFILE_NOBODY */
	uint32_t callee; /* place of the first instruction called */
	uint32_t calls;
	uint64_t inclusive; /* instructions until they returned */
};

int calls_init(void); /* or -ENOMEM */
bool calls_wanted(void); /* whether it was called */

/* The last instruction of a block (guest_code->stacks_calls; else any) has read
 * or written its stack. */
void calls_stack(uint64_t address);

/*
 * @from has run @ran instructions more, to its end or (not @whole) to before
 * the one at @resume; now @to begins.
 */
void calls_follow(const struct block *from, uint32_t ran, bool whole,
		  uint64_t resume, struct block *to);

/* A window ends after @ran instructions more: what is still open is counted. */
void calls_close(uint32_t ran);

/* What ran in it, in the order of first return; until calls_forget(). */
size_t calls_edges(const struct call_edge **edges);
void calls_forget(void);

#endif
