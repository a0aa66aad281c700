/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cases can need of a machine: enum bench_need as names and checks. */
#ifndef MMGAUGE_NEEDS_H
#define MMGAUGE_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

struct need {
	unsigned int bit; /* enum bench_need; 0 ends the table */
	const char *name; /* as in `list --json` */
	const char *help;
	bool (*met)(char *reason, size_t size); /* false: reason is set */
};

extern const struct need needs[];

#endif
