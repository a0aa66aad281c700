/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin writes and the host reads: lines of words, decimal unless
 * said, each beginning with its kind. What a line names was defined before.
 *
 *	mmgauge-profile 1
 *	i NUMBER ADDRESS BYTES		an instruction, both hexadecimal
 *	w NUMBER FROM TO INSTRUCTIONS ENTRY...
 *		a window from one instruction that reads the clock to another;
 *		an entry is INSTRUCTION:EXECUTED:LOADS:STORES:TAKEN, and where
 *		it reached devices :ACCESSES:INTERRUPTS of other CPUs
 *	e SITE:CALLEE:CALLS:INCLUSIVE...
 *		what was called in the window of the line before: instructions,
 *		and how many ran until the calls returned; the SITE of an
 *		interrupt is "-"
 *	c CELL				of the plan; what follows is its
 *	s WINDOW:TIMES:PART...		a sample that counts
 *	l FROM TO PART INSTRUCTION:AMOUNT...
 *		cache lines that its windows between these two reads touched
 *		and missed, AMOUNTs as in enum profile_touch
 *	m METRIC TICKS HARNESS UNITS	of that sample: enum tell_part
 *	d				the cell is done
 *	x REASON			nothing follows
 */
#ifndef MMGAUGE_PROFILE_LOG_FORMAT_H
#define MMGAUGE_PROFILE_LOG_FORMAT_H

#include <stdint.h>

#define PROFILE_LOG_HEAD "mmgauge-profile 1"

/* NUMBERs of instructions and windows are below these. */
#define PROFILE_PLACES_MAX (1u << 20)
#define PROFILE_WINDOWS_MAX (1u << 16)
#define PROFILE_NOBODY UINT32_MAX /* the site of an interrupt */
#define PROFILE_CODE_MAX 15 /* bytes of an instruction: the longest of x86 */

enum profile_touch {
	PROFILE_DATA_LINES, /* different ones in each call: plugin/lines.h */
	PROFILE_CODE_LINES,
	PROFILE_L1D_MISSES,
	PROFILE_L1I_MISSES,
	PROFILE_L2_MISSES, /* of data and code */
	PROFILE_TABLE_LOADS, /* of page tables; 0 where QEMU cannot tell */
	PROFILE_TABLE_STORES,
	PROFILE_TOUCHES
};

#endif
