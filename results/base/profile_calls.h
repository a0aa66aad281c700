/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who called whom: rows [MODULE, NAME, MODULE, NAME, CALLS, INCLUSIVE]. */
#ifndef MMGAUGE_PROFILE_CALLS_H
#define MMGAUGE_PROFILE_CALLS_H

#include "profile.h"
#include "profile_pack.h"

/* As profile_pack() and profile_unpack(); NULL: none. */
json_t *pack_calls(const json_t *calls, struct profile_lists *lists);
int unpack_calls(struct place *place, const json_t *packed,
		 const json_t *lists, json_t **calls);

/* As place_check_profile() and profile_of(), of a metric's profile. */
int place_check_calls(struct place *place, const json_t *metric);
int profile_calls_of(const json_t *metric, struct profile *profile);

#endif
