/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A metric's profile for other programs. */
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

/* A format is a file that ends with its descriptor, and a row below. */
struct export_format {
	const char *name; /* for --format */
	/* 0 or -ENOMEM; a write error is left to ferror(@stream). */
	int (*print)(FILE *stream, const struct export_subject *subject);
};

/* In the order of help. */
#define EXPORT_FORMATS(row) row(callgrind) row(folded)

#define EXPORT_FORMAT_DECLARE(name) \
	extern const struct export_format export_format_##name;
EXPORT_FORMATS(EXPORT_FORMAT_DECLARE)

/* By name; NULL: there is none. */
const struct export_format *export_format(const char *name);

/* "callgrind|folded". */
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

#endif
