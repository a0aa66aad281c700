/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a try tells while it goes on: each part of the way with the time that it
 * took; on a terminal in one line that is written over and over.
 */
#ifndef MMGAUGE_TRY_PROGRESS_H
#define MMGAUGE_TRY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "runners/many/subject.h"

struct try_progress {
	const struct subject *subjects; /* both */
	bool terminal;
	char parts[256]; /* those that are done, for its last line */
	uint64_t first, last; /* CLOCK_MONOTONIC ns */
};

void try_progress_begin(struct try_progress *progress,
			const struct subject subjects[2]);

/* @part begins now. */
void try_progress_now(struct try_progress *progress, const char *part);

/* @part is done; @name is its name in the last line. */
void try_progress_done(struct try_progress *progress, const char *part,
		       const char *name);
void try_progress_end(const struct try_progress *progress);

/* Before anything else is printed. */
void try_progress_clear(const struct try_progress *progress);

/* Both take a struct try_progress: what a build says, and for the subjects. */
void try_progress_note(const char *text, void *data);
void try_progress_watch(void *data);

#endif
