/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes the changes of a comparison, by function and kind of work, where
 * both runs have profiles.
 */
#ifndef MMGAUGE_REASONS_H
#define MMGAUGE_REASONS_H

#include "results/compare/why.h"

/* More pictures of that kind are no longer looked at. */
#define REASONS_DRAWN 12
#define REASON_FUNCTIONS 12
#define REASON_KINDS 16

struct reasons {
	struct why_list list; /* what the comparison tells of comes first */
	size_t told; /* so many of them */
};

/* 0, -ENOMEM; free in either case. */
int reasons_make(const struct compare_report *report, struct reasons *reasons);
void reasons_free(struct reasons *reasons);

/* How many have a picture: the first ones. */
size_t reasons_drawn(const struct reasons *reasons);

#endif
