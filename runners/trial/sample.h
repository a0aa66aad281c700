/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One sample: a timed batch of operations, the harness's own cost taken off. */
#ifndef MMGAUGE_SAMPLE_H
#define MMGAUGE_SAMPLE_H

#include "bench_context.h"

/* Measure what the clock reads cost, here and in the module. */
void sample_overheads(struct bench *bench);

/*
 * One sample of @operations. 0 with the values in bench->now and the longest
 * of them in *@ticks, or what a callback returned. An interrupted sample is
 * marked by counters, never by its value: what the clock showed must not
 * decide what counts.
 */
int sample_take(struct bench *bench, uint64_t operations, double *ticks);

/* The same, but a rejected one is tried again a few times. */
int sample_take_clean(struct bench *bench, uint64_t operations, double *ticks);

double sample_median(const double *values, size_t count);

/* Double the batch until a sample is long enough, or may not grow. */
int sample_calibrate(struct bench *bench, uint64_t *batch);

/*
 * The calls of the sample just taken that the module timed one by one: as many,
 * in ticks with its clock's overhead, at @bench->calls; or a negative errno,
 * with a reason.
 */
int sample_calls(struct bench *bench);

#endif
