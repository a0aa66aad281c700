/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes log_format.h. It ends with a line "x" when the disk or it is full. */
#ifndef MMGAUGE_PROFILE_LOG_H
#define MMGAUGE_PROFILE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runners/base/tell.h"

int log_open(const char *path); /* or a negative errno */

/*
 * A window has ended: @places with their sums. Counted for this part of the
 * sample in progress.
 */
void log_window(enum tell_part part, uint32_t from, uint32_t to,
		uint64_t instructions, const uint32_t *places, size_t count);

/* Where in a sample it is. */
enum tell_part log_part(void);

/* Whether windows are wanted now. */
bool log_is_sampling(void);

/* A byte that the guest told (runners/base/tell.h). */
void log_told(uint8_t byte);

/* Give up, with the reason as the last line. */
void log_give_up(const char *reason);

#endif
