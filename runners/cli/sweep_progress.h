/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a sweep tells while it goes on: each kernel's stage, and the time left. */
#ifndef MMGAUGE_SWEEP_PROGRESS_H
#define MMGAUGE_SWEEP_PROGRESS_H

#include "runners/many/sweep.h"

struct sweep_progress {
	const struct sweep *sweep;
	const char *folder;
	unsigned int at_once;
	size_t waiting, done; /* of those that were to measure */
	enum stage *told; /* of each subject, where there is no terminal */
};

/* What is to come; @progress is filled in but for @told. -ENOMEM. */
int sweep_progress_begin(struct sweep_progress *progress);
void sweep_progress_estimate(const struct sweep *sweep, unsigned int at_once);

/* Both take a struct sweep_progress. */
void sweep_progress_watch(void *data);
void sweep_progress_note(const struct subject *subject, void *data);

/* How many were measured; those that were not are named. */
size_t sweep_progress_measured(const struct sweep *sweep);

const char *sweep_state_name(const struct subject *subject);

#endif
