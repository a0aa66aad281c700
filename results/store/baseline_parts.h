/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How baseline.c and baseline_save.c go together; nobody else includes this. */
#ifndef MMGAUGE_BASELINE_PARTS_H
#define MMGAUGE_BASELINE_PARTS_H

#include "baseline.h"
#include "results/format.h"

#define BASELINE_ENDING ".json"

/* "unknown" for what is absent or empty. */
const char *baseline_text(const struct result *result, const char *path);

/* The file of a machine and clock in the folder of a name. 0, -ENOMEM. */
int baseline_key(const struct result *result, char key[FILE_NAME_SIZE]);

/* -EINVAL for a name that is no file name. */
int baseline_check_name(const char *name, struct error *err);

#endif
