/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel itself says of a thread and of a CPU's interrupts. */
#ifndef MMGAUGE_BENCH_THREAD_WATCH_H
#define MMGAUGE_BENCH_THREAD_WATCH_H

#include <sched.h>
#include <stdint.h>

struct switches {
	char state; /* 'R', 'S', ... of /proc/self/task/TID/status */
	unsigned long voluntary, involuntary; /* times it was switched out */
};

/* Of the thread @tid of this process; 0 or a negative errno. */
int switches_read(int tid, struct switches *switches);

/*
 * The sum over @cpus of the row @name ("CAL:") of /proc/interrupts, of which
 * @interrupts is a descriptor; 0 where there is no such row. Not for two
 * threads at once.
 */
uint64_t interrupts_read(int interrupts, const char *name,
			 const cpu_set_t *cpus);

#endif
