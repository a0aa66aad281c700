/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result file, schema 1 (docs/result-format.md): structs and JSON.
 *
 * A run is one result file: one subject (the kernel under test) on one machine
 * under one clock, with one entry per cell (a case with a value on every axis)
 * and in it one entry per trial (one fresh process on one boot). Raw samples
 * are kept; summaries are always recomputed.
 *
 * The blocks that describe surroundings (run, subject, machine) are open-ended
 * and stay JSON objects; result_text() reads them by path.
 */
#ifndef MMGAUGE_RESULT_H
#define MMGAUGE_RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define RESULT_SCHEMA "mmgauge-result/1"

enum cell_status {
	CELL_OK, /* measured */
	CELL_SKIPPED, /* cannot run here; the reason says why */
	CELL_INVALID, /* ran, but its facts contradict what it claims */
	CELL_FAILED, /* an error of the case or the harness */
	CELL_CRASHED, /* the kernel or the trial died or hung */
};

const char *cell_status_name(enum cell_status status);

/* The value of a cell on one axis: a number or the name of a choice. */
struct axis_value {
	char *axis;
	char *text; /* choice name; NULL for a number */
	uint64_t number;
};

/* One name and its number: facts (per operation unless said) and counters. */
struct fact {
	char *name;
	double value; /* NaN is written as null: not supported here */
	/* A fact that compare holds against the other side's (bench.h). */
	bool exact;
};

/* Why a counter has no number. */
struct absence {
	char *name;
	char *reason;
};

struct metric {
	char *name;
	char *unit; /* "s", "instruction", "s/page", "instruction/page", ... */
	bool higher_is_better;
	double *samples; /* one value per sample, finite */
	size_t sample_count;
};

struct trial {
	unsigned int boot; /* from 0 */
	unsigned int trial; /* from 0 within the boot */
	uint64_t batch; /* operations per sample */
	struct fact *facts;
	size_t fact_count;
	struct fact *counters;
	size_t counter_count;
	struct absence *absences; /* of counters that are NaN */
	size_t absence_count;
	struct metric *metrics;
	size_t metric_count;
	json_t *profile; /* profile.h; NULL: none */
};

struct cell {
	char *name; /* of the case */
	struct axis_value *axes;
	size_t axis_count;
	enum cell_status status; /* the worst of its trials */
	char *reason; /* NULL when ok */
	char *guest; /* of several CPUs that it ran in; NULL: any other */
	struct trial *trials;
	size_t trial_count;
};

struct result {
	json_t *run; /* id, started, finished, tool_version, ... */
	json_t *subject; /* release, version, commit, ... */
	json_t *machine; /* fingerprint, architecture, cpu_model, ... */
	json_t *clock; /* kind, resolution, overhead */
	struct cell *cells;
	size_t cell_count;
};

/* All zero is an empty, valid struct for each *_init()-less type here. */

/*
 * Building. Strings are copied, arrays grow (by these functions only: they
 * alone know the room left, and growing moves earlier elements); all return 0
 * or -ENOMEM, metric_add_sample() also -EDOM for a value that is not finite.
 * result_cell() finds the cell with this case and these axes (in any order) or
 * appends it; NULL when out of memory. A fact or counter added twice keeps the
 * last value; a metric must be added once.
 */
struct cell *result_cell(struct result *result, const char *name,
			 const struct axis_value *axes, size_t axis_count);
int cell_add_trial(struct cell *cell, struct trial *trial); /* moves *trial */
int cell_set_status(struct cell *cell, enum cell_status status,
		    const char *reason); /* keeps the worse of two */
int trial_add_fact(struct trial *trial, const char *name, double value);
void trial_mark_exact(struct trial *trial, const char *name); /* a fact */
int trial_add_counter(struct trial *trial, const char *name, double value);
int trial_add_absence(struct trial *trial, const char *name,
		      const char *reason);
struct metric *trial_add_metric(struct trial *trial, const char *name,
				const char *unit, bool higher_is_better);
void trial_drop_metric(struct trial *trial, struct metric *metric);
int metric_add_sample(struct metric *metric, double value);
int axis_values_copy(struct axis_value **to, const struct axis_value *from,
		     size_t count);

void axis_values_free(struct axis_value *axes, size_t count);
void trial_free(struct trial *trial); /* contents, not the struct */
void result_free(struct result *result); /* contents, not the struct */

/*
 * Reading back. result_value(), result_text() and result_number() follow a
 * path of keys separated by '/', e.g. "subject/release"; NULL or NaN when
 * absent or of another type. cell_label() writes "case[axis=value,...]" with
 * the axes in their stored order; returns buffer.
 */
const json_t *result_value(const struct result *result, const char *path);
const char *result_text(const struct result *result, const char *path);
double result_number(const struct result *result, const char *path);
char *cell_label(const struct cell *cell, char *buffer, size_t size);
const struct metric *trial_metric(const struct trial *trial, const char *name);
const struct fact *trial_fact(const struct trial *trial, const char *name);

/*
 * JSON. Parsers accept unknown keys, refuse a wrong type or a non-finite
 * sample with a JSON pointer in the error, and never crash on any input.
 * *_to_json() return a new reference, NULL when out of memory (or when an axis
 * or batch exceeds INT64_MAX, which JSON integers cannot hold here).
 * cell_head_to_json() leaves the trials out, for those who stream them.
 * result_from_json() shares the blocks (run, subject, ...) with @document.
 */
json_t *axes_to_json(const struct axis_value *axes, size_t count);
int axes_from_json(const json_t *object, struct axis_value **axes,
		   size_t *count, const char *pointer, struct error *err);
json_t *trial_to_json(const struct trial *trial);
int trial_from_json(const json_t *object, struct trial *trial,
		    const char *pointer, struct error *err);
json_t *cell_head_to_json(const struct cell *cell);
json_t *result_to_json(const struct result *result);
int result_from_json(const json_t *document, struct result *result,
		     const char *file, struct error *err);

/*
 * Files. Load: -ENOENT, -EINVAL (FILE:LINE:COL for syntax, FILE: POINTER for
 * meaning), -EPROTONOSUPPORT for an unknown major schema. Save writes a
 * temporary name beside @path, fsyncs and renames, so that a half-written
 * result never carries the name.
 */
int result_load(const char *path, struct result *result, struct error *err);
int result_save(const char *path, const struct result *result,
		struct error *err);

#endif
