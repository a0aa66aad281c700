/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a guest may take, by the host's clock alone. What it sends moves the
 * end only where it is the next step of its plan: a guest that greets or begins
 * for ever gets as little time as one that is silent. A boot of N cells ends
 * after at most 1 + 2 N such steps, each within its limit.
 */
#ifndef MMGAUGE_GUEST_WATCH_H
#define MMGAUGE_GUEST_WATCH_H

#include <stdbool.h>

#include "runners/base/frame.h"

/* Seconds, on a host that has nothing else to do. */
struct guest_limits {
	double boot; /* until it greets; the only one that does not grow */
	double boot_usual; /* how much longer it took is the slowness */
	double trial; /* from a step of the plan to the next */
	double stopped; /* that QEMU may be stopped by a signal */
};

struct guest_watch {
	struct guest_limits limits;
	long count; /* of the plan */
	long next; /* index of the first that may still begin */
	long current; /* index of what runs now, -1: none */
	double started; /* CLOCK_MONOTONIC, seconds */
	double deadline;
	double stopped_since; /* 0: it is not */
	double slowness; /* of the host, 1: as usual */
	bool up; /* something came */
};

void guest_watch_start(struct guest_watch *watch,
		       const struct guest_limits *limits, size_t count,
		       double now);

/*
 * A frame came: whether it is the next step. @index is -1 where it has none.
 * What is not is to be ignored.
 */
bool guest_watch_frame(struct guest_watch *watch, enum frame_type type,
		       long index, double now);

/* Whether its time is up; @stopped: QEMU is, at this moment. */
bool guest_watch_is_over(struct guest_watch *watch, bool stopped, double now);

/* What the step under way may take, in seconds. */
double guest_watch_limit(const struct guest_watch *watch);

#endif
