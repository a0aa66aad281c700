/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the lifetime.* cases share: how many mappings the address space has,
 * which registration walks, and whether another process is in a slow callback,
 * which every grace period waits for: the SRCU domain is one for all mms.
 */
#ifndef MMGAUGE_BENCH_LIFETIME_H
#define MMGAUGE_BENCH_LIFETIME_H

#include <sys/types.h>

#include "bench.h"

enum background { BACKGROUND_IDLE, BACKGROUND_SLOW };

extern const struct bench_choice background_choices[];

#define LIFETIME_AXES                                                          \
	{ "vmas",   "extra mappings in the address space", "", NULL, 0, 60000, \
	  "10,1000" },                                                         \
	{                                                                      \
		"background", "what other processes do", NULL,                 \
			background_choices, 0, 0, "idle"                       \
	}

/* For the facts of all of them. */
#define LIFETIME_FACTS                                                     \
	{                                                                  \
		"background_turns", "slow callbacks of the other process", \
			BENCH_STATISTICAL                                  \
	}

struct lifetime {
	char *mappings; /* every other page of it is mapped */
	size_t length;
	pid_t slow; /* the process in a slow callback, or 0 */
	uint32_t *turns; /* of it, shared with it */
	uint32_t turns_before;
};

/* As the axes say. For the trial's own process, or for one it has made. */
int lifetime_setup(struct bench *bench, struct lifetime *lifetime);
int lifetime_map(struct bench *bench, struct lifetime *lifetime);

/* Around a sample: that the other process did what it is there for. */
void lifetime_before(struct lifetime *lifetime);
void lifetime_after(struct bench *bench, const struct lifetime *lifetime);

void lifetime_teardown(struct lifetime *lifetime);

/* Each operation ends in a grace period or an exit: one makes a sample. */
uint64_t lifetime_limit(struct bench *bench);

#endif
