/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runs that a history is made of, in the order of history. */
#ifndef MMGAUGE_HISTORY_RUNS_H
#define MMGAUGE_HISTORY_RUNS_H

#include "results/base/result.h"

struct history_run {
	struct result result;
	char *name; /* of the subject: its commit's 12 digits, or release */
	char *commit; /* in full, or "" */
	char *title; /* of the commit, or "" */
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

/* A run without a result, for figures from elsewhere; texts are copied. */
int history_runs_add(struct history_runs *runs, const char *name,
		     const char *commit, const char *title);

/* Is it what a user calls @subject: its name, or a commit's first digits? */
bool history_run_is(const struct history_run *run, const char *subject);

void history_runs_free(struct history_runs *runs);

#endif
