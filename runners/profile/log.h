/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what the plugin writes (log_format.h), while it is written. */
#ifndef MMGAUGE_PROFILE_LOG_READ_H
#define MMGAUGE_PROFILE_LOG_READ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "log_format.h"
#include "results/base/error.h"
#include "runners/base/tell.h"

/* An instruction of the guest. */
struct profile_place {
	uint64_t address;
	uint8_t size; /* 0: not defined */
	uint8_t code[PROFILE_CODE_MAX];
};

struct profile_entry {
	uint32_t place, executed, loads, stores, taken, devices, interrupts;
};

/* Cache lines that the windows between two reads touched, in a sample. */
struct profile_touches {
	uint32_t from, to, part, place;
	uint32_t amounts[PROFILE_TOUCHES];
};

/* One instruction called another: see log_format.h. */
struct profile_call {
	uint32_t site; /* or PROFILE_NOBODY */
	uint32_t callee;
	uint64_t calls, inclusive;
};

/* What ran between two reads of the clock. */
struct profile_window {
	uint32_t from, to; /* places */
	uint64_t instructions;
	struct profile_entry *entries;
	size_t count;
	struct profile_call *calls;
	size_t call_count;
};

/* That it ran so many times in a sample. */
struct profile_use {
	uint32_t window, times;
	enum tell_part part;
};

struct profile_metric {
	uint64_t number; /* of the case's */
	uint64_t ticks, harness, units; /* bench_record() */
};

#define PROFILE_METRICS_MAX 16

struct profile_sample {
	struct profile_use *uses;
	size_t use_count;
	struct profile_touches *touches;
	size_t touch_count;
	struct profile_metric metrics[PROFILE_METRICS_MAX];
	size_t metric_count;
};

struct profile_log {
	FILE *stream; /* not its own */
	size_t line; /* read so far */
	struct profile_place *places;
	size_t place_room;
	struct profile_window *windows;
	size_t window_count;
	/* The cell whose end was read last. */
	uint64_t cell;
	struct profile_sample *samples;
	size_t sample_count;
};

void profile_log_init(struct profile_log *log, FILE *stream);

/*
 * Read on until a cell is done: 1, and its samples are there until the next
 * call. 0: the writer is not that far. -EPROTO: no such file, or a damaged one;
 * -ENODATA: the writer gave up, for the reason in @err; -ENOMEM.
 */
int profile_log_next(struct profile_log *log, struct error *err);

void profile_log_free(struct profile_log *log);

#endif
