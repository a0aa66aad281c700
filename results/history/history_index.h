/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Histories without the files: from the index of a folder. */
#ifndef MMGAUGE_HISTORY_INDEX_H
#define MMGAUGE_HISTORY_INDEX_H

#include "results/store/index.h"
#include "history.h"
#include "history_events.h"

/* Runs of an index, in the order of history. */
struct history_order_of {
	struct index *index;
	const size_t *runs; /* places in index_runs() */
	size_t count;
};

/*
 * What history_build() and history_events_find() make of these results. With
 * @wanted only series that it says yes to, by name and @data.
 */
int history_build_indexed(const struct history_order_of *order,
			  bool (*wanted)(const char *name, void *data),
			  void *data, struct history *history, size_t *left_out,
			  struct error *err);
int history_events_indexed(const struct history_order_of *order,
			   struct history_events *events, struct error *err);

/* history_comparable() of two runs. */
bool history_runs_comparable(const struct index_run *a,
			     const struct index_run *b);

#endif
