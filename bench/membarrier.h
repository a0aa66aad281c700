/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every case has that calls membarrier() over and over. */
#ifndef MMGAUGE_MEMBARRIER_H
#define MMGAUGE_MEMBARRIER_H

#include "bench.h"
#include "membarrier_siblings.h"

struct membarrier_call {
	int command;
	unsigned int flags;
	int cpu;
	long answer; /* what the kernel must say, 0 or -EPERM */
};

struct membarrier_state {
	struct membarrier_call call;
	struct siblings *siblings;
	bool expedited; /* running siblings get an interrupt each time */
};

/* The state of a case that calls @command, to be taken down; NULL: no memory */
struct membarrier_state *membarrier_new(struct bench *bench, int command);
int membarrier_run(struct bench *bench, uint64_t operations);
void membarrier_teardown(struct bench *bench);

int membarrier_register(struct bench *bench, int command);

#endif
