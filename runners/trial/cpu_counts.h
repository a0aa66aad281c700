/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each CPU of a guest executes, where its emulator shows it (struct
 * mmg_cpus), and what a sample's callers owe to whom.
 */
#ifndef MMGAUGE_CPU_COUNTS_H
#define MMGAUGE_CPU_COUNTS_H

#include "bench/clock.h"

/*
 * Find them and make them the clock of this process and of those that it forks
 * (clock_cpus). Where there are none nothing changes.
 */
void cpu_counts_find(void);

/*
 * What the CPUs but @own, which this thread runs on, have executed in handlers
 * of interrupts and faults; 0 where nothing shows it.
 */
uint64_t cpu_counts_others(int own);

#endif
