/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A worker runs programs, one after another, each in a process of its own. */
#ifndef FUZZ_WORKER_H
#define FUZZ_WORKER_H

#include <stdint.h>

#include "program.h"

/* Tell of a fault, on the console and on the board. */
void worker_fault(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/*
 * As worker number @number, until @until_ns of the monotonic clock. With
 * @replay that program again and again, else those that @seed decides.
 */
void worker_run(unsigned int number, uint64_t seed, long long until_ns,
		const struct line *replay);

long long worker_now_ns(void);

#endif
