/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what was typed to targets, labels and counters of a run. */
#ifndef MMGAUGE_RUN_SETUP_H
#define MMGAUGE_RUN_SETUP_H

#include "run.h"

/* As it was typed, for whoever wants to repeat it; a new string. */
char *run_own_command_line(void);

/* "K=V" each, into a new object. */
int run_parse_labels(const struct text_list *list, json_t **labels,
		     struct error *err);

/* A name that no machine knows is told now, not by every trial. */
int run_parse_counters(struct run *run, const char *list, struct error *err);

/*
 * Each target under each configuration of @list, in the targets' order; under
 * the plain one where none is given.
 */
int run_list_configurations(struct run *run, const struct text_list *list,
			    struct error *err);

/* What is to be measured: the host where no target is named. */
struct target_choice {
	const struct text_list *targets, *kbuild;
	const char *repo; /* of vm:git:REV; NULL: where we are */
	const char *arch; /* of guests that say none; NULL: this machine's */
};

/* By names that last. */
int run_list_targets(struct run *run, const struct target_choice *choice,
		     struct error *err);

/*
 * What can be told to be wrong before a kernel is fetched, or built, for one;
 * *@exact when all count instructions.
 */
int run_check_targets(struct run *run, const char *clock, bool *exact,
		      struct error *err);

/*
 * Make all of them ready. Where the number of boots is open it is one on the
 * exact clock and @boots on the wall clock.
 */
int run_prepare_targets(struct run *run, const char *clock, unsigned int boots,
			struct error *err);

#endif
