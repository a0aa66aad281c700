/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples, or a metric's profile, for other programs. */
#ifndef MMGAUGE_EXPORT_H
#define MMGAUGE_EXPORT_H

#include <stdio.h>

#include "results/base/profile.h"
#include "results/base/result.h"

struct export_subject {
	const char *title; /* cell and metric */
	const json_t *kinds; /* the names of a function's amounts */
	const struct profile *profile; /* all amounts are of its sample */
};

struct export_sample {
	const char *label; /* of the cell */
	const struct trial *trial;
	const struct metric *metric;
	size_t number; /* from 0 within the trial */
	double value;
	bool first; /* of all */
};

struct export_cells {
	const struct result *result;
	const char *glob; /* of their cases */
	const char *const *axes; /* AXIS=VALUE each */
	size_t axis_count;
};

/* A format is a file that ends with its descriptor, and a row below. */
struct export_format {
	const char *name; /* for --format */
	/* 0 or -ENOMEM; a write error is left to ferror(@stream). */
	int (*print)(FILE *stream, const struct export_subject *subject);
	/* Or, of a format for samples, all of these but the last. */
	void (*head)(FILE *stream, const struct result *result);
	void (*sample)(FILE *stream, const struct export_sample *sample);
	void (*tail)(FILE *stream);
	/* Or, of one that is in another order, all of it; 0 or -ENOMEM. */
	int (*whole)(FILE *stream, const struct export_cells *cells);
	bool unmeasured; /* it tells of cells that have no samples, too */
};

/* In the order of help. */
#define EXPORT_FORMATS(row)                                           \
	row(callgrind) row(folded) row(csv) row(benchfmt) row(gbench) \
		row(openmetrics) row(ktap)

#define EXPORT_FORMAT_DECLARE(name) \
	extern const struct export_format export_format_##name;
EXPORT_FORMATS(EXPORT_FORMAT_DECLARE)

/* What a file says of the run, by the keys of a format; `import` reads them. */
struct export_key {
	const char *key, *path;
};
extern const struct export_key export_benchfmt_keys[]; /* end with NULL */
extern const struct export_key export_gbench_keys[];

/* By name; NULL: there is none. */
const struct export_format *export_format(const char *name);

/* "callgrind|folded|...". */
const char *export_format_names(void);

/*
 * The cell whose case is one of @glob and which has all of @axes, AXIS=VALUE
 * each, and its @metric, NULL for the first that has a profile; the profile of
 * its first trial that has one. -ENOENT: none; -EINVAL: several cells, two of
 * which the line names.
 */
int export_find(const struct result *result, const char *glob,
		const char *const *axes, size_t axis_count, const char *metric,
		const struct cell **cell, const char **found,
		struct profile *profile, struct error *err);

/*
 * Print the samples of all such cells by a @format for samples, or what else it
 * tells of them. -ENOENT: there are none. A write error is left to
 * ferror(@stream).
 */
int export_samples(FILE *stream, const struct export_cells *cells,
		   const struct export_format *format, struct error *err);

#endif
