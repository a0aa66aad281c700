/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long a sweep takes: by what is assumed, until kernels have told. */
#ifndef MMGAUGE_SWEEP_TIME_H
#define MMGAUGE_SWEEP_TIME_H

#include "sweep.h"

struct sweep_time {
	double cached, other; /* seconds a kernel, of the cache and not */
	size_t cached_told, other_told; /* by so many that are done */
	size_t waiting[2]; /* not begun: in the cache, and not */
	double left; /* seconds */
	unsigned long long mib; /* of disk, for what is not in the cache */
};

/* @now is of CLOCK_MONOTONIC. */
struct sweep_time sweep_time(const struct sweep *sweep, unsigned int at_once,
			     uint64_t now);

/* "about 4 min left, if a kernel takes 12 s as the 3 so far did" */
char *sweep_time_text(const struct sweep_time *time, char *text, size_t size);

#endif
