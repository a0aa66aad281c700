/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runs that a history is made of, in the order of history. */
#ifndef MMGAUGE_HISTORY_RUNS_H
#define MMGAUGE_HISTORY_RUNS_H

#include "results/store/index.h"

struct history_run {
	const struct index_run *run; /* NULL: of a table */
	size_t place; /* in the index */
	char *name; /* of the subject: its commit's 12 digits, or release */
	char *commit; /* in full, or "" */
	char *title; /* of the commit, or "" */
};

enum history_order {
	HISTORY_ANY,
	HISTORY_RELEASES,
	HISTORY_TIME,
	HISTORY_COMMITS,
};

struct history_runs {
	struct history_run *runs;
	size_t count;
	struct index *index; /* of the folder */
	const char *order; /* "release", "time", "commit", "sweep", "file" */
	size_t older; /* runs that a newer one of the same subject replaced */
	size_t foreign; /* files of JSON that are no results */
	size_t others; /* of another clock, machine or configuration */
};

struct history_choice {
	const char *folder;
	const char *like; /* a run; NULL: most of the same kind */
	enum history_order order;
	const char *repo; /* of the range */
	const char *range; /* of commits, or NULL: whatever there is */
};

/* Of a sweep, from sweep.json in the folder; the rest of @choice is not asked. */
int history_runs_of_sweep(struct history_runs *runs,
			  const struct history_choice *choice,
			  struct error *err);

/*
 * Of all result files in a folder, or those of a range of commits. In the order
 * of releases or of commits the newest run of each; in the order of time all,
 * by the names of the runs, since many may have one subject. HISTORY_ANY is the
 * order of the range; without one of releases, or of time if all have the same.
 */
int history_runs_of_folder(struct history_runs *runs,
			   const struct history_choice *choice,
			   struct error *err);

/* A run without a result, for figures from elsewhere; texts are copied. */
int history_runs_add(struct history_runs *runs, const char *name,
		     const char *commit, const char *title);

/* Is it what a user calls @subject: its name, or a commit's first digits? */
bool history_run_is(const struct history_run *run, const char *subject);

void history_runs_free(struct history_runs *runs);

#endif
