/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the writeback.* cases share: a file mapped many times, and its pages
 * written to through every mapping.
 */
#ifndef MMGAUGE_BENCH_WRITEBACK_H
#define MMGAUGE_BENCH_WRITEBACK_H

#include "pin_common.h"

#define WRITEBACK_MAPPERS 100

extern const struct bench_choice writeback_held_choices[];

#define WRITEBACK_AXIS_MAPPERS(given)                                 \
	{                                                             \
		.name = "mappers",                                    \
		.help = "mappings of the file, each written through", \
		.unit = "", .min = 1, .max = WRITEBACK_MAPPERS,       \
		.values = given,                                      \
	}
#define WRITEBACK_AXIS_DIRTY(given)                                            \
	{                                                                      \
		.name = "dirty",                                               \
		.help = "share of the pages written to before each operation", \
		.unit = "percent", .min = 1, .max = 100, .values = given,      \
	}
#define WRITEBACK_AXIS_HELD(given)                                          \
	{                                                                   \
		.name = "held", .help = "what a device holds of the pages", \
		.choices = writeback_held_choices, .values = given,         \
	}
#define WRITEBACK_AXIS_RANGE                                                  \
	{                                                                     \
		.name = "range", .help = "pages of the file", .unit = "page", \
		.min = 1, .max = 1u << 13, .values = "256",                   \
	}

struct writeback {
	struct memory memory; /* the first mapping */
	char *more[WRITEBACK_MAPPERS]; /* the others */
	unsigned int mappers;
	size_t pages;
	size_t dirty; /* pages written to, from the first on */
	bool held;
};

/* By the axes mappers, dirty, held and range; all pages dirty as wanted. */
int writeback_make(struct bench *bench, struct writeback *writeback);

/* Write to the pages that are to be dirty, through every mapping. */
void writeback_write(const struct writeback *writeback);

/*
 * The same, with a proof: cleaning write-protected each, so there are as many
 * faults, counted as the fact refaults; bench_invalid() otherwise.
 */
int writeback_dirty(struct bench *bench, struct writeback *writeback);

/* Release what is held; the memory is still what it was. */
int writeback_check(struct bench *bench, struct writeback *writeback);

void writeback_unmake(struct writeback *writeback);

#endif
