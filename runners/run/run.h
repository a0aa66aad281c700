/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run: every cell of a plan on every target, boots interleaved (A B A B), a
 * result file per target and a journal beside it while it grows.
 */
#ifndef MMGAUGE_RUN_H
#define MMGAUGE_RUN_H

#include <signal.h>

#include "plan.h"
#include "runners/base/progress.h"
#include "target.h"

/* Boots are added until there is a verdict (run_until.h). */
struct run_until {
	unsigned int looks; /* there can be; 0: the number of boots is fixed */
	double time_limit; /* seconds for all boots */
	double threshold; /* of compare */
	bool force; /* of compare */
};

struct run {
	struct plan plan;
	struct target *targets;
	size_t target_count;
	unsigned int boots; /* of each target; the most there may be */
	struct run_until until;
	double precision;
	double max_time;
	bool tune; /* machines elsewhere, while they are measured */
	bool verify; /* three boots are to agree (determinism.h) */
	bool boots_whole; /* not from snapshots (runners/vm/snapshot.h) */
	unsigned int profile; /* enum profile_part; 0: none */
	char *caches; /* owned; of PROFILE_LINES (caches.h), or NULL */
	char *counters; /* owned; events to count, NULL: none */
	unsigned int latency; /* operations a trial times one by one */
	uint64_t seed;
	json_t *labels;
	char *command_line; /* owned */
	const volatile sig_atomic_t *stop; /* non-zero: end early, keep all */
	const struct guest_limits *limits; /* NULL: the usual ones */
	struct progress progress;
};

/* What run_begin() would say of @output; nothing is made. */
int run_check_output(const struct run *run, const char *output,
		     struct error *err);

/*
 * Name the result files, in @output: a folder, or a .json file for a single
 * target; NULL for the store. Opens the journals (run_journal.c).
 */
int run_begin(struct run *run, const char *output, struct error *err);

/*
 * Load what an unfinished run left (run_resume.c): run_reload() the plan and
 * the targets' names from the journal of @path, run_replay() their trials once
 * the targets are prepared.
 */
int run_reload(struct run *run, const char *path, struct error *err);
int run_replay(struct run *run, struct error *err);

/*
 * Measure all that is not done. 0; -EINTR when stopped: the journals stay for
 * --resume; or an error that no cell can be blamed for.
 */
int run_measure(struct run *run, struct error *err);

/* One boot of every target in turn, as far as it is not done. */
int run_round(struct run *run, unsigned int boot, struct error *err);

/* How it went, on stderr, and the paths; false: nothing was measured. */
bool run_summarise(const struct run *run);

/* Save the result files and remove the journals. */
int run_finish(struct run *run, struct error *err);

void run_release(struct run *run);

#endif
