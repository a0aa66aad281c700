/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two clocks (docs/method.md).
 *
 * wall: CLOCK_MONOTONIC_RAW, nanoseconds. instructions: the time-stamp counter
 * of a QEMU guest under -icount shift=0, which advances by one per guest
 * instruction; only x86 guests offer it.
 */
#ifndef MMGAUGE_BENCH_CLOCK_H
#define MMGAUGE_BENCH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

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
#else
	return 0;
#endif
}

static inline uint64_t clock_read(bool instructions)
{
	return instructions ? clock_cycles() :
			      clock_nanoseconds(CLOCK_MONOTONIC_RAW);
}

#endif
