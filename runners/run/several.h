/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests of several CPUs on the exact clock: of how many a cell is measured in,
 * and what runs them.
 */
#ifndef MMGAUGE_SEVERAL_H
#define MMGAUGE_SEVERAL_H

#include "run.h"

/*
 * Ready what the plan needs; else a line, and such cells skip. An error where
 * several CPUs were asked for by --config.
 */
int several_prepare(struct run *run, struct target *target, struct error *err);

/* CPUs of the guest that @cell of the plan is measured in. */
unsigned int several_cpus(const struct run *run, const struct target *target,
			  size_t cell);

/* What such a guest is, for the result: "" of one CPU, or by the wall clock. */
void several_describe(const struct target *target, unsigned int cpus,
		      char *text, size_t size);

#endif
