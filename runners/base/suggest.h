/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": the nearest of several names. */
#ifndef MMGAUGE_SUGGEST_H
#define MMGAUGE_SUGGEST_H

struct suggestion {
	const char *name; /* the nearest so far; NULL: none near enough */
	unsigned int distance;
};

/*
 * Offer @candidate for @given. Near enough is an edit distance (Levenshtein)
 * of at most a third of the longer name, or being its beginning.
 */
void suggest(struct suggestion *nearest, const char *given,
	     const char *candidate);

#endif
