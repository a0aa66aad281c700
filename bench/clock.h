/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two clocks (docs/method.md).
 *
 * wall: CLOCK_MONOTONIC_RAW, nanoseconds. instructions: the time-stamp counter
 * of a QEMU guest under -icount shift=0, or on arm64 the virtual counter, which
 * advances by one per guest instruction where it counts nanoseconds. Of several CPUs it counts all; where
 * the emulator shows what each of them has executed (clock_cpus), the clock is
 * the count of the CPU that reads it.
 */
#ifndef MMGAUGE_BENCH_CLOCK_H
#define MMGAUGE_BENCH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "../kmod/mmgauge_uapi.h"

/* NULL: nothing counts the CPUs by themselves. */
extern const struct mmg_cpus *clock_cpus;

/* The CPU that runs this, below MMG_CPUS_MAX, where no register tells. */
unsigned int clock_cpu(void);

static inline uint64_t clock_nanoseconds(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_cycles(void)
{
#if defined(__x86_64__)
	uint32_t low, high;

	/* The fence keeps earlier work from drifting behind the read. */
	__asm__ volatile("lfence\n\trdtsc"
			 : "=a"(low), "=d"(high)
			 :
			 : "memory");
	return (uint64_t)high << 32 | low;
#elif defined(__aarch64__)
	uint64_t count;

	/* The same for the barrier; the mark tells an emulator whose it is. */
	__asm__ volatile("isb\n\tmovz xzr, %1\n\tmrs %0, cntvct_el0"
			 : "=r"(count)
			 : "i"(MMG_CLOCK_MARK)
			 : "memory");
	return count;
#else
	return 0;
#endif
}

/* Instructions from one count to the next, on that clock. */
static inline double clock_step(void)
{
#if defined(__aarch64__)
	uint64_t frequency;

	__asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
	return 1e9 / (double)frequency;
#else
	return 1;
#endif
}

/* The instructions of this CPU. */
static inline uint64_t clock_own(void)
{
#if defined(__x86_64__)
	uint32_t low, high, cpu;

	/* Linux keeps the CPU's number in the lower bits of what it tells. */
	__asm__ volatile("rdtscp"
			 : "=a"(low), "=d"(high), "=c"(cpu)
			 :
			 : "memory");
	return ((uint64_t)high << 32 | low) -
	       *(const volatile __u64 *)&clock_cpus->cpus[cpu % MMG_CPUS_MAX]
			.others;
#elif defined(__aarch64__)
	uint64_t all = clock_cycles();

	return all -
	       *(const volatile __u64 *)&clock_cpus->cpus[clock_cpu()].others;
#else
	return 0;
#endif
}

static inline uint64_t clock_read(bool instructions)
{
	if (!instructions)
		return clock_nanoseconds(CLOCK_MONOTONIC_RAW);
	return clock_cpus ? clock_own() : clock_cycles();
}

#endif
