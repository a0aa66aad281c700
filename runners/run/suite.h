/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite files (configs/suites/NAME.json, schema configs/suite.schema.json).
 */
#ifndef MMGAUGE_SUITE_H
#define MMGAUGE_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/base/error.h"
#include "runners/base/text_list.h"

/* Of kernels and settings in many combinations; its cells are as a suite's. */
#define MATRIX_SCHEMA "mmgauge-matrix/1"

/* Values for one axis, as -p writes them: "1,16,512". */
struct axis_list {
	char axis[64];
	char *values;
};

struct suite_entry {
	char *glob; /* over case names */
	struct axis_list *lists;
	size_t list_count;
};

struct suite {
	char name[64];
	char summary[128]; /* empty when not said */
	double precision; /* 0 when not said */
	double max_time; /* seconds, 0 when not said */
	uint64_t boots; /* 0 when not said */
	uint64_t latency; /* 0 when not said */
	struct text_list configurations; /* names; suite_free() frees them */
	struct suite_entry *entries;
	size_t count;
};

/* Whether @name can only mean a file. */
bool suite_is_path(const char *name);

/*
 * Load a suite by path or by name from the configuration folder
 * ($MMGAUGE_CONFIGS, else where mmgauge was installed). -ENOENT, or -EINVAL
 * with FILE:LINE:COL or FILE: POINTER in the line. Free it in every case.
 */
int suite_load(const char *name, struct suite *suite, struct error *err);
void suite_free(struct suite *suite);

#endif
