/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel does, over runs: where the exact facts of a cell became other
 * ones, and where it broke. The costs are in history.h.
 */
#ifndef MMGAUGE_HISTORY_EVENTS_H
#define MMGAUGE_HISTORY_EVENTS_H

#include "results/base/result.h"

struct history_event {
	char *cell; /* "case[axis=value]" */
	size_t before, at; /* runs, by their place in the list */
	bool broken; /* else it behaves differently */
	bool mended; /* works again, or does what it did before */
	bool last; /* there is no later one of this cell */
	char *text; /* "callbacks 1 -> 2", "invalid: why" */
};

struct history_events {
	struct history_event *items; /* by run */
	size_t count;
};

/*
 * Find them in @results, in their order; runs that are not comparable to the
 * first are passed over. 0 or -ENOMEM; free with history_events_free().
 */
int history_events_find(const struct result *const *results, size_t count,
			struct history_events *events);
void history_events_free(struct history_events *events);

#endif
