/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel itself says of a thread and of a CPU's interrupts. */
#ifndef MMGAUGE_BENCH_THREAD_WATCH_H
#define MMGAUGE_BENCH_THREAD_WATCH_H

#include <sched.h>
#include <stddef.h>
#include <stdint.h>

/* A thread that is to work had no turn for so long: nothing lets it. */
#define WATCH_SECONDS 10
#define WATCH_NS (WATCH_SECONDS * UINT64_C(1000000000))

/* Why a cell skips (bench_turns_pause()). */
#define NEEDS_SHARED_TIME                                                  \
	"threads that work in the kernel need CPUs that share time: this " \
	"QEMU lets another in at a PAUSE only: install 8.1 or newer"

struct switches {
	char state; /* 'R', 'S', ... of /proc/self/task/TID/status */
	unsigned long voluntary, involuntary; /* times it was switched out */
};

/* Of the thread @tid of this process; 0 or a negative errno. */
int switches_read(int tid, struct switches *switches);

/* Add @count to a list: "120, 0". */
void counts_add(char *text, size_t size, unsigned long count);

/*
 * The sum over @cpus of the row @name ("CAL:") of /proc/interrupts, of which
 * @interrupts is a descriptor; 0 where there is no such row. Not for two
 * threads at once.
 */
uint64_t interrupts_read(int interrupts, const char *name,
			 const cpu_set_t *cpus);

#endif
