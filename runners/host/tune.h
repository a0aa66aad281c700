/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings of a machine that disturb measurements: what they are, what they
 * should be, and changing them so that every old value comes back.
 *
 * Old values go to a journal, on disk before the first change: whatever happens
 * then, a crash, a kill, a reboot, tune_restore() finds them.
 */
#ifndef MMGAUGE_TUNE_H
#define MMGAUGE_TUNE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "results/base/error.h"

/* Files that match @pattern should hold @want, or one of @fine. */
struct tune_setting {
	const char *name;
	const char *pattern;
	const char *want;
	const char *fine; /* "off|forceoff"; NULL: only @want will do */
	const char *why; /* it disturbs */
	const char *remedy; /* by hand */
};

/* In the order of applying: SMT first, as it takes CPUs and files away. */
extern const struct tune_setting tune_settings[]; /* ends with NULL name */

/* Whether @value is what this setting should be. */
bool tune_is_fine(const struct tune_setting *setting, const char *value);

/* A file that is not as it should be. */
struct tune_change {
	char *path; /* without $MMGAUGE_ROOT */
	char *old;
	const struct tune_setting *setting;
	bool set; /* by tune_apply() */
};

struct tune_plan {
	struct tune_change *changes;
	size_t count;
};

/* All that is not as it should be; of one setting, or of all with NULL. */
int tune_plan(const struct tune_setting *setting, struct tune_plan *plan);
void tune_plan_free(struct tune_plan *plan);

/*
 * Journal the old values, then set the new ones. What was journaled before and
 * not restored keeps its first value. -EBUSY when another tune is at it.
 * A file that refuses is told to @complain, and is no error if @refused counts
 * it.
 */
int tune_apply(struct tune_plan *plan, void (*complain)(const char *line),
	       size_t *refused, struct error *err);

/*
 * Put every journaled value back, the last first, and forget the journal.
 * Files that are gone or refuse are told and counted; the journal then stays.
 * A line from before a reboot is told, and left, if its file holds neither the
 * old value nor the one that was tuned to: it was set anew since.
 * *@restored is 0 with no error when there was nothing to restore, or all was
 * as it had been.
 */
int tune_restore(void (*complain)(const char *line), size_t *restored,
		 size_t *refused, struct error *err);

/* By the journal. */
enum tune_state {
	TUNE_NOT_APPLIED,
	TUNE_APPLIED, /* tuned now, or not restored after a crash */
	TUNE_REBOOTED, /* since; the journal waits for tune_restore() */
};

enum tune_state tune_state(void);

/* $XDG_STATE_HOME/mmgauge/tune.journal, else below ~/.local/state. */
int tune_journal_path(char path[PATH_MAX], struct error *err);

#endif
