/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module knows of an architecture: its cycle counter, behind all work
 * that came before. No other file asks which one it is.
 */
#ifndef MMGAUGE_ARCH_H
#define MMGAUGE_ARCH_H

#include <linux/timex.h>
#include <linux/types.h>
#ifdef CONFIG_X86
#include <asm/msr.h> /* rdtsc_ordered() until 6.15, then by way of timex.h */
#endif

#include "mmgauge_uapi.h"

/*
 * rdtsc_ordered() rather than get_cycles(): a plain RDTSC may execute before
 * the work that it is to end. That of arm64 has the barrier, and calls the
 * kernel, where an emulator could not tell it from the kernel's own reads.
 */
static inline u64 mmg_cycles(void)
{
#ifdef CONFIG_X86
	return rdtsc_ordered();
#elif defined(CONFIG_ARM64)
	u64 count;

	asm volatile("isb\n\tmovz xzr, %1\n\tmrs %0, cntvct_el0"
		     : "=r"(count)
		     : "i"(MMG_CLOCK_MARK)
		     : "memory");
	return count;
#else
	return get_cycles();
#endif
}

#endif
