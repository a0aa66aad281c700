/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is going on, on stderr: one line rewritten in place on a terminal, a
 * line per stage otherwise.
 */
#ifndef MMGAUGE_PROGRESS_H
#define MMGAUGE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool terminal;
	size_t total; /* trials of the whole run */
	size_t done;
	size_t resumed; /* of done: took no time now */
	uint64_t started; /* CLOCK_MONOTONIC ns of the first trial */
};

void progress_init(struct progress *progress, size_t total);

/* A stage: "fetching linux-image-..."; always shown. */
void progress_note(const char *text, void *progress);

/* Now measuring @cell on @target. */
void progress_cell(struct progress *progress, const char *target,
		   const char *cell);

/* Clear the line, so that other output starts in column one. */
void progress_clear(struct progress *progress);

#endif
