/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runs that a history is made of, in the order of history. */
#ifndef MMGAUGE_HISTORY_RUNS_H
#define MMGAUGE_HISTORY_RUNS_H

#include "../results/result.h"

struct history_run {
	struct result result;
	char name[128]; /* of the subject: its commit's 12 digits, or release */
	char title[160]; /* of the commit, or "" */
};

struct history_runs {
	struct history_run *runs;
	size_t count;
};

/* Of a sweep, from @folder/sweep.json. */
int history_runs_of_sweep(struct history_runs *runs, const char *folder,
			  struct error *err);

/*
 * Of all result files in @folder: with @range the newest run of every commit
 * of it, in the order of the range; without, the newest of every release.
 */
int history_runs_of_folder(struct history_runs *runs, const char *folder,
			   const char *repo, const char *range,
			   struct error *err);

void history_runs_free(struct history_runs *runs);

#endif
