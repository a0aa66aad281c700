/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measuring many kernels: every one by a `mmgauge run` of its own, so that one
 * that does not build, boot or end takes no other with it, and so that several
 * can be measured at once.
 */
#ifndef MMGAUGE_SUBJECT_H
#define MMGAUGE_SUBJECT_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "results/base/result.h"
#include "runners/base/text_list.h"
#include "stage.h"

/* What all have in common. */
struct subject_plan {
	const struct text_list *arguments; /* of `mmgauge run` */
	unsigned int at_once; /* as many guests at a time */
	void (*watch)(void *data); /* once a second, or NULL */
};

enum subject_state {
	SUBJECT_WAITING,
	SUBJECT_RUNNING,
	SUBJECT_MEASURED, /* there is a result with something in it */
	SUBJECT_BROKEN, /* it boots, and no cell came through: reason */
	SUBJECT_SKIPPED, /* does not build or boot: reason */
};

struct subject {
	char spec[PATH_MAX]; /* for --on */
	char configuration[128]; /* for --config; "": what all have */
	char name[256]; /* for people: "6.1.0-56-amd64", "1234567890ab" */
	char title[160]; /* of the commit, or "" */
	char path[PATH_MAX]; /* of the result; the log lies beside it */
	enum subject_state state;
	char reason[512];
	bool cached; /* its kernel was in the cache before */
	struct stage_at stage;
	pid_t pid;
	uint64_t started; /* CLOCK_MONOTONIC ns */
	double seconds; /* that all of it took; 0: is not done */
	uint64_t deadline; /* CLOCK_MONOTONIC ns */
};

/*
 * What sweep, bisect and try hand on of theirs to `mmgauge run`: its --config
 * (NULL: none), --kbuild and -p. -ENOMEM.
 */
int subject_hand_on(struct text_list *arguments, const char *config,
		    const struct text_list *kbuild,
		    const struct text_list *parameters);

/* Told of every subject that is done. */
typedef void (*subject_note)(const struct subject *subject, void *data);

/*
 * Whether `mmgauge run` would take @arguments for @spec, before anything is
 * fetched or built. -EINVAL with its line.
 */
int subject_check(const char *spec, const struct text_list *arguments,
		  struct error *err);

/*
 * Have `mmgauge run` print what it would measure of two kernels, and what that
 * takes: its exit code, or a negative errno.
 */
int subjects_foretell(const char *first, const char *second,
		      const struct text_list *arguments, struct error *err);

/*
 * Measure all that wait. 0, also when some are skipped; -EINTR when a signal
 * came; or what keeps a program from starting at all.
 */
int subjects_measure(struct subject *subjects, size_t count,
		     const struct subject_plan *plan, subject_note note,
		     void *data, struct error *err);

/*
 * The median over trials of the median of @metric, NULL for the first there
 * is, in the first cell of @result that was measured; NaN without one.
 */
double subject_level(const struct result *result, const char *metric);

/* How many guests can run at once on the clock @clock. */
unsigned int subjects_at_once(const char *clock);

#endif
