/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cases know of an architecture; its clock is in clock.h. */
#ifndef MMGAUGE_BENCH_ARCH_H
#define MMGAUGE_BENCH_ARCH_H

#include <stdint.h>

/*
 * @turns of a loop of two instructions, whatever the compiler would like.
 * arch_pause(): what a loop that waits for another CPU executes each time.
 * ARCH_CALLS_ROW: the row of /proc/interrupts that counts function-call
 * interrupts, by which one CPU has another do something.
 * ARCH_TLB_INTERRUPTS: whether one CPU flushes the TLB of another by them; on
 * arm64 an instruction does.
 */
#if defined(__x86_64__)

#define ARCH_CALLS_ROW "CAL:"
#define ARCH_TLB_INTERRUPTS 1

static inline void arch_counted_loop(uint64_t turns)
{
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(turns) : : "cc");
}

static inline void arch_pause(void)
{
	__asm__ volatile("pause" : : : "memory");
}

#elif defined(__aarch64__)

#define ARCH_CALLS_ROW "IPI1:"
#define ARCH_TLB_INTERRUPTS 0

static inline void arch_counted_loop(uint64_t turns)
{
	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b"
			 : "+r"(turns)
			 :
			 : "cc");
}

static inline void arch_pause(void)
{
	__asm__ volatile("yield" : : : "memory");
}

#else /* measured by the wall clock only */

#define ARCH_CALLS_ROW "none"
#define ARCH_TLB_INTERRUPTS 0

static inline void arch_counted_loop(uint64_t turns)
{
	while (turns--)
		__asm__ volatile("" : "+r"(turns));
}

static inline void arch_pause(void)
{
	__asm__ volatile("" : : : "memory");
}

#endif

#endif
