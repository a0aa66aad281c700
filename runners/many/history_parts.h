/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of history_runs share. */
#ifndef MMGAUGE_HISTORY_PARTS_H
#define MMGAUGE_HISTORY_PARTS_H

#include "history_runs.h"

/*
 * Keep the runs that can be held against the one that is called @like (the
 * beginning of its name, or its file); NULL: as many as can be held against
 * each other. The others are counted. -ENOENT, -ENOMEM.
 */
int history_runs_group(struct history_runs *runs, const char *like,
		       struct error *err);

void history_run_free(struct history_run *run);

#endif
