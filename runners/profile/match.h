/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which windows of a sample make up a metric, and what ran in them. */
#ifndef MMGAUGE_PROFILE_MATCH_H
#define MMGAUGE_PROFILE_MATCH_H

#include <stdbool.h>

#include "log.h"

/* An instruction of the guest and what it did in the sample. */
struct profile_sum {
	uint32_t place;
	uint64_t executed, loads, stores, taken, devices, interrupts;
	uint64_t touched[PROFILE_TOUCHES];
};

struct profile_match {
	struct profile_metric metric; /* of the sample that is the median */
	struct profile_sum *sums; /* by place, executed adds up to ticks */
	size_t count;
	struct profile_call *calls; /* one of a site and callee each */
	size_t call_count;
};

/*
 * The metric @number of the log's cell: 1, with *match to be freed; 0 where no
 * sample has it, or where no windows add up to its ticks. A mechanism times the
 * same stretches of code over and over: windows between the same two reads of
 * the clock belong together. What adds up is tried in this order: all within
 * the harness's two reads; one such pair of reads, or up to four; one window. Of
 * what other CPUs did there is one window, which must be it (enum tell_number).
 * -ENOMEM.
 */
int profile_match(const struct profile_log *log, uint64_t number,
		  struct profile_match *match);

void profile_match_free(struct profile_match *match);

#endif
