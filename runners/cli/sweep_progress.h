/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a sweep tells while it goes on: each kernel's stage, and the time left. */
#ifndef MMGAUGE_SWEEP_PROGRESS_H
#define MMGAUGE_SWEEP_PROGRESS_H

#include "runners/many/sweep.h"

/*
 * All that waits is measured with @arguments of `mmgauge run`, @at_once guests
 * at a time; the state is kept in @folder after each. @command is whose errors
 * they are.
 */
int sweep_measure(struct sweep *sweep, const struct text_list *arguments,
		  unsigned int at_once, const char *folder, const char *command,
		  struct error *err);
void sweep_progress_estimate(const struct sweep *sweep, unsigned int at_once);

/* How many were measured; those that were not are named. */
size_t sweep_progress_measured(const struct sweep *sweep);

const char *sweep_state_name(const struct subject *subject);

#endif
