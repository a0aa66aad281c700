/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all processes of a campaign share, and whoever watches it from outside
 * the guest: the memory of a device, a file there, which tells what was running
 * when a kernel died. tests/fuzz/kernel reads it; all words are 64 bits.
 */
#ifndef FUZZ_BOARD_H
#define FUZZ_BOARD_H

#include <stdatomic.h>
#include <stdint.h>

#include "program.h"

#define BOARD_BYTES (1u << 20)
#define BOARD_MAGIC 0x6d6d672d66757a7aull
#define BOARD_WORKERS 8
#define BOARD_KINDS 32
#define BOARD_CORPUS 2048
#define BOARD_SEEN 65536
#define BOARD_POINTS 4096

struct board_kind {
	_Atomic uint64_t made, taken; /* requests, and those that succeeded */
};

struct board_line {
	_Atomic uint64_t count; /* last: 0 while seeds are written */
	uint64_t seeds[LINE_SEEDS];
};

struct board {
	_Atomic uint64_t magic;
	_Atomic uint64_t ioctls, programs, kills, failures, loads;
	_Atomic uint64_t covered, corpus_count;
	uint64_t text; /* where the module's code begins */
	_Atomic uint64_t ended; /* all is over: 1 fine, 2 something found */
	uint64_t most; /* requests, after which it is enough; 0: any number */
	uint64_t reserved[21];
	struct board_kind kinds[BOARD_KINDS];
	struct board_line running[BOARD_WORKERS];
	_Atomic uint64_t points[BOARD_POINTS]; /* addresses that were covered */
	struct board_line corpus[BOARD_CORPUS];
	_Atomic unsigned char seen[BOARD_SEEN]; /* hashes of points */
};

_Static_assert(sizeof(struct board) <= BOARD_BYTES, "the board's size");

extern struct board *board;

/* The device's memory, or some of our own where there is none. */
int board_open(void);

/* Whether a fault was found, or enough was done. */
_Bool board_is_over(void);

void board_run(unsigned int worker, const struct line *line);
void board_keep(const struct line *line);
/* One of the corpus; false while there is none. */
struct random;
_Bool board_pick(struct random *random, struct line *line);

#endif
