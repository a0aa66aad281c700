/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the whole system did during the samples: /proc/interrupts (TLB, CAL,
 * RES, or what another architecture calls them) and /proc/vmstat. It includes
 * what others did; of a quiet machine, the case's own is nearly all.
 */
#ifndef MMGAUGE_SYSTEM_COUNTS_H
#define MMGAUGE_SYSTEM_COUNTS_H

struct system_counts;

struct system_counts *system_counts_new(void);
void system_counts_begin(struct system_counts *counts);
void system_counts_end(struct system_counts *counts);
void system_counts_drop(struct system_counts *counts); /* as counters_drop() */
/* As counters_report(). */
int system_counts_report(const struct system_counts *counts, double operations,
			 int (*add)(void *data, const char *name, double value,
				    const char *reason),
			 void *data);
void system_counts_free(struct system_counts *counts); /* NULL is fine */

#endif
