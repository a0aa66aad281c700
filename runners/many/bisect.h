/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which commit to test next, and what is known then: the search itself, with
 * no kernel in it. The commits are a line, oldest first; the last is bad, and
 * the one before the first is good.
 */
#ifndef MMGAUGE_BISECT_H
#define MMGAUGE_BISECT_H

#include <stdbool.h>
#include <stddef.h>

enum bisect_mark {
	BISECT_UNKNOWN,
	BISECT_GOOD,
	BISECT_BAD,
	BISECT_SKIP, /* cannot be tested */
};

struct bisect {
	enum bisect_mark *marks;
	size_t count;
};

/* -ENOMEM; @count is at least 1. */
int bisect_init(struct bisect *bisect, size_t count);
void bisect_free(struct bisect *bisect);

void bisect_mark(struct bisect *bisect, size_t commit, enum bisect_mark mark);

/*
 * The commit to test next, the one nearest the middle that can be tested;
 * false when nothing is left to be learned.
 */
bool bisect_next(const struct bisect *bisect, size_t *commit);

/* The first bad commit is one of *@first..*@last: more than one after skips. */
void bisect_suspects(const struct bisect *bisect, size_t *first, size_t *last);

/* How many more tests it takes when none is skipped. */
unsigned int bisect_steps_left(const struct bisect *bisect);

/*
 * Good or bad where boots differ by chance: Wald's sequential probability
 * ratio test (1945) on which side of the middle between good and bad a boot's
 * median falls. If nine boots of ten fall on their own side, three more on one
 * side than on the other are wrong in 1 of 730 decisions.
 */
#define BISECT_LEAD 3
#define BISECT_BOOTS_MAX 15

/* Boots of good and of bad, whose medians the line lies between. */
#define BISECT_END_BOOTS 5

struct bisect_vote {
	unsigned int good, bad;
};

/* BISECT_UNKNOWN: another boot is needed; BISECT_SKIP: no use. */
enum bisect_mark bisect_decide(const struct bisect_vote *vote);

#endif
