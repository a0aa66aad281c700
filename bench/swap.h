/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swap as a state of memory: a RAM disk's in a guest of ours, else what is. */
#ifndef MMGAUGE_BENCH_SWAP_H
#define MMGAUGE_BENCH_SWAP_H

#include "memory.h"

struct swap {
	bool on; /* ours, to be switched off again */
};

int swap_on(struct bench *bench, struct swap *swap);

/* How much of the range is in swap and not mapped. */
uint64_t swap_bytes(const char *start, size_t length);

/* Every page of @memory to swap and out of the swap cache; verified. */
int swap_out(struct bench *bench, struct memory *memory);

void swap_off(struct swap *swap);

#endif
