/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results sorted by what may be compared: each belongs to the group of the
 * first earlier one that it may be compared with, or begins a group.
 */
#ifndef MMGAUGE_GROUP_H
#define MMGAUGE_GROUP_H

#include "results/compare/compare.h"
#include "figures.h"
#include "reasons.h"

/* The names of the results and how many there are. */
struct subjects {
	const char *const *names;
	size_t count;
};

struct group {
	const struct result **results; /* the base first */
	char **names; /* of their subjects, all different */
	size_t count;
	struct compare_report *comparisons; /* count - 1: each with the base */
	struct reasons *reasons; /* of each of them; see groups_explain() */
	char *refusal; /* why it is not part of the first group; NULL there */
	struct figures figures;
	size_t first_chapter; /* counted over all groups, from 1 */
};

struct groups {
	struct group *items;
	size_t count;
};

/* The results must outlive the groups. 0, -ENOMEM; free in either case. */
int groups_make(const struct result *const *results, size_t count,
		const struct compare_options *options, struct groups *groups);
void groups_free(struct groups *groups);

/* Take the changes apart, for those who draw it. 0, -ENOMEM. */
int groups_explain(struct groups *groups);

struct subjects group_subjects(const struct group *group);

/* "6.12.117 against 6.1.0", a new string. */
char *group_title(const struct group *group, size_t comparison);

/* "wall clock", "instruction clock" or what else the file says. */
const char *group_clock(const struct group *group);

/*
 * Whether row @index says what an earlier metric of its cell says already: the
 * time for an operation and that for each of its bytes change as one.
 */
bool group_repeats(const struct compare_report *report, size_t index);

#endif
