/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles as a result file has them: a name once, and what a function does
 * again and again once.
 *
 *	"profiles": {"functions": [["vmlinux", "gup_fast"], ...],
 *		     "work": [[FUNCTION, AMOUNT...], ...],
 *		     "calls": [[FUNCTION, FUNCTION, CALLS, INCLUSIVE], ...]}
 *		of the whole file
 *	"profile": {"operation": {"ticks": T, "harness": H, "units": U,
 *				  "work": [WORK, TIMES, WORK, TIMES, ...],
 *				  "calls": [CALL, TIMES, ...]},
 *		    "byte": {"like": "operation", "units": V}} of a trial
 *
 * FUNCTION, WORK and CALL are numbers in those lists. A function's amounts are
 * those of its work times TIMES; zeros at the end are left out. "calls" are
 * there after `run --profile=calls`.
 */
#ifndef MMGAUGE_PROFILE_PACK_H
#define MMGAUGE_PROFILE_PACK_H

#include "json_place.h"

struct profile_list {
	json_t *items;
	json_t *numbers; /* of each, by its text */
};

/* What a file has so far; all zero is nothing. */
struct profile_lists {
	struct profile_list functions, work, calls;
};

/* Replace the profile of a trial's JSON by a packed one; 0 or -ENOMEM. */
int profile_pack(json_t *trial, struct profile_lists *lists);

/* For "profiles", a new reference; NULL: there is none. */
json_t *profile_lists_json(const struct profile_lists *lists);
void profile_lists_free(struct profile_lists *lists);

/*
 * A packed profile as profiler.h and profile.h know it; @lists is the
 * file's "profiles", or NULL. What is not packed is taken as it is.
 */
int profile_unpack(struct place *place, const json_t *packed,
		   const json_t *lists, json_t **profile);

#endif
