/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What other programs measured, as runs: history, compare, report and site read
 * them as any. A format is a file that ends with its descriptor, and a row
 * below.
 */
#ifndef MMGAUGE_IMPORT_H
#define MMGAUGE_IMPORT_H

#include <limits.h>

#include "results/base/result.h"
#include "runners/base/text_list.h"

/* What was measured under one subject at one time. */
struct import_run {
	char *key; /* what tells it apart in its file */
	char *when; /* it was measured, or NULL */
	struct result result;
	size_t samples;
};

struct import {
	const char *path;
	const char *release, *commit, *when; /* for all runs, or NULL */
	const struct text_list *units; /* NAME=lower|higher */
	unsigned int first_boot; /* of this file: each is a process */
	unsigned int next_boot;
	struct import_run *runs;
	size_t count;
};

struct import_name {
	char *name;
	struct axis_value *axes;
	size_t axis_count;
};

struct import_sample {
	const struct import_name *cell;
	const char *metric, *unit; /* as the file has them */
	const char *better; /* lower or higher; NULL: as the unit says */
	unsigned int boot, trial; /* boots of the file, from 0 */
	uint64_t batch;
	double value;
	size_t line; /* or number, for an error */
};

struct import_format {
	const char *name; /* for --format */
	/* Whether it looks like one. */
	bool (*is)(const char *text);
	/* @text is the file's, and may be written to; it ends in a NUL. */
	int (*read)(struct import *import, char *text, size_t length,
		    struct error *err);
};

/* In the order they are tried: csv takes what is left. */
#define IMPORT_FORMATS(row) row(gbench) row(benchfmt) row(csv)

#define IMPORT_FORMAT_DECLARE(name) \
	extern const struct import_format import_format_##name;
IMPORT_FORMATS(IMPORT_FORMAT_DECLARE)

const char *import_format_names(void); /* "gbench|benchfmt|csv" */

/*
 * Read @path into @import by the format of that @name, NULL for what it looks
 * like. -EINVAL with FILE and the place.
 */
int import_read(struct import *import, const char *path, const char *name,
		struct error *err);
/* When all is read: ids, and what nothing has told. -ENODATA: no samples. */
int import_finish(struct import *import, struct error *err);
void import_free(struct import *import);

/* For formats. Find or add the run of that @key; NULL without memory. */
struct import_run *import_run(struct import *import, const char *key);
/* Note @text at "block/key" of it, unless that is there or @text is NULL. */
int import_note(struct import_run *run, const char *path, const char *text);
int import_add(struct import *import, struct import_run *run,
	       const struct import_sample *sample, struct error *err);
int import_fail(struct import_run *run, const struct import_name *cell,
		const char *reason);
int import_no_memory(struct error *err);

/* "case[axis=value,...]", or any other name. -ENOMEM. */
int import_name_label(struct import_name *name, const char *label);
/* "name/axis=value/rest", with @sign between axis and value. -ENOMEM. */
int import_name_path(struct import_name *name, const char *path, char sign);
int import_name_axis(struct import_name *name, const char *axis,
		     const char *value);
void import_name_free(struct import_name *name);

/* What a unit of theirs is here. */
struct import_unit {
	char name[64];
	double divide, multiply;
	bool higher_is_better;
};

/* False: unknown, and neither @better nor --unit tells its direction. */
bool import_unit(const struct import *import, const char *unit,
		 const char *better, struct import_unit *found);
double import_value(const struct import_unit *unit, double value);
/* Whether the unit needs neither @better nor --unit. */
bool import_unit_known(const char *unit);

#endif
