/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters beside the time: the processor's and the kernel's events of this
 * thread (perf_event, names by libpfm4), tracepoints, and what the whole system
 * did meanwhile by /proc/interrupts and /proc/vmstat.
 */
#ifndef MMGAUGE_COUNTERS_H
#define MMGAUGE_COUNTERS_H

#include <stdint.h>

#include "results/base/error.h"

struct counters;

/*
 * Open the events of @list, "instructions:k,cycles:u,tlb:tlb_flush,...", NULL
 * for the usual ones. An event that this machine, kernel or user may not count
 * is no error: it is reported as such. -EINVAL for one that nobody knows.
 */
int counters_open(struct counters **set, const char *list, struct error *err);

/* Around each timed run(); what lies between two of them is not counted. */
void counters_begin(struct counters *set);
void counters_end(struct counters *set);

/* Forget what was counted since the last counters_begin(): a sample that does
 * not count. */
void counters_drop(struct counters *set);

/*
 * Hand everything to @add, divided by @operations: NaN with a reason for what
 * could not be counted, otherwise NULL. Names are those of the list, then
 * "interrupts.TLB", ".CAL", ".RES", and "vmstat.NAME" of what moved. A non-zero
 * return of @add ends it and is handed back.
 */
int counters_report(const struct counters *set, double operations,
		    int (*add)(void *data, const char *name, double value,
			       const char *reason),
		    void *data);

void counters_close(struct counters *set);

/* A count extrapolated to all of @enabled; NaN if it was never on the PMU. */
double counters_scale(uint64_t count, uint64_t enabled, uint64_t running);

#endif
