/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Baselines: runs kept under a name, to compare others with. Several runs of
 * one kernel form one result, the boots of each counted apart, but for runs of
 * one boot of a host, which are that boot's. A name may stand
 * for one baseline per kind of machine and clock: baselines/NAME/KEY.json,
 * where KEY is FINGERPRINT-CLOCK-ACCELERATOR as a file name
 * (results/file_name.h).
 */
#ifndef MMGAUGE_BASELINE_H
#define MMGAUGE_BASELINE_H

#include <limits.h>

#include "results/base/result.h"
#include "results/file_name.h"

struct baseline {
	char name[64];
	char key[FILE_NAME_SIZE];
	char path[PATH_MAX];
};

/*
 * One result of @runs, two or more, as baseline_save() would save it; free with
 * result_free().
 */
int baseline_merge(char *const *runs, size_t count, struct result *all,
		   struct error *err);

/*
 * Save @runs (as resolve_run() takes them) under @name, in place of what was
 * there for the same machine and clock. All must share these, and the kernel:
 * -EXDEV. -EINVAL for a name that is no file name.
 */
int baseline_save(const char *name, char *const *runs, size_t count,
		  struct error *err);

/* Sorted by name, then key; free() the array. */
int baseline_list(struct baseline **list, size_t *count, struct error *err);

/* All of @name, whatever machine and clock; -ENOENT. */
int baseline_remove(const char *name, struct error *err);

/*
 * "@NAME" or "@NAME:KEY" (the beginning of one) to a path. Where the name alone
 * stands for several, that of the machine and clock of @like, which may be
 * NULL. -ENOENT, -EEXIST when it is still ambiguous (the line names the keys).
 */
int baseline_resolve(const char *name, const struct result *like,
		     char path[PATH_MAX], struct error *err);

#endif
